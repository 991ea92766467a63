package sallyport.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import sallyport.recorder.Chain;
import sallyport.recorder.Header;
import sallyport.recorder.LineBuffer;
import sallyport.recorder.RecordedStream;
import sallyport.recorder.StreamKind;
import sallyport.recorder.screen.Screen;
import sallyport.recorder.store.Recording;
import sallyport.recorder.store.RecordingFailed;
import sallyport.recorder.store.RecordingStore;

/**
 * What recording costs, in bytes of output a second: making lines alone, with the chain, and appending to a file with all that
 * belongs to it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RecordingBenchmark {

    private static final int PIECE = LineBuffer.LONGEST_APPEND;

    /** What is recorded. */
    @Param({"text", "listing", "binary"})
    public String output = "";

    private final LineBuffer lines = new LineBuffer();
    private final Chain chain = new Chain();
    private final Screen screen = new Screen(120, 40);
    private ByteBuffer piece = ByteBuffer.allocate(0);
    private RecordedStream stream = new RecordedStream(false, StreamKind.PLAIN);
    private Optional<Path> folder = Optional.empty();
    private Optional<RecordingStore> store = Optional.empty();
    private Optional<Recording> recording = Optional.empty();

    @Setup(Level.Iteration)
    public void begin() throws IOException, RecordingFailed {
        byte[] bytes = new byte[PIECE];
        switch (output) {
            case "binary" -> new Random(1).nextBytes(bytes);
            case "text" -> fill(bytes, "the quick brown fox jumps over the lazy dog and runs away from it again, ");
            default -> fill(bytes, "-rw-r--r-- 1 root root  4096 \u001b[01;34mname-of-a-file.txt\u001b[0m\r\n");
        }
        piece = ByteBuffer.wrap(bytes);
        stream = new RecordedStream(false, StreamKind.PLAIN);
        folder = Optional.of(Files.createTempDirectory("recording-benchmark"));
        screen.feed(bytes);
        store = Optional.of(new RecordingStore(folder.get(), InstantSource.system()));
        Header header = new Header(
                120,
                40,
                "xterm",
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>());
        StreamKind kind = output.equals("binary") ? StreamKind.PLAIN : StreamKind.TERMINAL;
        recording =
                Optional.of(store.get().create(UUID.randomUUID().toString(), header, kind, System::nanoTime, () -> {}));
        if (kind == StreamKind.TERMINAL) {
            recording.get().model(() -> Optional.of(screen));
        }
    }

    private static void fill(byte[] bytes, String with) {
        byte[] text = with.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = text[i % text.length];
        }
    }

    @TearDown(Level.Iteration)
    public void end() throws IOException {
        recording.orElseThrow().close();
        store.orElseThrow().close();
        try (var files = Files.walk(folder.orElseThrow())) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Lines in memory. */
    @Benchmark
    @OperationsPerInvocation(PIECE)
    public int encode() {
        lines.clear();
        stream.append(piece.rewind(), lines, 1);
        return lines.length();
    }

    /** The same, and the chain through them. */
    @Benchmark
    @OperationsPerInvocation(PIECE)
    public int encodeWithChain() {
        lines.clear();
        stream.append(piece.rewind(), lines, 1);
        chain.add(lines);
        return lines.length();
    }

    /** All of it, to a file in the temporary folder, with key frames, parts and syncs. */
    @Benchmark
    @OperationsPerInvocation(PIECE)
    public void append() throws RecordingFailed {
        recording.orElseThrow().output(piece.rewind());
    }
}
