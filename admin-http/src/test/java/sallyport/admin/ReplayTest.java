package sallyport.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sallyport.recorder.Header;
import sallyport.recorder.StreamKind;
import sallyport.recorder.store.Limits;
import sallyport.recorder.store.Recording;
import sallyport.recorder.store.RecordingFile;
import sallyport.recorder.store.RecordingStore;
import sallyport.recorder.store.StoreSetup;

class ReplayTest {

    private static final Instant START = Instant.parse("2026-11-21T14:00:00Z");
    private static final int ROWS = 5;
    private static final int LINES = 300;

    @TempDir
    private Path root;

    /** Also where a part has just begun, and what fits on a screen is in those before it. */
    @Test
    void without_a_terminal_each_moment_shows_the_last_lines_before_it_whatever_part_they_are_in() throws Exception {
        String id = UUID.randomUUID().toString();
        AtomicLong nanos = new AtomicLong();
        Limits small = Limits.USUAL.withParts(1500, Duration.ofHours(24));
        try (RecordingStore store = new RecordingStore(
                root,
                () -> START.plusNanos(nanos.get()),
                StoreSetup.plain(System::nanoTime).with(small))) {
            Header header = new Header(
                    80,
                    ROWS,
                    "",
                    START,
                    Optional.empty(),
                    Optional.empty(),
                    new LinkedHashMap<>(),
                    new LinkedHashMap<>());
            List<String> lines = new ArrayList<>();
            try (Recording recording = store.create(id, header, StreamKind.PLAIN, nanos::get, () -> {})) {
                for (int i = 1; i <= LINES; i++) {
                    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
                    lines.add("line " + i + " of some length");
                    recording.output(ByteBuffer.wrap((lines.getLast() + "\n").getBytes(StandardCharsets.UTF_8)));
                }
                recording.seal();
            }
            RecordingFile file = store.find(id).orElseThrow();
            assertThat(file.parts()).hasSizeGreaterThan(5);
            for (int i = 1; i <= LINES; i++) {
                Instant at = START.plusSeconds(i).plusMillis(500);
                Replay.Shown shown = Replay.of(file, new TextQuery.At(at, false));
                assertThat(shown.lines()).as("after line %d", i).isEqualTo(lines.subList(Math.max(0, i - ROWS), i));
                assertThat(shown.at()).isEqualTo(at);
            }
        }
    }
}
