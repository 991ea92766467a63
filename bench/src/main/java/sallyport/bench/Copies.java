package sallyport.bench;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One large file by {@code scp}, which speaks sftp: to the target and back, in MB/s of wall time, the login included. */
final class Copies {

    private Copies() {}

    static void measure(Stage stage, int rounds, int megabytes, boolean bastionsOnly)
            throws IOException, InterruptedException {
        Path file = noise(stage.folder().resolve("file"), megabytes);
        List<Route> ours = new ArrayList<>(stage.ours());
        ours.addAll(stage.through());
        List<Route> others = bastionsOnly ? List.of() : List.of(stage.jump(), stage.jumpWithGcm());
        List<Route> routes = new ArrayList<>(ours);
        routes.addAll(others);
        Rows up = new Rows(routes);
        Rows down = new Rows(routes);
        for (Route route : routes) {
            // The first run is looked at, and lets the JVM compile what is hot.
            copyBothWays(stage, route, file, new Samples(), new Samples());
            if (Files.mismatch(file, copy(stage)) >= 0) {
                throw new IOException(route.name() + ": the file came back changed");
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (Route route : Turns.of(routes, round)) {
                copyBothWays(stage, route, file, up.of(route), down.of(route));
            }
        }
        up.print("scp of %d MB to the target, MB/s, %d rounds".formatted(megabytes, rounds), "%.0f");
        up.printRatios(ours, others, "speed ratios, more is better");
        down.print("scp of %d MB from the target, MB/s, %d rounds".formatted(megabytes, rounds), "%.0f");
        down.printRatios(ours, others, "speed ratios, more is better");
    }

    private static Path copy(Stage stage) {
        return stage.folder().resolve("file-back");
    }

    private static void copyBothWays(Stage stage, Route route, Path file, Samples up, Samples down)
            throws IOException, InterruptedException {
        Path there = stage.folder().resolve("file-there");
        up.round(speed(stage, route, file.toString(), route.host() + ":" + there, file));
        down.round(speed(stage, route, route.host() + ":" + there, copy(stage).toString(), file));
        Files.delete(there);
    }

    private static double speed(Stage stage, Route route, String from, String to, Path file)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        int exit = Program.join(stage.scp(from, to)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(Redirect.DISCARD)
                .start());
        double seconds = (System.nanoTime() - began) / 1e9;
        if (exit != 0) {
            throw new IOException(route.name() + ": scp ended with " + exit + "; "
                    + Files.readString(stage.folder().resolve("ssh.log")));
        }
        if (route.bastion().isPresent()) {
            route.bastion().get().sealed();
        }
        return Files.size(file) / 1e6 / seconds;
    }

    private static Path noise(Path file, int megabytes) throws IOException {
        Random random = new Random(1);
        byte[] piece = new byte[1_000_000];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < megabytes; i++) {
                random.nextBytes(piece);
                out.write(piece);
            }
        }
        return file;
    }
}
