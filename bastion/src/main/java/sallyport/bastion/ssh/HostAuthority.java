package sallyport.bastion.ssh;

import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.apache.sshd.certificate.OpenSshCertificateBuilder;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import sallyport.keys.KeyFile;

/**
 * Vouches for host keys with certificates (OpenSSH's PROTOCOL.certkeys). Whose {@code known_hosts} names its public half as an
 * authority is asked about none of them. Safe for any thread.
 */
public final class HostAuthority {

    /** How long a certificate holds, from its making on, and how much before that: clocks differ. It is made for one connection. */
    static final Duration HOLDS = Duration.ofDays(1);

    private final KeyPair key;

    /** With its own key. */
    public HostAuthority(KeyPair key) {
        this.key = key;
    }

    /**
     * A certificate that {@code host} is the key of every host called one of {@code names}, for a day around {@code now}.
     *
     * @throws IllegalArgumentException if {@code names} is empty: such a certificate would hold for every host
     */
    OpenSshCertificate vouch(PublicKey host, Collection<String> names, Instant now) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("a host certificate needs a name");
        }
        try {
            return OpenSshCertificateBuilder.hostCertificate()
                    .publicKey(host)
                    .id(names.iterator().next())
                    .principals(List.copyOf(names))
                    .validAfter(now.minus(HOLDS))
                    .validBefore(now.plus(HOLDS))
                    .sign(key);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("no host certificate could be signed: " + e.getMessage(), e);
        }
    }

    /** Its public half as {@code ssh-ed25519 AAAA…}. */
    public String publicLine() {
        return KeyFile.publicLine(key);
    }
}
