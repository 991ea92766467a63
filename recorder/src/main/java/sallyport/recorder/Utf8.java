package sallyport.recorder;

/** Where UTF-8 characters begin and end (Unicode 16, table 3-7, and "maximal subparts" of section 3.9). */
final class Utf8 {

    /** How many bytes an incomplete character has at most. */
    static final int LONGEST_PREFIX = 3;

    private Utf8() {}

    /**
     * What begins at {@code bytes[at]}, which is below {@code end}: the length of a whole character, 0 for the beginning of
     * one that goes on behind {@code end}, or minus the length of the longest bad beginning.
     */
    static int sequence(byte[] bytes, int at, int end) {
        int first = bytes[at] & 0xff;
        if (first < 0x80) {
            return 1;
        }
        if (first < 0xc2 || first > 0xf4) {
            return -1;
        }
        if (at + 1 >= end) {
            return 0;
        }
        // The second byte alone shuts out overlong forms, surrogates and what lies above U+10FFFF.
        int lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        int second = bytes[at + 1] & 0xff;
        if (second < lowest || second > highest) {
            return -1;
        }
        if (first < 0xe0) {
            return 2;
        }
        if (at + 2 >= end) {
            return 0;
        }
        if (!continues(bytes[at + 2])) {
            return -2;
        }
        if (first < 0xf0) {
            return 3;
        }
        if (at + 3 >= end) {
            return 0;
        }
        return continues(bytes[at + 3]) ? 4 : -3;
    }

    /** How many of the last bytes before {@code end} are the beginning of a character that is not yet whole. */
    static int incomplete(byte[] bytes, int end) {
        for (int length = 1; length <= LONGEST_PREFIX && length <= end; length++) {
            if (!continues(bytes[end - length])) {
                // A byte that begins a character is never inside another: what is before it does not matter.
                return sequence(bytes, end - length, end) == 0 ? length : 0;
            }
        }
        return 0;
    }

    private static boolean continues(byte b) {
        return (b & 0xc0) == 0x80;
    }
}
