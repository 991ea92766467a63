package sallyport.recorder;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The chain through one file: a SHA-256 over its bytes from the first, whose value so far is repeated in comments,
 * {@code #chain <bytes before this line> <hexadecimal>}. A byte that is altered, missing or too much makes every later value
 * wrong. The header of the next part has the last value, and so the parts hang together. For one thread at a time.
 */
public final class Chain {

    static final String COMMENT = "#chain";

    private final MessageDigest running = sha256();

    /** Takes in what follows. */
    public void add(LineBuffer lines) {
        lines.digest(running);
    }

    void add(byte[] bytes, int from, int to) {
        running.update(bytes, from, to - from);
    }

    /** The value so far, in lower-case hexadecimal. */
    public String value() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) running.clone()).digest());
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException("a SHA-256 that cannot be copied", impossible);
        }
    }

    /** The comment that says so, without its newline. */
    public static String line(long bytesBefore, String value) {
        return COMMENT + " " + bytesBefore + " " + value;
    }

    static String sha256Of(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    /** SHA-256, which every Java has. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java has SHA-256", absent);
        }
    }
}
