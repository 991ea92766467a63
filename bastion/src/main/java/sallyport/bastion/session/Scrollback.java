package sallyport.bastion.session;

import java.util.Arrays;

/**
 * The last bytes that a terminal session put out, as they were. Bounded: the oldest go first. Grows with what is written,
 * so that an idle session costs next to nothing. Not for several threads; whoever owns it guards it.
 */
final class Scrollback {

    /** Most that is kept of one session. */
    static final int MOST_BYTES = 256 * 1024;

    private static final int FIRST_BYTES = 4 * 1024;

    private byte[] ring = new byte[0];
    private int start;
    private int length;
    private boolean cut;

    /** Keeps {@code bytes}, forgetting the oldest where there is no room. */
    void add(byte[] bytes) {
        int offset = Math.max(0, bytes.length - MOST_BYTES);
        int count = bytes.length - offset;
        if (length + count > ring.length && ring.length < MOST_BYTES) {
            grow(length + count);
        }
        int over = Math.max(0, length + count - ring.length);
        if (over > 0 || offset > 0) {
            cut = true;
        }
        start = ring.length == 0 ? 0 : (start + over) % ring.length;
        length -= over;
        int end = (start + length) % Math.max(1, ring.length);
        int first = Math.min(count, ring.length - end);
        System.arraycopy(bytes, offset, ring, end, first);
        System.arraycopy(bytes, offset + first, ring, 0, count - first);
        length += count;
    }

    /** A copy of all that is kept, oldest first; if older bytes are gone it starts behind the first line feed. */
    byte[] bytes() {
        byte[] all = new byte[length];
        int first = Math.min(length, ring.length - start);
        System.arraycopy(ring, start, all, 0, first);
        System.arraycopy(ring, 0, all, first, length - first);
        if (!cut) {
            return all;
        }
        for (int i = 0; i < all.length; i++) {
            if (all[i] == '\n') {
                return Arrays.copyOfRange(all, i + 1, all.length);
            }
        }
        return all;
    }

    private void grow(int needed) {
        int size = Math.max(FIRST_BYTES, ring.length);
        while (size < needed && size < MOST_BYTES) {
            size *= 2;
        }
        byte[] all = new byte[Math.min(size, MOST_BYTES)];
        int first = Math.min(length, ring.length - start);
        System.arraycopy(ring, start, all, 0, first);
        System.arraycopy(ring, 0, all, first, length - first);
        ring = all;
        start = 0;
    }
}
