package sallyport.recorder.screen;

import java.util.List;
import java.util.Locale;

/** A row in words, as the golden files have it: plain text, and {@code ⟦style|text⟧} where it is not plain. */
final class GoldenRow {

    private static final String[] UNDERLINES = {"none", "single", "double", "curly", "dotted", "dashed"};

    private final StringBuilder out = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private String style = "";

    private GoldenRow() {}

    static String of(List<?> runs) {
        StringBuilder out = new StringBuilder();
        for (Object run : runs) {
            switch (run) {
                case String plain -> out.append(plain);
                case List<?> styled -> out.append(styled(styled.get(1), styled.get(0)));
                default -> throw new IllegalArgumentException(String.valueOf(run));
            }
        }
        return out.toString();
    }

    static String of(Row row) {
        return of(row, row.columns(), true);
    }

    /** Up to the last character that is not blank, and without links. */
    static String ofText(Row row) {
        int end = row.columns();
        while (end > 0 && row.marks(end - 1).isEmpty() && blank(row.text[end - 1] & ~Cell.PROTECTED)) {
            end--;
        }
        return of(row, end, false);
    }

    private static boolean blank(int content) {
        return content == Cell.EMPTY || content == ' ';
    }

    private static String of(Row row, int end, boolean links) {
        GoldenRow words = new GoldenRow();
        for (int at = 0; at < end; at += row.width(at)) {
            words.add(row, at, links);
        }
        words.end();
        return words.out.toString();
    }

    private void add(Row row, int at, boolean links) {
        int codePoint = row.text[at] & Cell.CODE_POINT;
        String cell = Character.toString(codePoint == 0 ? ' ' : codePoint) + row.marks(at);
        boolean joined = cell.codePointCount(0, cell.length()) > 1;
        StringBuilder words = new StringBuilder(look(row.style[at], row.extra(at), links));
        words.append(row.wide(at) ? " wide" : "").append(joined ? " joined" : "");
        String next = words.toString().strip();
        if (!next.equals(style) || joined) {
            flush();
            style = next;
        }
        text.append(cell);
    }

    private void flush() {
        if (!text.isEmpty()) {
            out.append(style.isEmpty() ? text : styled(style, text));
        }
        text.setLength(0);
    }

    private void end() {
        if (style.isEmpty()) {
            String last = text.toString().stripTrailing();
            text.setLength(0);
            text.append(last);
        }
        flush();
    }

    private static String styled(Object style, Object text) {
        return "⟦" + style + "|" + text + "⟧";
    }

    private static String look(long style, Extra extra, boolean links) {
        StringBuilder words = new StringBuilder();
        add(words, style, Style.BOLD, "bold");
        add(words, style, Style.DIM, "dim");
        add(words, style, Style.ITALIC, "italic");
        add(words, style, Style.BLINK, "blink");
        add(words, style, Style.INVERSE, "inverse");
        add(words, style, Style.HIDDEN, "invisible");
        add(words, style, Style.STRIKE, "strikethrough");
        add(words, style, Style.OVERLINE, "overline");
        if (Style.underline(style) != Style.NO_UNDERLINE) {
            words.append(" underline=").append(UNDERLINES[Style.underline(style)]);
            colour(words, "ul", extra == null ? 0 : extra.underlineColour());
        }
        colour(words, "fg", Style.foreground(style));
        colour(words, "bg", Style.background(style));
        if (links && extra != null && extra.link() != null) {
            words.append(" link=").append(extra.link().uri());
        }
        return words.toString();
    }

    private static void add(StringBuilder words, long style, long attribute, String word) {
        if ((style & attribute) != 0) {
            words.append(' ').append(word);
        }
    }

    private static void colour(StringBuilder words, String which, int colour) {
        if (colour != 0) {
            int value = colour & 0xffffff;
            boolean rgb = (colour & Style.COLOUR_KIND) == Style.RGB;
            words.append(' ')
                    .append(which)
                    .append('=')
                    .append(rgb ? String.format(Locale.ROOT, "#%06x", value) : String.valueOf(value));
        }
    }
}
