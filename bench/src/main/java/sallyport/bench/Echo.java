package sallyport.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One key pressed, to the same byte shown: through a raw terminal and {@code cat} on the target, one byte at a time. The
 * sessions of all rows are open together and take turns in short blocks: an echo is so short that a neighbour's second of
 * work would otherwise be all that one row sees.
 */
final class Echo {

    private static final int BLOCKS = 40;
    private static final int EACH_BLOCK = 50;

    /** At the start of each block, not counted: caches are the other rows'. */
    private static final int SETTLING = 5;

    /** Until the JVM has compiled the way of a byte. */
    private static final int WARMING = 15_000;

    private Echo() {}

    static void measure(Stage stage, int rounds, boolean bastionsOnly) throws IOException {
        List<Route> others = bastionsOnly ? List.of() : List.of(stage.jump(), stage.direct());
        List<Route> routes = new ArrayList<>(stage.ours());
        routes.addAll(others);
        Rows millis = new Rows(routes);
        for (Route route : stage.ours()) {
            try (Terminal terminal = Terminal.open(stage, route)) {
                for (int i = 0; i < WARMING; i++) {
                    terminal.echoMillis();
                }
            }
        }
        for (int round = 0; round < rounds; round++) {
            round(stage, routes, millis);
        }
        Latency.print(
                stage, others, millis, "echo of one byte, ms, %d rounds of %d".formatted(rounds, BLOCKS * EACH_BLOCK));
    }

    private static void round(Stage stage, List<Route> routes, Rows millis) throws IOException {
        List<Terminal> terminals = new ArrayList<>();
        try {
            for (Route route : routes) {
                terminals.add(Terminal.open(stage, route));
            }
            double[][] taken = new double[routes.size()][BLOCKS * EACH_BLOCK];
            for (int block = 0; block < BLOCKS; block++) {
                for (Terminal terminal : Turns.of(terminals, block)) {
                    double[] samples = taken[terminals.indexOf(terminal)];
                    for (int i = -SETTLING; i < EACH_BLOCK; i++) {
                        double sample = terminal.echoMillis();
                        if (i >= 0) {
                            samples[block * EACH_BLOCK + i] = sample;
                        }
                    }
                }
            }
            for (Route route : routes) {
                millis.of(route).round(taken[routes.indexOf(route)]);
            }
        } finally {
            terminals.forEach(Terminal::close);
        }
    }
}
