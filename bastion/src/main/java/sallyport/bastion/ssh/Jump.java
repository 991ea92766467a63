package sallyport.bastion.ssh;

import java.security.KeyPair;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import sallyport.policy.TargetName;

/**
 * What a connection that comes through a channel of another one ({@code ssh -J}) knows from the start.
 *
 * @param outer the connection whose channel it is
 * @param connection who that is
 * @param target the only place it can be for
 * @param hostKey shown in the target's place
 * @param certificate that key's, for the target's names
 */
record Jump(
        FrontSession outer,
        Connection connection,
        TargetName target,
        KeyPair hostKey,
        OpenSshCertificate certificate) {}
