package sallyport.bench;

import java.util.ArrayList;
import java.util.List;

/** Rows of text under each other. */
final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... heads) {
        rows.add(List.of(heads));
    }

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    void print(String title) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        System.out.println("\n" + title);
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder("  ");
            for (int i = 0; i < columns; i++) {
                String blanks = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? row.get(i) + blanks : "  " + blanks + row.get(i));
            }
            System.out.println(line.toString().stripTrailing());
        }
    }

    /** The median of ratios and their range. */
    static String ratio(double[] ratios) {
        return "%.2f (%.2f-%.2f)".formatted(Samples.median(ratios), ratios[0], ratios[ratios.length - 1]);
    }
}
