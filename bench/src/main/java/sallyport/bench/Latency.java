package sallyport.bench;

import java.util.List;

/** How the tables of waiting times are printed: login and echo. */
final class Latency {

    private Latency() {}

    /** @param millis samples in milliseconds by row */
    static void print(Stage stage, List<Route> others, Rows millis, String title) {
        Table table = new Table("", "p50", "p99", "most");
        millis.forEach((route, samples) -> table.row(
                route.name(),
                "%.3g".formatted(samples.medianOfRounds(0.5)),
                "%.3g".formatted(samples.medianOfRounds(0.99)),
                "%.3g".formatted(samples.most())));
        table.print(title);
        Table ratios = new Table("", "p50, median of ratios (range)", "p99, median of ratios (range)");
        List<Route> ours = stage.ours();
        for (Route our : ours) {
            for (Route other : others) {
                ratio(ratios, millis, our, other);
            }
        }
        for (Route other : ours.subList(1, ours.size())) {
            ratio(ratios, millis, other, ours.getFirst());
        }
        ratios.print("ratios, less is better");
    }

    private static void ratio(Table table, Rows millis, Route our, Route other) {
        table.row(our.name() + " / " + other.name(), millis.ratio(our, other, 0.5), millis.ratio(our, other, 0.99));
    }
}
