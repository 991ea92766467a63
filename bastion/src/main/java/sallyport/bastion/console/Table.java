package sallyport.bastion.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import sallyport.admin.Inert;

/**
 * Rows under headings, aligned by spaces, without borders. Every cell is made inert here. A column in which every cell is
 * empty is left out.
 */
final class Table {

    private static final String GAP = "  ";

    /** What a column keeps at least when the table is squeezed into a terminal. */
    private static final int LEAST = 4;

    /** The widest a column is made where nothing is cut, in columns of a terminal. */
    private static final int WIDEST = 60;

    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    /** @param headings in capitals */
    Table(String... headings) {
        this.headings = List.of(headings);
    }

    /** Adds a row, one cell for each heading. */
    Table row(String... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException(
                    "a row of " + cells.length + " cells under " + headings.size() + " headings");
        }
        rows.add(Arrays.stream(cells).map(Inert::of).toList());
        return this;
    }

    /** Whether no row was added. */
    boolean isEmpty() {
        return rows.isEmpty();
    }

    /**
     * The lines, the headings first.
     *
     * @param columns no line is wider; the widest columns are cut first. Empty: nothing is cut
     */
    List<String> lines(Optional<Integer> columns) {
        int[] shown = IntStream.range(0, headings.size())
                .filter(c ->
                        rows.isEmpty() || rows.stream().anyMatch(r -> !r.get(c).isEmpty()))
                .toArray();
        int[] natural = Arrays.stream(shown).map(this::naturalWidth).toArray();
        // One long command must not push what follows it out of everybody's sight: it juts out of its column instead.
        int[] widths = columns.isPresent()
                ? natural
                : Arrays.stream(natural).map(w -> Math.min(w, WIDEST)).toArray();
        columns.ifPresent(limit -> squeeze(widths, limit));
        List<String> lines = new ArrayList<>();
        lines.add(line(headings, shown, widths, columns));
        rows.forEach(row -> lines.add(line(row, shown, widths, columns)));
        return lines;
    }

    private int naturalWidth(int column) {
        return Math.max(
                Printable.columns(headings.get(column)),
                rows.stream()
                        .mapToInt(r -> Printable.columns(r.get(column)))
                        .max()
                        .orElse(0));
    }

    private static void squeeze(int[] widths, int limit) {
        int excess = IntStream.of(widths).sum() + GAP.length() * (widths.length - 1) - limit;
        while (excess > 0) {
            int widest = 0;
            for (int i = 1; i < widths.length; i++) {
                if (widths[i] > widths[widest]) {
                    widest = i;
                }
            }
            if (widths.length == 0 || widths[widest] <= LEAST) {
                return;
            }
            widths[widest]--;
            excess--;
        }
    }

    private static String line(List<String> cells, int[] shown, int[] widths, Optional<Integer> columns) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < shown.length; i++) {
            String cell = cells.get(shown[i]);
            line.append(i == 0 ? "" : GAP)
                    .append(Printable.pad(columns.isPresent() ? Printable.cut(cell, widths[i]) : cell, widths[i]));
        }
        String stripped = line.toString().stripTrailing();
        return columns.map(limit -> Printable.cut(stripped, limit)).orElse(stripped);
    }
}
