package sallyport.bench;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;

/** Logins one after another, to the exit of {@code ssh HOST true}; curve25519 on every leg of either side. */
final class Logins {

    private static final int EACH_ROUND = 20;

    /** Until the JVM has compiled the handshake. */
    private static final int WARMING = 40;

    private Logins() {}

    static void measure(Stage stage, int rounds, boolean bastionsOnly) throws IOException, InterruptedException {
        List<Route> others = bastionsOnly ? List.of() : List.of(stage.jump());
        List<Route> routes = new ArrayList<>(stage.ours());
        routes.addAll(others);
        Rows millis = new Rows(routes);
        for (Route route : routes) {
            for (int i = 0; i < (route.bastion().isPresent() ? WARMING : 3); i++) {
                login(stage, route);
            }
        }
        for (int round = 0; round < rounds; round++) {
            double[][] taken = new double[routes.size()][EACH_ROUND];
            for (int i = 0; i < EACH_ROUND; i++) {
                for (Route route : Turns.of(routes, i)) {
                    taken[routes.indexOf(route)][i] = login(stage, route);
                }
            }
            for (Route route : routes) {
                millis.of(route).round(taken[routes.indexOf(route)]);
            }
        }
        for (Bastion bastion : stage.bastions()) {
            bastion.sealed();
        }
        Latency.print(stage, others, millis, "login to true, ms, %d rounds of %d logins".formatted(rounds, EACH_ROUND));
    }

    private static double login(Stage stage, Route route) throws IOException {
        long began = System.nanoTime();
        int exit = Program.join(stage.ssh(route, "true")
                .redirectInput(new File("/dev/null"))
                .redirectOutput(Redirect.DISCARD)
                .start());
        if (exit != 0) {
            throw new IOException(route.name() + ": ssh ended with " + exit);
        }
        return (System.nanoTime() - began) / 1e6;
    }
}
