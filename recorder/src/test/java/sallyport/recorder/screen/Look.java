package sallyport.recorder.screen;

import java.util.Arrays;
import java.util.Objects;

/** Everything that can be told of a screen, in words that can be compared. */
final class Look {

    private Look() {}

    static String of(Screen screen) {
        return of(screen, true);
    }

    /** Without what a redraw leaves alone on a terminal that was used before: lines above, and titles. */
    static String ofWhatIsDrawn(Screen screen) {
        return of(screen, false);
    }

    private static String of(Screen screen, boolean all) {
        Page page = screen.page;
        StringBuilder out = new StringBuilder();
        out.append(page.columns).append('x').append(page.rows);
        out.append(" cursor ").append(page.column).append(',').append(page.row).append(page.pending ? " pending" : "");
        out.append("\npen ").append(page.pen).append(' ').append(page.charsets);
        out.append(" shift ").append(page.singleShift).append(" repeat ").append(page.repeatable);
        out.append("\nmargins ")
                .append(page.top)
                .append(',')
                .append(page.bottom)
                .append(',')
                .append(page.left);
        out.append(',').append(page.right).append("\nmodes");
        for (Mode mode : Mode.values()) {
            out.append(page.modes.has(mode) ? " " + mode : "");
        }
        out.append("\nstyle ").append(page.modes.cursorStyle()).append(" other ");
        out.append(page.modes.modifyOtherKeys()).append("\ntabs");
        for (int i = 0; i < page.columns; i++) {
            out.append(page.tabs.at(i) ? " " + i : "");
        }
        out.append("\ncolours ").append(page.palette.changed());
        for (int i = Palette.FOREGROUND; i <= Palette.CURSOR; i++) {
            out.append(' ').append(page.palette.special(i));
        }
        if (all) {
            out.append("\ntitle ").append(page.titles.title()).append(page.titles.stack());
            out.append(' ').append(page.directory).append("\nabove");
            Scrollback.Rows above = page.scrollback.last(Integer.MAX_VALUE, page.columns);
            while (above.hasNext()) {
                row(out, above.next());
            }
        }
        out.append("\nmain");
        grid(out, page.main);
        if (page.alternate != null) {
            out.append("\nalternate, from ").append(page.mainColumn).append(',').append(page.mainRow);
            grid(out, page.alternate);
        }
        out.append("\nunfinished ").append(Arrays.toString(screen.parser.unfinished()));
        return out.toString();
    }

    private static void grid(StringBuilder out, Grid grid) {
        out.append(" saved ").append(grid.saved).append(" keys ").append(Arrays.toString(grid.keyboard.entries()));
        for (int i = 0; i < grid.rows(); i++) {
            row(out, grid.row(i));
        }
    }

    private static void row(StringBuilder out, Row row) {
        out.append(row.wrapped ? "\n>" : "\n|");
        long style = 0;
        Extra extra = null;
        for (int i = 0; i < row.extent(); i++) {
            if (row.style[i] != style || !Objects.equals(extra, row.extra(i))) {
                style = row.style[i];
                extra = row.extra(i);
                out.append('{')
                        .append(Long.toHexString(style))
                        .append(extra == null ? "" : extra)
                        .append('}');
            }
            int content = row.text[i];
            if ((content & Cell.PROTECTED) != 0) {
                out.append('!');
            }
            if ((content & Cell.TAIL) != 0) {
                out.append('<');
            } else if (content == Cell.EMPTY) {
                out.append('_');
            } else {
                out.appendCodePoint(content & Cell.CODE_POINT).append(row.marks(i));
            }
            boolean half = row.wide(i) != (i + 1 < row.columns() && row.tail(i + 1));
            out.append(half ? "<HALF>" : "");
        }
    }
}
