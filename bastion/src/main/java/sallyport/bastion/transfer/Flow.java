package sallyport.bastion.transfer;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** What has passed of one file in one direction. In order it is digested; what comes in another order is only counted. */
final class Flow {

    private final MessageDigest sha256;
    private long bytes;

    /** Where what passed begins, and where it would go on. */
    private long first;

    private long next;

    /** Whether each piece began where the one before it ended. */
    private boolean straight = true;

    Flow() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    void passed(long offset, byte[] from, int at, int length) {
        if (length == 0) {
            return;
        }
        if (bytes == 0 && offset >= 0) {
            first = offset;
            next = offset;
        }
        bytes += length;
        if (straight && offset == next) {
            sha256.update(from, at, length);
            next += length;
        } else {
            straight = false;
        }
    }

    /** Something else happened to the file, so that what passed is not all. */
    void disturbed() {
        straight = false;
    }

    long bytes() {
        return bytes;
    }

    /** Behind what passed, if it passed in order. */
    long end() {
        return next;
    }

    /** Whether everything passed once, in order, if the file is {@code size} bytes long. */
    boolean isWhole(long size) {
        return straight && first == 0 && next == size;
    }

    /** Which bytes of the file passed; empty if none did. */
    String ranges() {
        if (bytes == 0) {
            return "";
        }
        return straight ? first + "-" + (next - 1) : "in pieces";
    }

    /** The digest of what passed, if that was everything. Asked once. */
    Optional<String> sha256(boolean whole) {
        return whole ? Optional.of(HexFormat.of().formatHex(sha256.digest())) : Optional.empty();
    }
}
