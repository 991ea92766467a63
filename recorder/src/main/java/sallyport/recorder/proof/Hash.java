package sallyport.recorder.proof;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * A SHA-256 in the tree. Leaves and nodes are hashed with different first bytes, so that none can be taken for the other
 * (RFC 6962, section 2.1). Immutable.
 */
public final class Hash {

    /** How long one is. */
    public static final int BYTES = 32;

    /** The root of a tree without leaves: the hash of nothing. */
    public static final Hash OF_NOTHING = new Hash(sha256().digest());

    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private final byte[] bytes;

    private Hash(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The hash that is {@code bytes}.
     *
     * @throws IllegalArgumentException if these are not {@value #BYTES}
     */
    public static Hash of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a hash has " + BYTES + " bytes, not " + bytes.length);
        }
        return new Hash(bytes.clone());
    }

    /** The hash of a leaf that holds {@code data}. */
    public static Hash ofLeaf(byte[] data) {
        MessageDigest digest = sha256();
        digest.update(LEAF);
        return new Hash(digest.digest(data));
    }

    /** The hash of the node above these two. */
    public static Hash ofNode(Hash left, Hash right) {
        MessageDigest digest = sha256();
        digest.update(NODE);
        digest.update(left.bytes);
        return new Hash(digest.digest(right.bytes));
    }

    /**
     * The hash that {@link #base64} wrote.
     *
     * @throws IllegalArgumentException if {@code text} is anything else
     */
    public static Hash parse(String text) {
        Hash hash = of(Base64.getDecoder().decode(text));
        // The decoder lets unused bits and a missing pad pass: two texts for one hash.
        if (!hash.base64().equals(text)) {
            throw new IllegalArgumentException("not the base64 of a hash as one writes it");
        }
        return hash;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Its {@value #BYTES} bytes, a copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** As check points write it: 44 characters. */
    public String base64() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Hash that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return base64();
    }
}
