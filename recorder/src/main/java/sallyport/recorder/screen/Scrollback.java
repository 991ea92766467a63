package sallyport.recorder.screen;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lines that have left the main screen at its top, coded ({@link LineCode}) in a ring of bytes that grows up to a bound;
 * beyond it, the oldest lines are forgotten, and counted. The oldest one kept is never blank: a terminal that is cleared by
 * scrolling, as {@link Redraw} does, has nothing new to remember. Each line has its length in front of it and behind it.
 */
final class Scrollback {

    private static final int LEAST = 4096;

    /** Bytes of the two lengths around a line. */
    private static final int AROUND = 6;

    /** The length of a line without cells. */
    private static final int BLANK = 1;

    private final int bound;
    private final LineCode code = new LineCode();
    private byte[] ring = new byte[0];
    private int head;
    private int used;
    private int lines;
    private long forgotten;

    /** Null: nobody wants to know. */
    private @Nullable Consumer<Row> watcher;

    Scrollback(int bound) {
        this.bound = bound;
    }

    /** Keeps nothing, but has forgotten as much as {@code before}. */
    static Scrollback emptied(Scrollback before) {
        Scrollback after = new Scrollback(before.bound);
        after.forgotten = before.forgotten;
        return after;
    }

    /** Takes over everything from another one, which is not to be used any more. */
    void become(Scrollback other) {
        ring = other.ring;
        head = other.head;
        used = other.used;
        lines = other.lines;
        forgotten = other.forgotten;
    }

    int lines() {
        return lines;
    }

    int used() {
        return used;
    }

    long forgotten() {
        return forgotten;
    }

    void clear() {
        ring = new byte[0];
        head = 0;
        used = 0;
        lines = 0;
        forgotten = 0;
    }

    /** Who is shown each row that scrolls away; a row that a new size moves here is none. */
    void watch(Consumer<Row> newWatcher) {
        watcher = newWatcher;
    }

    /** {@code row} has left the screen at its top. */
    void scrolledAway(Row row) {
        if (watcher != null) {
            watcher.accept(row);
        }
        add(row);
    }

    void add(Row row) {
        code.encode(row);
        int length = code.length();
        int need = length + AROUND;
        while (lines > 0 && (used + need > bound || length(head) == BLANK)) {
            int first = length(head);
            head = wrap(head + first + AROUND);
            used -= first + AROUND;
            lines--;
            forgotten++;
        }
        if (lines == 0 && length == BLANK) {
            return;
        }
        if (need > bound) {
            forgotten++;
            return;
        }
        if (used + need > ring.length) {
            grow(used + need);
        }
        int at = wrap(head + used);
        at = putLength(at, length);
        at = put(at, code.bytes(), length);
        putLength(at, length);
        used += need;
        lines++;
    }

    private void grow(int need) {
        int size = (int) Math.min(bound, Math.max(Math.max(LEAST, need), 2L * ring.length));
        byte[] grown = new byte[size];
        get(head, grown, used);
        ring = grown;
        head = 0;
    }

    private int wrap(int at) {
        return at >= ring.length ? at - ring.length : at;
    }

    private int put(int at, byte[] bytes, int length) {
        int first = Math.min(length, ring.length - at);
        System.arraycopy(bytes, 0, ring, at, first);
        System.arraycopy(bytes, first, ring, 0, length - first);
        return wrap(at + length);
    }

    private void get(int at, byte[] into, int length) {
        int first = Math.min(length, ring.length - at);
        System.arraycopy(ring, at, into, 0, first);
        System.arraycopy(ring, 0, into, first, length - first);
    }

    private int putLength(int at, int length) {
        int next = at;
        for (int shift = 16; shift >= 0; shift -= 8) {
            ring[next] = (byte) (length >>> shift);
            next = wrap(next + 1);
        }
        return next;
    }

    private int length(int at) {
        return (ring[at] & 0xff) << 16 | (ring[wrap(at + 1)] & 0xff) << 8 | (ring[wrap(at + 2)] & 0xff);
    }

    /** Takes the last line back. There must be one. */
    Row removeLast(int columns) {
        Walk walk = new Walk(lines);
        byte[] line = walk.previous();
        used -= line.length + AROUND;
        lines--;
        return row(line, columns, lines == 0);
    }

    /** The last {@code most} lines, the oldest first. */
    Rows last(int most, int columns) {
        return new Rows(Math.min(most, lines), columns);
    }

    private static Row row(byte[] line, int columns, boolean first) {
        Row row = LineCode.decode(line, columns);
        if (first) {
            // What it went on from is forgotten.
            row.wrapped = false;
        }
        return row;
    }

    /** Goes through lines one by one, so that never all of them are there as cells. */
    final class Rows {
        private final int columns;
        private int left;
        private int at;

        private Rows(int count, int columns) {
            this.columns = columns;
            this.left = count;
            Walk walk = new Walk(lines);
            for (int i = 0; i < count; i++) {
                walk.back();
            }
            at = walk.at;
        }

        boolean hasNext() {
            return left > 0;
        }

        Row next() {
            byte[] line = new byte[length(at)];
            get(wrap(at + 3), line, line.length);
            boolean first = left == lines;
            at = wrap(at + line.length + AROUND);
            left--;
            return row(line, columns, first);
        }
    }

    /** From the end towards the beginning. */
    private final class Walk {
        private int at;

        Walk(int before) {
            at = before == 0 ? head : wrap(head + used);
        }

        int back() {
            int length = length(minus(at, 3));
            at = minus(at, length + AROUND);
            return length;
        }

        byte[] previous() {
            byte[] line = new byte[back()];
            get(wrap(at + 3), line, line.length);
            return line;
        }

        private int minus(int from, int count) {
            int to = from - count;
            return to < 0 ? to + ring.length : to;
        }
    }

    long heapBytes() {
        return 64L + ring.length + code.bytes().length;
    }
}
