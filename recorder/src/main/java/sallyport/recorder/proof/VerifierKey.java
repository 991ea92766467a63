package sallyport.recorder.proof;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A public key that notes are checked with: a name, Ed25519, and an id that follows from both
 * (<a href="https://c2sp.org/signed-note">signed-note</a>). Immutable.
 */
public final class VerifierKey {

    /** The longest name of a key, and the longest text of one that is looked at. */
    static final int LONGEST_NAME = 256;

    private static final int LONGEST_TEXT = 512;

    private static final byte ED25519 = 1;
    private static final int KEY_BYTES = 32;
    private static final int ID_BYTES = 4;

    /** What stands before the key itself in X.509: RFC 8410, section 4. */
    private static final byte[] X509_BEFORE = HexFormat.of().parseHex("302a300506032b6570032100");

    private final String name;
    private final int id;
    private final byte[] point;
    private final PublicKey key;

    private VerifierKey(String name, byte[] point, PublicKey key) {
        this.name = name;
        this.point = point;
        this.key = key;
        this.id = id(name, point);
    }

    /**
     * The key of that name.
     *
     * @param key an Ed25519 key
     * @throws IllegalArgumentException if it is another, or a key cannot have that name
     */
    public static VerifierKey of(String name, PublicKey key) {
        if (!isName(name)) {
            throw new IllegalArgumentException("\"" + name + "\" is no name for a key: it has 1 to " + LONGEST_NAME
                    + " characters, and neither spaces nor +");
        }
        byte[] encoded = key.getEncoded();
        if (encoded.length != X509_BEFORE.length + KEY_BYTES
                || !Arrays.equals(X509_BEFORE, 0, X509_BEFORE.length, encoded, 0, X509_BEFORE.length)) {
            throw new IllegalArgumentException("the key " + name + " is not an Ed25519 key");
        }
        byte[] point = Arrays.copyOfRange(encoded, X509_BEFORE.length, encoded.length);
        try {
            return new VerifierKey(name, point, publicKey(point));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the key " + name + " is not an Ed25519 key", e);
        }
    }

    /**
     * Reads {@code name+id+base64}, as {@link #toString} writes it.
     *
     * @throws NoteRefused if {@code text} is anything else, or a key of another type than Ed25519
     */
    public static VerifierKey parse(String text) throws NoteRefused {
        if (text.length() > LONGEST_TEXT) {
            throw new NoteRefused("a verifier key of " + text.length() + " characters is too long");
        }
        // Base64 has a + of its own; a name and an id have none.
        String[] parts = text.split("\\+", 3);
        if (parts.length < 3 || !isName(parts[0])) {
            throw new NoteRefused("a verifier key has the form name+id+base64");
        }
        byte[] typed;
        try {
            typed = Base64.getDecoder().decode(parts[2]);
        } catch (IllegalArgumentException e) {
            throw new NoteRefused("the verifier key " + parts[0] + " is damaged: its third part is not base64");
        }
        if (typed.length == 0 || typed[0] != ED25519) {
            throw new NoteRefused("the verifier key " + parts[0] + " is of another type than Ed25519");
        }
        if (typed.length != 1 + KEY_BYTES) {
            throw new NoteRefused("the verifier key " + parts[0] + " is damaged: it has not the length of a key");
        }
        byte[] point = Arrays.copyOfRange(typed, 1, typed.length);
        try {
            VerifierKey key = new VerifierKey(parts[0], point, publicKey(point));
            if (!key.hexId().equals(parts[1])) {
                throw new NoteRefused(
                        "the verifier key " + parts[0] + " is damaged: its id does not fit its name and key");
            }
            return key;
        } catch (GeneralSecurityException e) {
            throw new NoteRefused("the verifier key " + parts[0] + " is no point of Ed25519");
        }
    }

    private static PublicKey publicKey(byte[] point) throws GeneralSecurityException {
        byte[] encoded = Arrays.copyOf(X509_BEFORE, X509_BEFORE.length + KEY_BYTES);
        System.arraycopy(point, 0, encoded, X509_BEFORE.length, KEY_BYTES);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    private static int id(String name, byte[] point) {
        MessageDigest digest = Hash.sha256();
        digest.update(name.getBytes(UTF_8));
        digest.update((byte) '\n');
        digest.update(ED25519);
        byte[] hash = digest.digest(point);
        int id = 0;
        for (int i = 0; i < ID_BYTES; i++) {
            id = (id << 8) | (hash[i] & 0xff);
        }
        return id;
    }

    /** Whether a key may be called {@code text}: not empty, no Unicode space, no plus, no control character. */
    static boolean isName(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST_NAME
                && text.codePoints()
                        .noneMatch(c -> c == '+'
                                || Character.isWhitespace(c)
                                || Character.isSpaceChar(c)
                                || Character.isISOControl(c)
                                || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
    }

    /** What it is called, as {@code bastion.example.com/log}. */
    public String name() {
        return name;
    }

    /** The first four bytes of SHA-256(name, line feed, 1, key), as a number. */
    public int id() {
        return id;
    }

    private String hexId() {
        return HexFormat.of().toHexDigits(id);
    }

    /** Whether {@code signature} is one of {@code message} by this key. */
    public boolean verifies(byte[] message, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            // How the JDK answers a signature of another length or with numbers out of range.
            return false;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifierKey that && name.equals(that.name) && Arrays.equals(point, that.point);
    }

    @Override
    public int hashCode() {
        return id;
    }

    /** {@code name+id+base64}, to hand to whoever shall check. */
    @Override
    public String toString() {
        byte[] typed = new byte[1 + KEY_BYTES];
        typed[0] = ED25519;
        System.arraycopy(point, 0, typed, 1, KEY_BYTES);
        return name + "+" + hexId() + "+" + Base64.getEncoder().encodeToString(typed);
    }
}
