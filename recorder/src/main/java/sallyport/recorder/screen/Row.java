package sallyport.recorder.screen;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The cells of one line. Every change keeps wide characters whole: where one half is overwritten or moved away, the other
 * half becomes empty. An empty cell has no more style than a background.
 */
final class Row {

    /** How many combining characters, in UTF-16 units, a cell may have; more are left out. */
    static final int MOST_MARKS = 16;

    int[] text;
    long[] style;
    /** Only where the style says {@link Style#EXTRA}. */
    @Nullable
    Extra @Nullable [] extra;

    /** Only where the text says {@link Cell#MARKED}. */
    @Nullable
    String @Nullable [] marks;

    /** This line goes on where the one above ended, without a line end between. */
    boolean wrapped;

    /** From here on, all cells are empty and plain. */
    private int used;

    Row(int columns) {
        text = new int[columns];
        style = new long[columns];
    }

    int columns() {
        return text.length;
    }

    void clear(long fill) {
        wrapped = false;
        extra = null;
        marks = null;
        if (fill == Style.PLAIN) {
            Arrays.fill(text, 0, used, Cell.EMPTY);
            Arrays.fill(style, 0, used, Style.PLAIN);
            used = 0;
        } else {
            Arrays.fill(text, Cell.EMPTY);
            Arrays.fill(style, fill);
            used = text.length;
        }
    }

    /** Where written text ends: nothing but empty cells follow, of whatever background. */
    int length() {
        int end = used;
        while (end > 0 && text[end - 1] == Cell.EMPTY) {
            end--;
        }
        return end;
    }

    /** Where what can be seen ends: nothing but plain empty cells follow. */
    int extent() {
        int end = used;
        while (end > 0 && text[end - 1] == Cell.EMPTY && style[end - 1] == Style.PLAIN) {
            end--;
        }
        return end;
    }

    boolean wide(int column) {
        return (text[column] & Cell.WIDE) != 0;
    }

    boolean tail(int column) {
        return (text[column] & Cell.TAIL) != 0;
    }

    /** How many columns the character at {@code column} takes that begins there. */
    int width(int column) {
        return wide(column) ? 2 : 1;
    }

    @Nullable
    Extra extra(int column) {
        return extra == null || style[column] >= 0 ? null : extra[column];
    }

    /** The combining characters of a cell, or an empty text. */
    String marks(int column) {
        if (marks == null || (text[column] & Cell.MARKED) == 0) {
            return "";
        }
        return Objects.requireNonNullElse(marks[column], "");
    }

    /** Empties a wide character that stands on both sides of the left edge of {@code column}. */
    private void part(int column, long fill) {
        if (column > 0 && column < text.length && tail(column)) {
            empty(column - 1, fill);
            empty(column, fill);
        }
    }

    private void empty(int column, long fill) {
        text[column] = Cell.EMPTY;
        style[column] = fill;
    }

    private void touch(int end) {
        if (end > used) {
            used = end;
        }
    }

    /** Writes printable ASCII, one cell a byte. */
    void print(byte[] bytes, int from, int count, int column, Pen pen) {
        int end = column + count;
        part(column, pen.erased());
        part(end, pen.erased());
        touch(end);
        int flags = pen.flags();
        for (int i = 0; i < count; i++) {
            text[column + i] = bytes[from + i] | flags;
        }
        Arrays.fill(style, column, end, pen.style());
        if (pen.extra() != null) {
            Arrays.fill(extras(), column, end, pen.extra());
        }
    }

    /** Writes one character of {@code width} columns, which must all be there. */
    void put(int column, int codePoint, int width, Pen pen) {
        part(column, pen.erased());
        part(column + width, pen.erased());
        touch(column + width);
        text[column] = codePoint | pen.flags() | (width == 2 ? Cell.WIDE : 0);
        style[column] = pen.style();
        if (width == 2) {
            text[column + 1] = Cell.TAIL | pen.flags();
            style[column + 1] = pen.style();
        }
        if (pen.extra() != null) {
            Arrays.fill(extras(), column, column + width, pen.extra());
        }
    }

    /** Adds a combining character to a cell that is not empty and not a tail. */
    void mark(int column, int codePoint) {
        String there = marks(column);
        if (there.length() + Character.charCount(codePoint) > MOST_MARKS) {
            return;
        }
        setMarks(column, there + Character.toString(codePoint));
    }

    void setMarks(int column, String all) {
        if (marks == null) {
            marks = new String[text.length];
        }
        marks[column] = all;
        text[column] |= Cell.MARKED;
    }

    void setExtra(int column, Extra one) {
        extras()[column] = one;
    }

    /** For decoding: the cell as it is, without a look at its neighbours. */
    void set(int column, int content, long how) {
        text[column] = content;
        style[column] = how;
        touch(column + 1);
    }

    private @Nullable Extra[] extras() {
        if (extra == null) {
            extra = new Extra[text.length];
        }
        return extra;
    }

    void erase(int from, int to, long fill) {
        if (from >= to) {
            return;
        }
        part(from, fill);
        part(to, fill);
        int end = fill == Style.PLAIN ? Math.min(to, used) : to;
        if (from < end) {
            blank(from, end, fill);
            touch(end);
        }
        if (to >= used && fill == Style.PLAIN) {
            used = Math.min(used, from);
        }
    }

    /** As {@link #erase}, but what is {@link Cell#PROTECTED} stays. */
    void eraseUnprotected(int from, int to, long fill) {
        for (int i = from; i < to; i++) {
            if ((text[i] & Cell.PROTECTED) == 0) {
                erase(i, i + 1, fill);
            }
        }
    }

    /** Makes room for {@code count} cells at {@code at}; what moves beyond {@code right} is lost. */
    void insert(int at, int count, int right, long fill) {
        int kept = right - at - count;
        if (kept <= 0) {
            erase(at, right, fill);
            return;
        }
        part(at, fill);
        part(right, fill);
        part(at + kept, fill);
        touch(Math.min(right, Math.max(used, at) + count));
        move(at, at + count, kept);
        blank(at, at + count, fill);
    }

    /** Takes {@code count} cells out at {@code at}; the rest up to {@code right} moves left. */
    void delete(int at, int count, int right, long fill) {
        int kept = right - at - count;
        if (kept <= 0) {
            erase(at, right, fill);
            return;
        }
        part(at, fill);
        part(right, fill);
        part(at + count, fill);
        if (fill != Style.PLAIN) {
            touch(right);
        }
        move(at + count, at, kept);
        blank(right - count, right, fill);
    }

    private void move(int from, int to, int count) {
        System.arraycopy(text, from, text, to, count);
        System.arraycopy(style, from, style, to, count);
        if (extra != null) {
            System.arraycopy(extra, from, extra, to, count);
        }
        if (marks != null) {
            System.arraycopy(marks, from, marks, to, count);
        }
    }

    private void blank(int from, int to, long fill) {
        Arrays.fill(text, from, to, Cell.EMPTY);
        Arrays.fill(style, from, to, fill);
    }

    /** Copies cells of another row over those here. The caller cuts at no wide character, or calls {@link #cut} first. */
    void copy(Row from, int at, int to, int count) {
        System.arraycopy(from.text, at, text, to, count);
        System.arraycopy(from.style, at, style, to, count);
        if (from.extra != null) {
            System.arraycopy(from.extra, at, extras(), to, count);
        }
        if (from.marks != null) {
            if (marks == null) {
                marks = new String[text.length];
            }
            System.arraycopy(from.marks, at, marks, to, count);
        }
        touch(to + count);
    }

    /** Empties a wide character that would be cut in two at the left edge of {@code column}. */
    void cut(int column) {
        if (column > 0 && column < text.length && tail(column)) {
            empty(column - 1, style[column - 1] & Style.BACKGROUND);
            empty(column, style[column] & Style.BACKGROUND);
        }
    }

    void resize(int columns) {
        if (columns == text.length) {
            return;
        }
        cut(columns);
        text = Arrays.copyOf(text, columns);
        style = Arrays.copyOf(style, columns);
        extra = extra == null ? null : Arrays.copyOf(extra, columns);
        marks = marks == null ? null : Arrays.copyOf(marks, columns);
        used = Math.min(used, columns);
    }

    long heapBytes() {
        long bytes = 72 + 12L * text.length;
        if (extra != null) {
            bytes += 16 + 4L * extra.length;
        }
        if (marks != null) {
            bytes += 16 + 4L * marks.length;
        }
        return bytes;
    }
}
