package sallyport.bench;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/** Bulk text from the target to the client: {@code ssh HOST 'cat FILE'}, in MB/s of wall time, the login included. */
final class Throughput {

    private static final int LINE_BYTES = 57;

    private Throughput() {}

    static void measure(Stage stage, int rounds, int megabytes, boolean bastionsOnly)
            throws IOException, InterruptedException {
        Path text = text(stage.folder().resolve("text"), megabytes);
        List<Route> routes = new ArrayList<>(stage.ours());
        if (!bastionsOnly) {
            routes.addAll(stage.through());
        }
        List<Route> others =
                bastionsOnly ? List.of() : List.of(stage.jump(), stage.jumpWithGcm(), stage.recordingJump());
        routes.addAll(others);
        Rows speeds = new Rows(routes);
        Rows cpu = new Rows(routes);
        Rows after = new Rows(routes);

        for (Route route : routes) {
            count(stage, route, text);
            // The JVM compiles what is hot only while it runs.
            for (int warming = 0; warming < 2 && route.bastion().isPresent(); warming++) {
                run(stage, route, text, new Samples(), new Samples(), new Samples());
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (Route route : Turns.of(routes, round)) {
                run(stage, route, text, speeds.of(route), cpu.of(route), after.of(route));
            }
        }
        print(stage, others, speeds, cpu, after, "cat of %d MB of text, MB/s, %d rounds".formatted(megabytes, rounds));
    }

    private static void run(Stage stage, Route route, Path text, Samples speed, Samples cpu, Samples after)
            throws IOException, InterruptedException {
        double before = cpuSeconds(route);
        long began = System.nanoTime();
        int exit = Program.join(stage.ssh(route, "cat " + text)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(Redirect.DISCARD)
                .start());
        double seconds = (System.nanoTime() - began) / 1e9;
        if (exit != 0) {
            throw new IOException(route.name() + ": ssh ended with " + exit);
        }
        speed.round(Files.size(text) / 1e6 / seconds);
        double ended = cpuSeconds(route);
        cpu.round(ended - before);
        if (route.bastion().isPresent()) {
            route.bastion().get().sealed();
        }
        after.round(cpuSeconds(route) - ended);
    }

    private static double cpuSeconds(Route route) {
        return route.bastion().map(b -> b.cpu().toNanos() / 1e9).orElse(0.0);
    }

    /** One run whose bytes are counted, so that what is fast is whole. A recorded terminal makes CR LF of LF. */
    private static void count(Stage stage, Route route, Path text) throws IOException, InterruptedException {
        Process ssh = stage.ssh(route, "cat " + text)
                .redirectInput(new File("/dev/null"))
                .start();
        long bytes = ssh.getInputStream().transferTo(OutputStream.nullOutputStream());
        if (Program.join(ssh) != 0 || bytes < Files.size(text)) {
            throw new IOException(route.name() + ": only " + bytes + " of " + Files.size(text) + " bytes came; "
                    + Files.readString(stage.folder().resolve("ssh.log")));
        }
        if (route.bastion().isPresent() && route.bastion().get().sealed() < bytes) {
            throw new IOException(route.name() + ": the recording is shorter than the text");
        }
    }

    private static Path text(Path file, int megabytes) throws IOException {
        Random random = new Random(1);
        byte[] raw = new byte[LINE_BYTES];
        byte[] line = new byte[LINE_BYTES / 3 * 4 + 1];
        line[line.length - 1] = '\n';
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            for (long written = 0; written < megabytes * 1_000_000L; written += line.length) {
                random.nextBytes(raw);
                Base64.getEncoder().encode(raw, line);
                out.write(line);
            }
        }
        return file;
    }

    private static void print(Stage stage, List<Route> others, Rows speeds, Rows cpu, Rows after, String title) {
        Table table = new Table("", "median", "least", "most", "JVM CPU s", "packing it afterwards");
        speeds.forEach((route, speed) -> table.row(
                route.name(),
                "%.0f".formatted(speed.quantile(0.5)),
                "%.0f".formatted(speed.least()),
                "%.0f".formatted(speed.most()),
                route.bastion().isPresent() ? "%.2f".formatted(cpu.of(route).quantile(0.5)) : "",
                route.bastion().isPresent() ? "%.2f".formatted(after.of(route).quantile(0.5)) : ""));
        table.print(title);
        Table ratios = new Table("", "speed, median of ratios (range)", "JVM CPU");
        List<Route> ours = stage.ours();
        List<Route> all = new ArrayList<>(ours);
        if (!others.isEmpty()) {
            all.addAll(stage.through());
        }
        for (Route our : all) {
            for (Route other : others) {
                ratios.row(our.name() + " / " + other.name(), speeds.ratio(our, other, 0.5), "");
            }
        }
        Route first = ours.getFirst();
        for (Route other : ours.subList(1, ours.size())) {
            ratios.row(
                    other.name() + " / " + first.name(), speeds.ratio(other, first, 0.5), cpu.ratio(other, first, 0.5));
        }
        ratios.print("throughput ratios, more speed and less CPU is better");
    }
}
