package sallyport.bastion.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The process of the demo's targets. Its standard input is a pipe that we hold: it ends when that closes, and so cannot
 * outlive us, however we end.
 */
final class DemoTargetsProcess implements AutoCloseable {

    private static final long START_SECONDS = 30;
    private static final long STOP_SECONDS = 10;
    private static final Pattern SERVING = Pattern.compile("serving( [A-Za-z0-9._-]+=[0-9]{1,5})+");

    private final Process process;
    private final Map<String, Integer> ports;

    private DemoTargetsProcess(Process process, Map<String, Integer> ports) {
        this.process = process;
        this.ports = ports;
    }

    /**
     * Starts targets called {@code names} and returns when they serve.
     *
     * @param folder where they keep their host keys; {@code folder/NAME/host_key} is NAME's
     * @param trusted a file with the line of the public key that may log in
     * @throws StartRefused if they do not serve; then nothing is left running
     */
    static DemoTargetsProcess start(Path folder, List<String> names, Path trusted)
            throws StartRefused, InterruptedException {
        Process process = null;
        try {
            Folders.make(folder);
            Path temporary = Folders.make(folder.resolve("tmp"));
            List<String> command = new ArrayList<>(List.of(
                    "setsid",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-XX:+UseSerialGC",
                    "-XX:+ExitOnOutOfMemoryError",
                    "-Xmx128m",
                    // Native parts of the terminal library are unpacked here, not where everybody can write.
                    "-Djna.tmpdir=" + temporary,
                    "-Dpty4j.tmpdir=" + temporary,
                    "-Djava.io.tmpdir=" + temporary,
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName(),
                    "demo-targets",
                    "--dir",
                    folder.toString(),
                    "--trust",
                    trusted.toString()));
            names.forEach(name -> command.addAll(List.of("--name", name)));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectError(folder.resolve("log").toFile());
            builder.environment().clear();
            process = builder.start();
            DemoTargetsProcess started = new DemoTargetsProcess(process, ports(firstLine(process), folder));
            process = null;
            return started;
        } catch (IOException failed) {
            throw new StartRefused("the demo's targets cannot start: " + failed.getMessage(), failed);
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }

    /** On which loopback port each target serves, by name. */
    Map<String, Integer> ports() {
        return ports;
    }

    /** Ends the targets and every shell on them, and returns when they are gone. Does not fail. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException gone) {
            process.destroyForcibly();
        } catch (InterruptedException stopNow) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static @Nullable String firstLine(Process process) throws InterruptedException, StartRefused {
        try (ExecutorService reader = Executors.newVirtualThreadPerTaskExecutor()) {
            BufferedReader output = process.inputReader();
            Future<@Nullable String> line = reader.submit(output::readLine);
            try {
                return line.get(START_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException silent) {
                // Ends the read, and so lets the reader's executor close.
                process.destroyForcibly();
                throw new StartRefused("the demo's targets do not serve after " + START_SECONDS + " s", silent);
            }
        }
    }

    private static Map<String, Integer> ports(@Nullable String line, Path folder) throws StartRefused {
        if (line == null || !SERVING.matcher(line).matches()) {
            throw new StartRefused("the demo's targets did not start; see " + folder.resolve("log"));
        }
        Map<String, Integer> ports = new LinkedHashMap<>();
        for (String part : line.substring("serving ".length()).split(" ", -1)) {
            int equals = part.indexOf('=');
            ports.put(part.substring(0, equals), Integer.valueOf(part.substring(equals + 1)));
        }
        return ports;
    }
}
