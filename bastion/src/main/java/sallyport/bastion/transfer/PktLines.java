package sallyport.bastion.transfer;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/**
 * Cuts one direction of a git conversation into pkt-lines (git's gitprotocol-common): four hexadecimal digits that say how long the line
 * is with them, then so much. {@code 0000}, {@code 0001} and {@code 0002} are lines without anything.
 */
final class PktLines {

    private static final int HEADER = 4;

    /** Longest line, with its four digits (LARGE_PACKET_MAX). */
    private static final int LONGEST = 65_520;

    /** The highest of those that have no content. */
    private static final int HIGHEST_SPECIAL = 2;

    private final Consumer<byte[]> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int length;
    private int missing;
    private boolean flushed;

    /** @param lines told of each line that is whole, without the digits; of {@code 0000} as an empty one */
    PktLines(Consumer<byte[]> lines) {
        this.lines = lines;
    }

    /** Stops behind the first {@code 0000}. */
    boolean isFlushed() {
        return flushed;
    }

    /** The digits that are there of a line that has just begun. */
    byte[] begun() {
        return missing == 0 ? line.toByteArray() : new byte[0];
    }

    /**
     * Takes {@code bytes} from {@code from} on.
     *
     * @param untilFlush whether to stop behind the first {@code 0000}
     * @return where it stopped: at the end, behind a flush, or at the first byte that is no pkt-line's
     */
    int take(byte[] bytes, int from, boolean untilFlush) {
        int at = from;
        while (at < bytes.length && !(untilFlush && flushed)) {
            if (missing > 0) {
                int taken = Math.min(missing, bytes.length - at);
                line.write(bytes, at, taken);
                at += taken;
                missing -= taken;
                if (missing == 0) {
                    tell();
                }
                continue;
            }
            int digit = Character.digit(bytes[at], 16);
            int now = length * 16 + digit;
            if (digit < 0 || (line.size() == HEADER - 1 && !isLength(now))) {
                return at;
            }
            length = now;
            line.write(bytes[at++]);
            if (line.size() == HEADER) {
                line.reset();
                missing = Math.max(0, length - HEADER);
                flushed |= length == 0;
                if (missing == 0) {
                    tell();
                }
            }
        }
        return at;
    }

    private static boolean isLength(int length) {
        return length <= HIGHEST_SPECIAL || (length >= HEADER && length <= LONGEST);
    }

    private void tell() {
        length = 0;
        byte[] whole = line.toByteArray();
        line.reset();
        lines.accept(whole);
    }
}
