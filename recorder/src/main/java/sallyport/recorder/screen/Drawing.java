package sallyport.recorder.screen;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Escape sequences that draw cells, and what the pen of the terminal that reads them is like after each. It draws in a
 * terminal that wraps, does not insert, and has ASCII in use and no margins.
 */
final class Drawing {

    private final StringBuilder out = new StringBuilder();
    private long style = Style.PLAIN;
    private @Nullable Extra extra;
    private boolean protect;

    Drawing add(String text) {
        out.append(text);
        return this;
    }

    /** {@code CSI} and the rest of a sequence. */
    Drawing control(String rest) {
        out.append("\u001b[").append(rest);
        return this;
    }

    Drawing mode(Mode mode, boolean on) {
        return control((mode.dec ? "?" : "") + mode.number + (on ? "h" : "l"));
    }

    /** To a place counted from 0. */
    Drawing to(int column, int row) {
        return control(row + 1 + ";" + (column + 1) + "H");
    }

    Drawing right(int count) {
        return count == 0 ? this : control(count == 1 ? "C" : count + "C");
    }

    void pen(Pen pen) {
        look(pen.style(), pen.extra());
        protect(pen.protect());
    }

    void plain() {
        pen(Pen.PLAIN);
    }

    private void look(long newStyle, @Nullable Extra newExtra) {
        if (newStyle == style && Objects.equals(newExtra, extra)) {
            return;
        }
        String sgr = Sgr.of(newStyle, newExtra);
        int colour = extra == null ? 0 : extra.underlineColour();
        int newColour = newExtra == null ? 0 : newExtra.underlineColour();
        if ((newStyle & ~Style.EXTRA) != (style & ~Style.EXTRA) || colour != newColour) {
            boolean wasPlain = (style & ~Style.EXTRA) == Style.PLAIN && colour == 0;
            control(wasPlain ? sgr : sgr.isEmpty() ? "" : "0;" + sgr).add("m");
        }
        Link link = extra == null ? null : extra.link();
        Link newLink = newExtra == null ? null : newExtra.link();
        if (!Objects.equals(link, newLink)) {
            link(newLink);
        }
        style = newStyle;
        extra = newExtra;
    }

    private void link(@Nullable Link link) {
        out.append("\u001b]8;");
        if (link != null) {
            out.append(link.id().isEmpty() ? "" : "id=" + link.id()).append(';').append(link.uri());
        } else {
            out.append(';');
        }
        out.append("\u001b\\");
    }

    private void protect(boolean on) {
        if (on != protect) {
            control(on ? "1\"q" : "0\"q");
            protect = on;
        }
    }

    /** Writes the character that begins at a cell; the cursor must be there. */
    void character(Row row, int at) {
        look(row.style[at], row.extra(at));
        protect((row.text[at] & Cell.PROTECTED) != 0);
        out.appendCodePoint(row.text[at] & Cell.CODE_POINT).append(row.marks(at));
    }

    /** Empties cells, with the background that the first of them has; the cursor must be there, and stays. */
    void erase(Row row, int at, int count) {
        look(row.style[at], null);
        protect(false);
        control(count == 1 ? "X" : count + "X");
    }

    /** Draws a row on an empty one; the cursor must be at its beginning. */
    void row(Row row) {
        int extent = row.extent();
        int at = 0;
        while (at < extent) {
            if (row.text[at] != Cell.EMPTY) {
                character(row, at);
                at += row.width(at);
                continue;
            }
            int end = at + 1;
            while (end < row.columns() && row.text[end] == Cell.EMPTY && row.style[end] == row.style[at]) {
                end++;
            }
            if (row.style[at] != Style.PLAIN) {
                erase(row, at, end - at);
            }
            right(end < extent ? end - at : 0);
            at = end;
        }
    }

    /** Draws the character or the empty cell that has a part at {@code column}, whatever is there now. */
    void cell(Row row, int column, int at) {
        int start = row.tail(column) ? column - 1 : column;
        to(start, at);
        if (row.text[start] == Cell.EMPTY) {
            erase(row, start, 1);
        } else {
            character(row, start);
        }
    }

    /**
     * Goes on from {@code row}, just drawn, into the row below, which is empty, so that the terminal knows that it is the same
     * line: something must stand in the last cell and then something in the first. What should not stand there is taken away
     * again. Ends at the beginning of the row below.
     */
    void wrapInto(Row row, Row below, boolean canReturn) {
        int last = row.columns() - 1;
        boolean filled = row.text[last] == Cell.EMPTY;
        if (filled) {
            plain();
            control(row.columns() + "G").add(" ");
        }
        // A row that scrolls in takes the background of the pen.
        plain();
        add(" ");
        if (filled && canReturn) {
            control("A").control(row.columns() + "G");
            erase(row, last, 1);
            control("B");
        }
        add("\r");
        if (below.text[0] == Cell.EMPTY) {
            erase(below, 0, 1);
        }
    }

    byte[] bytes() {
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** All of it, and bytes behind that need not be text. */
    byte[] bytesAnd(byte[] more) {
        byte[] all = bytes();
        byte[] longer = Arrays.copyOf(all, all.length + more.length);
        System.arraycopy(more, 0, longer, all.length, more.length);
        return longer;
    }
}
