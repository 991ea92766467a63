package sallyport.bastion.ssh;

import java.security.KeyPair;
import sallyport.policy.HostSuffix;

/**
 * What the bastion shows where it stands in a target's place.
 *
 * @param hostKey the same for every target, so that a client that knows no certificates can pin it
 * @param authority vouches for it under each target's names
 */
public record JumpHost(KeyPair hostKey, HostAuthority authority, HostSuffix suffix) {}
