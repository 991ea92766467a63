/**
 * Key files, and the host keys that a target is held to.
 *
 * <p>Start at {@link sallyport.keys.KeyFile}: it reads and makes the Ed25519 keys of the bastion (its host key, and the
 * credential it shows to targets). {@link sallyport.keys.NoteSigner} signs what the bastion vouches for.
 * {@link sallyport.keys.PinnedHostKeys} are the public keys that a target may show. {@link sallyport.keys.AgeVault} encrypts
 * files to public keys and reads them back.
 *
 * <p>What must not be here: sessions, people, policy, configuration. Keys are values of the JDK ({@link java.security.KeyPair});
 * the SSH library reads and writes their OpenSSH form. Nothing here uses Java serialisation or asks for a passphrase.
 */
@NullMarked
package sallyport.keys;

import org.jspecify.annotations.NullMarked;
