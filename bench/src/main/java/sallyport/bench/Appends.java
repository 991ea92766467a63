package sallyport.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import sallyport.recorder.Header;
import sallyport.recorder.StreamKind;
import sallyport.recorder.store.Recording;
import sallyport.recorder.store.RecordingFailed;
import sallyport.recorder.store.RecordingStore;

/**
 * How long an append takes while many terminals are recorded, each 100 kB a second in pieces of 4 KiB, synced as always, on the
 * disk that has the temporary folder.
 */
final class Appends {

    private static final int SESSIONS = 100;
    private static final int PIECE = 4096;
    private static final Duration EVERY = Duration.ofMillis(40);

    /** Of each session: about ten seconds that do not count, and thirty that do. */
    private static final int WARM = 250;

    private static final int COUNTED = 750;

    private Appends() {}

    static void measure() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("appends");
        try (RecordingStore store = new RecordingStore(folder, InstantSource.system());
                ExecutorService pumps = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<long[]>> sessions = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                long first = System.nanoTime() + EVERY.toNanos() * i / SESSIONS;
                sessions.add(() -> session(store, first));
            }
            List<long[]> took = new ArrayList<>();
            for (Future<long[]> session : pumps.invokeAll(sessions)) {
                took.add(session.get());
            }
            long[] all = took.stream().flatMapToLong(Arrays::stream).sorted().toArray();
            Table table = new Table("", "appends", "p50, ms", "p99, ms", "p99.9, ms", "most, ms", "sync every, ms");
            table.row(
                    SESSIONS + " sessions, 100 kB/s each",
                    "%d".formatted(all.length),
                    millis(all, 0.5),
                    millis(all, 0.99),
                    millis(all, 0.999),
                    millis(all, 1),
                    "%d".formatted(store.syncInterval().toMillis()));
            table.print("appending to recordings");
        } catch (ExecutionException failed) {
            throw new IOException("a recording failed", failed.getCause());
        } finally {
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static String millis(long[] sorted, double quantile) {
        int at = (int) Math.min(sorted.length - 1L, Math.round(quantile * (sorted.length - 1)));
        return "%.3g".formatted(sorted[at] / 1e6);
    }

    private static long[] session(RecordingStore store, long first) throws RecordingFailed, InterruptedException {
        Header header = new Header(
                120,
                40,
                "xterm",
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>());
        byte[] text = "a line of what a program says while it works, and then the next one\r\n"
                .repeat(PIECE / 64)
                .substring(0, PIECE)
                .getBytes(StandardCharsets.US_ASCII);
        long[] took = new long[COUNTED];
        try (Recording recording =
                store.create(UUID.randomUUID().toString(), header, StreamKind.TERMINAL, System::nanoTime, () -> {})) {
            for (int i = 0; i < WARM + COUNTED; i++) {
                TimeUnit.NANOSECONDS.sleep(first + EVERY.toNanos() * i - System.nanoTime());
                long began = System.nanoTime();
                recording.output(ByteBuffer.wrap(text));
                if (i >= WARM) {
                    took[i - WARM] = System.nanoTime() - began;
                }
            }
            recording.exit(0, Optional.empty());
            recording.seal();
        }
        return took;
    }
}
