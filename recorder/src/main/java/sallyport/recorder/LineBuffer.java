package sallyport.recorder;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Room in which the lines of one append are put together. Borrowed for that time and then used again, since it is large and
 * sessions are many. For one thread at a time.
 *
 * <p>Implementation note: escaping copies eight bytes at a time as they are, asks in one expression whether any of them
 * needs more than copying, and if so goes back to the first that does. Terminal text is mostly runs of such eights, and even
 * in coloured listings the copy is cheaper than finding the end of a run first.
 */
public final class LineBuffer {

    /** How much output one append takes, in bytes. */
    public static final int LONGEST_APPEND = 64 << 10;

    /** Each byte may become six characters and, if any byte near it is no UTF-8, four thirds of one in base64. */
    private static final int CAPACITY = LONGEST_APPEND * 15 / 2 + 8 * 1024;

    /** How long a line may be that was put together elsewhere: the header. */
    public static final int LONGEST_RAW = CAPACITY - 1024;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    /** How each character below U+00A0 is written: up to six bytes, the first one lowest. */
    private static final long[] WRITTEN = new long[0xa0];

    /** How many bytes of {@link #WRITTEN} count. */
    private static final byte[] WRITTEN_LENGTH = new byte[0xa0];

    static {
        for (int c = 0; c < WRITTEN.length; c++) {
            String plain = String.valueOf((char) c);
            written(c, Character.isISOControl(c) ? "\\u00" + HexFormat.of().toHexDigits((byte) c) : plain);
        }
        written('\b', "\\b");
        written('\t', "\\t");
        written('\n', "\\n");
        written('\f', "\\f");
        written('\r', "\\r");
        written('"', "\\\"");
        written('\\', "\\\\");
    }

    private static void written(int c, String as) {
        long bytes = 0;
        for (int i = as.length() - 1; i >= 0; i--) {
            bytes = bytes << 8 | as.charAt(i);
        }
        WRITTEN[c] = bytes;
        WRITTEN_LENGTH[c] = (byte) as.length();
    }

    private static final byte[] ENDS_EVENT = "\"]\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] B64 = "#b64 ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] REPLACEMENT = "\uFFFD".getBytes(StandardCharsets.UTF_8);

    /** Base64 goes in pieces of this many bytes, a multiple of three, through two arrays of just the right length. */
    private static final int PIECE = 6 * 1024;

    /** Where the caller puts the bytes of an append, behind those carried over. */
    final byte[] input = new byte[LONGEST_APPEND + Utf8.LONGEST_PREFIX];

    private final byte[] lines = new byte[CAPACITY];
    private final ByteBuffer direct = ByteBuffer.allocateDirect(CAPACITY);
    private final byte[] piece = new byte[PIECE];
    private final byte[] encodedPiece = new byte[PIECE / 3 * 4];
    private int length;
    private boolean invalid;

    /** Empties it, for the next append. */
    public void clear() {
        length = 0;
    }

    /** How many bytes of lines are in it. */
    public int length() {
        return length;
    }

    /** Takes back what was put in after the length was {@code earlier}. */
    void backTo(int earlier) {
        length = earlier;
    }

    /** Adds the lines so far to {@code digest}. */
    public void digest(MessageDigest digest) {
        digest.update(lines, 0, length);
    }

    /** The lines so far, to be written in one go. The same buffer each time. */
    public ByteBuffer toWrite() {
        return direct.clear().put(lines, 0, length).flip();
    }

    /** {@code [1.234, "o", "}. */
    void beginEvent(long intervalMillis, char code) {
        lines[length++] = '[';
        seconds(intervalMillis);
        lines[length++] = ',';
        lines[length++] = ' ';
        lines[length++] = '"';
        lines[length++] = (byte) code;
        lines[length++] = '"';
        lines[length++] = ',';
        lines[length++] = ' ';
        lines[length++] = '"';
    }

    void endEvent() {
        put(ENDS_EVENT);
    }

    /** A whole event with a short text. */
    public void event(long intervalMillis, char code, String text) {
        beginEvent(intervalMillis, code);
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        escape(utf8, utf8.length);
        endEvent();
    }

    /** A whole line with its newline, at most {@link #LONGEST_RAW} bytes. */
    public void raw(byte[] line) {
        put(line);
    }

    /** A whole line in ASCII, without its newline. */
    public void comment(String line) {
        put(line.getBytes(StandardCharsets.US_ASCII));
        lines[length++] = '\n';
    }

    /** {@code #b64 <offset> <base64>} of {@code bytes[from..to)}. */
    void base64(long offset, byte[] bytes, int from, int to) {
        put(B64);
        decimal(offset);
        lines[length++] = ' ';
        int at = from;
        for (; to - at >= PIECE; at += PIECE) {
            System.arraycopy(bytes, at, piece, 0, PIECE);
            length += copyEncoded(Base64.getEncoder().encode(piece, encodedPiece));
        }
        if (at < to) {
            byte[] rest = new byte[to - at];
            System.arraycopy(bytes, at, rest, 0, rest.length);
            length += copyEncoded(Base64.getEncoder().encode(rest, encodedPiece));
        }
        lines[length++] = '\n';
    }

    private int copyEncoded(int encoded) {
        System.arraycopy(encodedPiece, 0, lines, length, encoded);
        return encoded;
    }

    /** Whether the last {@link #escape} met bytes that are no UTF-8. */
    boolean wasInvalid() {
        return invalid;
    }

    /**
     * Puts in {@code bytes[0..end)} as the inside of a JSON string (RFC 8259 section 7), as far as the characters are whole.
     * Control characters, C1 (U+0080 to U+009F) among them, are spelt out.
     *
     * @return where the incomplete character at the end begins; {@code end} if there is none
     */
    int escape(byte[] bytes, int end) {
        byte[] to = lines;
        int at = length;
        int from = 0;
        invalid = false;
        while (from < end) {
            if (from + 8 <= end) {
                long eight = (long) EIGHT.get(bytes, from);
                EIGHT.set(to, at, eight);
                long marks = notPlain(eight);
                if (marks == 0) {
                    from += 8;
                    at += 8;
                    continue;
                }
                int plain = Long.numberOfTrailingZeros(marks) >>> 3;
                from += plain;
                at += plain;
            }
            byte b = bytes[from];
            if (b >= 0) {
                // Controls come in rows (CR LF, zeros): stay here while they do.
                do {
                    EIGHT.set(to, at, WRITTEN[b]);
                    at += WRITTEN_LENGTH[b];
                } while (++from < end && (b = bytes[from]) >= 0 && WRITTEN_LENGTH[b] > 1);
                continue;
            }
            int character = Utf8.sequence(bytes, from, end);
            if (character == 0) {
                break;
            }
            if (character < 0) {
                invalid = true;
                System.arraycopy(REPLACEMENT, 0, to, at, REPLACEMENT.length);
                at += REPLACEMENT.length;
                from -= character;
            } else if (character == 2 && b == (byte) 0xc2 && bytes[from + 1] < (byte) 0xa0) {
                int control = bytes[from + 1] & 0xff;
                EIGHT.set(to, at, WRITTEN[control]);
                at += WRITTEN_LENGTH[control];
                from += 2;
            } else {
                for (int i = 0; i < character; i++) {
                    to[at++] = bytes[from++];
                }
            }
        }
        length = at;
        return from;
    }

    /**
     * Marks the high bit of each byte that is a control, a quote, a backslash, DEL or not ASCII. A borrow may mark too many,
     * but only above the first that is rightly marked, which is all that is looked at.
     */
    private static long notPlain(long eight) {
        long control = eight - ONES * 0x20;
        long quote = (eight ^ ONES * '"') - ONES;
        long backslash = (eight ^ ONES * '\\') - ONES;
        long delete = (eight ^ ONES * 0x7f) - ONES;
        return (eight | control | quote | backslash | delete) & HIGHS;
    }

    /** Seconds with exactly three decimals. */
    private void seconds(long millis) {
        decimal(millis / 1000);
        int rest = (int) (millis % 1000);
        lines[length++] = '.';
        lines[length++] = (byte) ('0' + rest / 100);
        lines[length++] = (byte) ('0' + rest / 10 % 10);
        lines[length++] = (byte) ('0' + rest % 10);
    }

    private void decimal(long number) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            lines[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    private void put(byte[] bytes) {
        System.arraycopy(bytes, 0, lines, length, bytes.length);
        length += bytes.length;
    }
}
