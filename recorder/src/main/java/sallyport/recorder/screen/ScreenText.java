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
