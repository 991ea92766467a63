package sallyport.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.BiConsumer;

/** The samples of each route, in the order of the table. */
final class Rows {

    private final Map<Route, Samples> samples = new LinkedHashMap<>();

    Rows(List<Route> routes) {
        routes.forEach(route -> samples.put(route, new Samples()));
    }

    Samples of(Route route) {
        Samples found = samples.get(route);
        if (found == null) {
            throw new NoSuchElementException(route.name());
        }
        return found;
    }

    void forEach(BiConsumer<Route, Samples> look) {
        samples.forEach(look);
    }

    /**
     * All rows.
     *
     * @param format of one number, as {@link String#format} has it
     */
    void print(String title, String format) {
        Table table = new Table("", "median", "least", "most");
        forEach((route, row) -> table.row(
                route.name(),
                String.format(format, row.quantile(0.5)),
                String.format(format, row.least()),
                String.format(format, row.most())));
        table.print(title);
    }

    /** Each of {@code ours} to each of {@code others}. */
    void printRatios(List<Route> ours, List<Route> others, String title) {
        Table ratios = new Table("", "median of ratios (range)");
        for (Route our : ours) {
            for (Route other : others) {
                ratios.row(our.name() + " / " + other.name(), ratio(our, other, 0.5));
            }
        }
        ratios.print(title);
    }

    /** Of each round the ratio of {@code ours} to {@code other}, as the text of a table's cell. */
    String ratio(Route ours, Route other, double quantile) {
        return Table.ratio(Samples.ratios(of(ours), of(other), quantile));
    }
}
