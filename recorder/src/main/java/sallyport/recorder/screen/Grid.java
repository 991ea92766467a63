package sallyport.recorder.screen;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one screen, as a ring, so that scrolling all of it moves none of them; what DECSC saved there, and the keyboard
 * flags, which each screen has for itself.
 */
final class Grid {

    /** Where lines go that leave at the top; the alternate screen has none. */
    private final @Nullable Scrollback above;

    final KeyboardStack keyboard = new KeyboardStack();
    SavedCursor saved = SavedCursor.HOME;

    private Row[] ring;
    private int first;

    Grid(int columns, int rows, @Nullable Scrollback above) {
        this.above = above;
        ring = new Row[rows];
        for (int i = 0; i < rows; i++) {
            ring[i] = new Row(columns);
        }
    }

    int rows() {
        return ring.length;
    }

    Row row(int index) {
        int at = first + index;
        return ring[at >= ring.length ? at - ring.length : at];
    }

    private void set(int index, Row row) {
        int at = first + index;
        ring[at >= ring.length ? at - ring.length : at] = row;
    }

    void replace(List<Row> rows) {
        ring = rows.toArray(Row[]::new);
        first = 0;
        if (above == null || above.lines() == 0) {
            separate(0);
        }
    }

    void clear(long fill) {
        for (Row row : ring) {
            row.clear(fill);
        }
    }

    /**
     * The text of {@code top} to {@code bottom} moves up by one line. What leaves at the very top of the screen goes where
     * {@code above} keeps it.
     */
    void scrollUp(int top, int bottom, long fill) {
        Row leaving = row(top);
        if (top == 0 && above != null) {
            above.scrolledAway(leaving);
        }
        if (top == 0 && bottom == ring.length - 1) {
            first = first + 1 == ring.length ? 0 : first + 1;
        } else {
            for (int i = top; i < bottom; i++) {
                set(i, row(i + 1));
            }
            set(bottom, leaving);
        }
        leaving.clear(fill);
        if (top > 0 || above == null || above.lines() == 0) {
            separate(top);
        }
        separate(bottom + 1);
    }

    /** As {@link #scrollUp}, {@code count} times, but what leaves is gone (SU, DL). */
    void removeLines(int top, int bottom, int count, long fill) {
        int gone = Math.min(count, bottom - top + 1);
        for (int i = 0; i < gone; i++) {
            row(top + i).clear(fill);
        }
        rotate(top, bottom, gone);
        separate(top);
        separate(bottom + 1);
    }

    /** The text of {@code top} to {@code bottom} moves down; what leaves at the bottom is gone (SD, IL, RI). */
    void insertLines(int top, int bottom, int count, long fill) {
        int height = bottom - top + 1;
        int gone = Math.min(count, height);
        for (int i = 0; i < gone; i++) {
            row(bottom - i).clear(fill);
        }
        rotate(top, bottom, height - gone);
        if (gone < height) {
            separate(top + gone);
        }
        separate(bottom + 1);
    }

    private void rotate(int top, int bottom, int by) {
        int height = bottom - top + 1;
        Row[] turned = new Row[height];
        for (int i = 0; i < height; i++) {
            turned[i] = row(top + (i + by) % height);
        }
        for (int i = 0; i < height; i++) {
            set(top + i, turned[i]);
        }
    }

    /** The row is no longer behind the one that it went on from. */
    private void separate(int index) {
        if (index < ring.length) {
            row(index).wrapped = false;
        }
    }

    /** The first row begins a line: the scrollback that it went on from is gone. */
    void beginAtTop() {
        separate(0);
    }

    long heapBytes() {
        long bytes = 48 + 4L * ring.length;
        for (Row row : ring) {
            bytes += row.heapBytes();
        }
        return bytes;
    }
}
