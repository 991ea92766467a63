package sallyport.recorder.screen;

import java.util.Arrays;

/** The bytes of a sequence that a filter holds back until it knows what they mean; and what they say so far. */
final class Sequence {

    private final int bound;
    private byte[] bytes = new byte[16];
    private int length;
    /** Where the bytes that mean something begin: behind the introducer. */
    private int start;

    Sequence(int bound) {
        this.bound = bound;
    }

    void clear() {
        length = 0;
        start = 0;
    }

    boolean isEmpty() {
        return length == 0;
    }

    int length() {
        return length;
    }

    boolean full() {
        return length >= bound;
    }

    void add(int b) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, length * 2);
        }
        bytes[length++] = (byte) b;
    }

    /** What was added so far is the introducer. */
    void introduced() {
        start = length;
    }

    byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }

    void moveTo(Filtered out) {
        out.write(bytes, 0, length);
        clear();
    }

    /** The first of {@code < = > ?} if the parameters begin with one, else 0. */
    int prefix() {
        return start < length && bytes[start] >= '<' && bytes[start] <= '?' ? bytes[start] : 0;
    }

    /** The intermediate byte before the final one: 0 if there is none, -1 if there are several. */
    int intermediate() {
        int last = length - 2;
        if (last < start || !intermediate(bytes[last])) {
            return 0;
        }
        return last > start && intermediate(bytes[last - 1]) ? -1 : bytes[last];
    }

    private static boolean intermediate(byte b) {
        return b >= 0x20 && b < 0x30;
    }

    /** A number counted from 0, where numbers are parted by {@code ;}: -1 if it is not there. At most 65,535. */
    int parameter(int index) {
        int at = prefix() == 0 ? start : start + 1;
        for (int passed = 0; passed < index; at++) {
            if (at >= length) {
                return -1;
            }
            passed += bytes[at] == ';' ? 1 : 0;
        }
        int value = -1;
        for (; at < length && bytes[at] >= '0' && bytes[at] <= '9'; at++) {
            value = Math.min(Math.max(value, 0) * 10 + bytes[at] - '0', Parameters.GREATEST);
        }
        return value;
    }

    /** How many numbers there may be. */
    int parameters() {
        return 1 + count(';');
    }

    boolean contains(int wanted) {
        return count(wanted) > 0;
    }

    private int count(int wanted) {
        int count = 0;
        for (int i = start; i < length; i++) {
            count += bytes[i] == wanted ? 1 : 0;
        }
        return count;
    }

    /** The byte at {@code index} behind the introducer, or -1. */
    int at(int index) {
        return start + index < length ? bytes[start + index] & 0xff : -1;
    }
}
