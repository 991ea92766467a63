package sallyport.recorder.screen;

import java.util.Arrays;

/** Decodes UTF-8 byte by byte (Unicode 3.9, table 3-7). */
final class Utf8 {

    static final int REPLACEMENT = 0xfffd;

    /** The character goes on. */
    static final int UNFINISHED = -1;

    /** What came before was no character; the byte has not been taken. */
    static final int BROKEN = -2;

    private final byte[] taken = new byte[4];
    private int count;
    private int missing;
    private int codePoint;
    private int least;
    private int most;

    boolean begun() {
        return missing > 0;
    }

    /** The bytes of the unfinished character. */
    byte[] unfinished() {
        return missing > 0 ? Arrays.copyOf(taken, count) : new byte[0];
    }

    void forget() {
        missing = 0;
    }

    /**
     * Takes a byte, which is not ASCII unless a character has {@linkplain #begun begun}. Gives a code point, {@link
     * #REPLACEMENT} for a byte that begins none, {@link #UNFINISHED} or {@link #BROKEN}.
     */
    int next(byte b) {
        int value = b & 0xff;
        if (missing == 0) {
            return first(value);
        }
        if (value < least || value > most) {
            missing = 0;
            return BROKEN;
        }
        least = 0x80;
        most = 0xbf;
        codePoint = codePoint << 6 | (value & 0x3f);
        taken[count++] = b;
        return --missing == 0 ? codePoint : UNFINISHED;
    }

    private int first(int value) {
        if (value < 0xc2 || value > 0xf4) {
            return REPLACEMENT;
        }
        missing = value < 0xe0 ? 1 : value < 0xf0 ? 2 : 3;
        codePoint = value & (0x3f >> missing);
        // The second byte alone shuts out overlong forms, surrogates and what lies above U+10FFFF.
        least = value == 0xe0 ? 0xa0 : value == 0xf0 ? 0x90 : 0x80;
        most = value == 0xed ? 0x9f : value == 0xf4 ? 0x8f : 0xbf;
        taken[0] = (byte) value;
        count = 1;
        return UNFINISHED;
    }
}
