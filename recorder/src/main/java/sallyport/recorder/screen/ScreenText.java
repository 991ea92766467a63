package sallyport.recorder.screen;

import java.util.ArrayList;
import java.util.List;

/**
 * What a screen shows, as text. Lines have no control characters but, in the methods that say so, those of colours and other
 * looks (SGR); such a line ends in a reset.
 */
public final class ScreenText {

    private ScreenText() {}

    /** The rows that are visible, from the top, without blanks at their ends. */
    public static List<String> screen(Screen screen) {
        return visible(screen, false);
    }

    /** The same with colours. */
    public static List<String> screenWithColours(Screen screen) {
        return visible(screen, true);
    }

    /**
     * The last lines of the main screen, also those that have scrolled away, without blank ones at the end. A line that was
     * wrapped is one.
     */
    public static List<String> tail(Screen screen, int lines) {
        return last(screen, lines, false);
    }

    /** The same with colours. */
    public static List<String> tailWithColours(Screen screen, int lines) {
        return last(screen, lines, true);
    }

    /**
     * The lines that are visible and begin on the screen, without colours. A line that was wrapped is one.
     *
     * @param withCursorLine whether the line is there too that the cursor is in, which somebody may still be writing
     */
    public static List<String> lines(Screen screen, boolean withCursorLine) {
        Page page = screen.page;
        List<String> lines = new ArrayList<>();
        for (int from = 0; from < page.rows; ) {
            int to = lineEnd(page, from);
            boolean whole = from > 0 || !page.grid.row(0).wrapped;
            if (whole && (withCursorLine || page.row < from || page.row > to)) {
                lines.add(text(page, from, to));
            }
            from = to + 1;
        }
        return lines;
    }

    /**
     * The line that the cursor is in.
     *
     * @param before what stands before the cursor, with the blanks at its end
     * @param after what stands from the cursor on, without them
     */
    public record CursorLine(String before, String after) {}

    /** The line that the cursor is in; of one that began above the screen, what is visible. */
    public static CursorLine cursorLine(Screen screen) {
        Page page = screen.page;
        int column = page.pending ? page.columns : page.column;
        StringBuilder before = new StringBuilder();
        for (int i = lineStart(page, page.row); i < page.row; i++) {
            before.append(cells(page.grid.row(i), 0, page.columns));
        }
        before.append(cells(page.grid.row(page.row), 0, column));
        StringBuilder after = new StringBuilder(cells(page.grid.row(page.row), column, page.columns));
        for (int i = page.row + 1; i <= lineEnd(page, page.row); i++) {
            after.append(cells(page.grid.row(i), 0, page.columns));
        }
        return new CursorLine(before.toString(), after.toString().stripTrailing());
    }

    /**
     * The last lines of the main screen down to the one that the cursor is in, also those that have scrolled away.
     *
     * @param most how many at most
     */
    public static List<String> toCursor(Screen screen, int most) {
        Page page = screen.page;
        List<Row> rows = new ArrayList<>();
        Scrollback.Rows above = page.scrollback.last(Math.min(page.scrollback.lines(), most), page.columns);
        while (above.hasNext()) {
            rows.add(above.next());
        }
        int row = page.alternate == null ? page.row : page.mainRow;
        int to = row;
        while (to + 1 < page.rows && page.main.row(to + 1).wrapped) {
            to++;
        }
        for (int i = 0; i <= to; i++) {
            rows.add(page.main.row(i));
        }
        List<String> lines = joined(rows, false);
        return lines.subList(Math.max(0, lines.size() - most), lines.size());
    }

    private static int lineStart(Page page, int row) {
        int start = row;
        while (start > 0 && page.grid.row(start).wrapped) {
            start--;
        }
        return start;
    }

    private static int lineEnd(Page page, int row) {
        int end = row;
        while (end + 1 < page.rows && page.grid.row(end + 1).wrapped) {
            end++;
        }
        return end;
    }

    private static String text(Page page, int from, int to) {
        Line line = new Line(false);
        for (int i = from; i <= to; i++) {
            line.add(page.grid.row(i), i < to);
        }
        return line.text();
    }

    /** Some cells of a row as they are; a wide character counts where it begins. */
    static String cells(Row row, int from, int to) {
        StringBuilder text = new StringBuilder(to - from);
        for (int at = 0; at < to; at += row.width(at)) {
            int cell = row.text[at];
            int codePoint = cell & Cell.CODE_POINT;
            if (at >= from) {
                text.appendCodePoint(codePoint == 0 ? ' ' : codePoint);
                if ((cell & Cell.MARKED) != 0) {
                    text.append(row.marks(at));
                }
            }
        }
        return text.toString();
    }

    private static List<String> visible(Screen screen, boolean colours) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < screen.rows(); i++) {
            Line line = new Line(colours);
            line.add(screen.page.grid.row(i), false);
            lines.add(line.text());
        }
        return lines;
    }

    private static List<String> last(Screen screen, int most, boolean colours) {
        Page page = screen.page;
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < page.rows; i++) {
            rows.add(page.main.row(i));
        }
        while (!rows.isEmpty() && rows.getLast().length() == 0) {
            rows.removeLast();
        }
        // Each row of the scrollback may be a line, and the first of them may go on from an earlier one.
        int count = Math.min(page.scrollback.lines(), Math.max(most, 0));
        Scrollback.Rows above = page.scrollback.last(count, page.columns);
        List<Row> all = new ArrayList<>();
        while (above.hasNext()) {
            all.add(above.next());
        }
        all.addAll(rows);
        while (!all.isEmpty() && all.getLast().length() == 0) {
            all.removeLast();
        }
        List<String> lines = joined(all, colours);
        return lines.subList(Math.max(0, lines.size() - Math.max(most, 0)), lines.size());
    }

    private static List<String> joined(List<Row> rows, boolean colours) {
        List<String> lines = new ArrayList<>();
        Line line = new Line(colours);
        for (int i = 0; i < rows.size(); i++) {
            boolean goesOn = i + 1 < rows.size() && rows.get(i + 1).wrapped;
            line.add(rows.get(i), goesOn);
            if (!goesOn) {
                lines.add(line.text());
                line = new Line(colours);
            }
        }
        return lines;
    }

    /** One line while it is written. */
    private static final class Line {
        private final boolean colours;
        private final StringBuilder text = new StringBuilder();
        private long style = Style.PLAIN;
        /** Where it ends if nothing visible follows. */
        private int end;

        Line(boolean colours) {
            this.colours = colours;
        }

        void add(Row row, boolean whole) {
            int to = whole ? row.columns() : colours ? row.extent() : row.length();
            if (whole && row.text[to - 1] == Cell.EMPTY && to > 1) {
                // The place of a wide character that did not fit.
                to--;
            }
            for (int at = 0; at < to; at += row.width(at)) {
                look(row.style[at] & ~Style.EXTRA);
                int codePoint = row.text[at] & Cell.CODE_POINT;
                boolean blank = (codePoint == 0 || codePoint == ' ') && (!colours || style == Style.PLAIN);
                text.appendCodePoint(codePoint == 0 ? ' ' : codePoint).append(row.marks(at));
                end = blank ? end : text.length();
            }
        }

        private void look(long next) {
            if (colours && next != style) {
                String sgr = Sgr.of(next, null);
                text.append("\u001b[0")
                        .append(sgr.isEmpty() ? "" : ";")
                        .append(sgr)
                        .append('m');
                style = next;
                end = next == Style.PLAIN ? text.length() : end;
            }
        }

        String text() {
            look(Style.PLAIN);
            text.setLength(end);
            return text.toString();
        }
    }
}
