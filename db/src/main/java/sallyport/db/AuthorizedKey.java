package sallyport.db;

import sallyport.policy.KeyFingerprint;

/**
 * A public key that proves who somebody is.
 *
 * @param line the key as OpenSSH writes it, without options or comment: {@code ssh-ed25519 AAAA...}
 * @param comment what stood behind it, empty if nothing
 */
public record AuthorizedKey(KeyFingerprint fingerprint, String line, String comment) {}
