package sallyport.keys;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.apache.sshd.common.keyprovider.KeyPairProvider;

/**
 * The public host keys that one target may show. Immutable.
 *
 * <p>There is no trust on first use here: a key is in the list or the connection ends.
 */
public final class PinnedHostKeys {

    /** Types of keys that may be pinned. No DSA, and no security-key types: a server has no finger to touch one with. */
    private static final Set<String> TYPES = Set.of(
            KeyPairProvider.SSH_ED25519,
            KeyPairProvider.ECDSA_SHA2_NISTP256,
            KeyPairProvider.ECDSA_SHA2_NISTP384,
            KeyPairProvider.ECDSA_SHA2_NISTP521,
            KeyPairProvider.SSH_RSA);

    private final List<PublicKey> keys;

    private PinnedHostKeys(List<PublicKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * Parses lines of the form {@code ssh-ed25519 AAAA… [comment]}, as in a file of {@code /etc/ssh/ssh_host_*_key.pub}.
     *
     * @throws IllegalArgumentException in words, naming the line by its number from 1, if the list is empty or a line is no
     *     public key of a known type
     */
    public static PinnedHostKeys parse(List<String> lines) {
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("no host key is given");
        }
        List<PublicKey> keys = new ArrayList<>();
        for (String line : lines) {
            try {
                keys.add(parse(line));
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException("host key " + (keys.size() + 1) + " " + wrong.getMessage(), wrong);
            }
        }
        return new PinnedHostKeys(keys);
    }

    /** Whether {@code shown} is one of these keys. */
    public boolean contains(PublicKey shown) {
        return keys.stream().anyMatch(key -> KeyUtils.compareKeys(key, shown));
    }

    /** The key types in this list ({@code ssh-ed25519}, {@code ssh-rsa}…), so that a client asks the server for one of them. */
    public Set<String> types() {
        return keys.stream().map(KeyUtils::getKeyType).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the fingerprints, for a message. */
    @Override
    public String toString() {
        return keys.stream().map(KeyFile::fingerprint).collect(Collectors.joining(", "));
    }

    private static PublicKey parse(String line) {
        String[] parts = line.strip().split("\\s+", 3);
        if (parts.length < 2) {
            throw new IllegalArgumentException("is not of the form \"ssh-ed25519 AAAA...\"");
        }
        if (!TYPES.contains(parts[0])) {
            throw new IllegalArgumentException("is of an unknown type; known are " + new TreeSet<>(TYPES));
        }
        try {
            PublicKeyEntry entry = PublicKeyEntry.parsePublicKeyEntry(parts[0] + " " + parts[1]);
            PublicKey key = entry.resolvePublicKey(null, null, PublicKeyEntryResolver.FAILING);
            if (key == null || !parts[0].equals(KeyUtils.getKeyType(key))) {
                throw new IllegalArgumentException("does not hold a key of the type it names");
            }
            return key;
        } catch (IOException | GeneralSecurityException | RuntimeException damaged) {
            throw new IllegalArgumentException("is damaged: its base64 part holds no " + parts[0] + " key", damaged);
        }
    }
}
