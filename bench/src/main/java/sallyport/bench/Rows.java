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

    /** Of each round the ratio of {@code ours} to {@code other}, as the text of a table's cell. */
    String ratio(Route ours, Route other, double quantile) {
        return Table.ratio(Samples.ratios(of(ours), of(other), quantile));
    }
}
