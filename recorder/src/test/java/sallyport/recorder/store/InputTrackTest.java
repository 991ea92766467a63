package sallyport.recorder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sallyport.recorder.store.Samples.bytes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sallyport.recorder.Event;
import sallyport.recorder.Format;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.StreamKind;
import sallyport.recorder.verify.LogClaims;
import sallyport.recorder.verify.RecordingCheck;
import sallyport.recorder.verify.Report;

/** What is typed, beside the recording: kept as it is kept, and seen by nobody who reads that. */
class InputTrackTest {

    @TempDir
    private Path root;

    private final AtomicLong nanos = new AtomicLong();
    private RecordingStore store;

    @BeforeEach
    void open() {
        store = Samples.store(root, nanos);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Recording recording() throws RecordingFailed {
        Recording recording =
                store.create(Samples.SESSION, Samples.header(), StreamKind.TERMINAL, nanos::get, () -> {});
        recording.recordInput("masked");
        return recording;
    }

    private RecordingFile file() throws IOException {
        return store.find(Samples.SESSION).orElseThrow();
    }

    private Path plain(Recording recording) {
        return recording.file().resolveSibling("input.cast");
    }

    private List<Event.Input> typed() throws IOException {
        List<Event.Input> typed = new ArrayList<>();
        try (RecordingReader reader = file().inputReader()) {
            for (Optional<Event> next = reader.next(); next.isPresent(); next = reader.next()) {
                if (next.get() instanceof Event.Input input) {
                    typed.add(input);
                }
            }
            assertThat(reader.damage()).isEmpty();
        }
        return typed;
    }

    @Test
    void what_is_typed_is_a_stream_of_its_own_that_says_who_typed() throws Exception {
        Recording recording = recording();
        nanos.addAndGet(1_500_000_000);
        recording.input("engineer", bytes("ls"));
        recording.output(bytes("ls"));
        nanos.addAndGet(500_000_000);
        recording.hiddenInput("engineer");
        recording.input("second", bytes("\r[hidden]"));

        assertThat(Samples.lines(plain(recording)).getFirst())
                .contains("\"sallyport\":{", "\"stream\":\"input\"", "\"input\":\"masked\"", Samples.SESSION);
        assertThat(Samples.lines(plain(recording)).subList(1, 8))
                .containsExactly(
                        "#clock 2026-11-21T23:59:59.250Z 0.000",
                        "#typist engineer",
                        "[1.500, \"i\", \"ls\"]",
                        "#hidden",
                        "[0.500, \"i\", \"[hidden]\"]",
                        "#typist second",
                        "[0.000, \"i\", \"\\r[hidden]\"]");
        Duration second = Duration.ofSeconds(2);
        assertThat(typed())
                .containsExactly(
                        new Event.Input(Duration.ofMillis(1500), "engineer", false, "ls"),
                        new Event.Input(second, "engineer", true, Event.Input.HIDDEN),
                        new Event.Input(second, "second", false, "\r[hidden]"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(plain(recording))))
                .isEqualTo("rw-------");
    }

    @Test
    void bytes_that_are_no_text_are_kept_exactly() throws Exception {
        Recording recording = recording();
        recording.input("engineer", ByteBuffer.wrap(new byte[] {'a', (byte) 0xff, 'b', (byte) 0xe2}));
        recording.input("engineer", ByteBuffer.wrap(new byte[] {(byte) 0x82, (byte) 0xac}));

        assertThat(Samples.lines(plain(recording)))
                .contains("[0.000, \"i\", \"a\uFFFDb\"]", "#b64 0 Yf9i", "#b64 3 4g==", "[0.000, \"i\", \"€\"]");
    }

    @Test
    void no_reader_of_the_recording_sees_it() throws Exception {
        Recording recording = recording();
        recording.output(bytes("shown"));
        recording.input("engineer", bytes("typed-secret"));
        recording.seal();
        Samples.awaitPacked(store);

        for (Format format : Format.values()) {
            assertThat(Samples.converted(file(), format)).doesNotContain("typed-secret");
        }
        assertThat(file().parts()).containsExactly(1);
        assertThat(typed()).extracting(Event.Input::text).containsExactly("typed-secret");
    }

    @Test
    void it_is_sealed_packed_and_removed_with_the_recording() throws Exception {
        Recording recording = recording();
        recording.input("engineer", bytes("ls\r"));
        long length = Files.size(plain(recording));
        Sealed sealed = recording.seal();
        Samples.awaitPacked(store);

        assertThat(plain(recording)).doesNotExist();
        Path packed = file().storedInput().orElseThrow();
        assertThat(packed).hasFileName("input.cast.zst");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(packed)))
                .isEqualTo("r--------");
        Sealed.Part stated = file().seal().orElseThrow().input().orElseThrow();
        assertThat(stated.bytes()).isEqualTo(length);
        assertThat(stated.sha256()).isEqualTo(sealed.input().orElseThrow().sha256());
        assertThat(stated.packed().orElseThrow()).isEqualTo(Packer.described(packed));
        assertThat(file().seal().orElseThrow().sha256())
                .isEqualTo(sealed.sha256())
                .isNotEqualTo(sealed.parts().getFirst().sha256());
        assertThat(file().check()).isEmpty();
        assertThat(store.delete(Samples.SESSION, "production: 365 days")).isTrue();
        assertThat(packed).doesNotExist();
    }

    @Test
    void a_vault_encrypts_it_as_it_does_parts() throws Exception {
        store.close();
        store = new RecordingStore(
                root, () -> Samples.START, StoreSetup.plain(nanos::get).with(new PartsTest.Inverting()));
        Recording recording = recording();
        recording.input("engineer", bytes("typed-secret"));
        recording.seal();
        Samples.awaitPacked(store);

        Path stored = file().storedInput().orElseThrow();
        assertThat(stored.getFileName().toString()).startsWith("input.cast.zst.");
        assertThat(typed()).extracting(Event.Input::text).containsExactly("typed-secret");
        assertThat(file().check()).isEmpty();
    }

    @Test
    void after_a_crash_whole_lines_count() throws Exception {
        Recording recording = recording();
        recording.input("engineer", bytes("ls\r"));
        long whole = Files.size(plain(recording));
        recording.close();
        Files.writeString(plain(recording), "[0.000, \"i\", \"cu", StandardOpenOption.APPEND);
        store.close();
        store = Samples.store(root, nanos);

        assertThat(Samples.recovered(store))
                .singleElement()
                .satisfies(found -> assertThat(found.damage())
                        .hasValueSatisfying(damage -> assertThat(damage.words()).contains("what was typed", "cut")));
        Samples.awaitPacked(store);
        assertThat(file().seal().orElseThrow().input().orElseThrow().bytes()).isEqualTo(whole);
        assertThat(typed()).extracting(Event.Input::text).containsExactly("ls\r");
    }

    @Test
    void an_altered_one_and_a_missing_one_are_named() throws Exception {
        Recording recording = recording();
        recording.input("engineer", bytes("rm -rf /\r"));
        recording.seal();
        Samples.awaitPacked(store);
        assertThat(verified().good()).anyMatch(good -> good.startsWith("what was typed: ") && good.contains("sealed"));

        Path stored = file().storedInput().orElseThrow();
        byte[] altered = Files.readAllBytes(stored);
        altered[altered.length / 2] ^= 1;
        Files.setPosixFilePermissions(stored, PosixFilePermissions.fromString("rw-------"));
        Files.write(stored, altered);
        assertThat(file().check())
                .singleElement()
                .satisfies(damage -> assertThat(damage.words()).contains("what was typed"));
        assertThat(words(verified())).anyMatch(words -> words.startsWith("altered: what was typed"));

        Files.delete(stored);
        assertThat(file().check())
                .singleElement()
                .satisfies(damage -> assertThat(damage.words()).isEqualTo("what was typed is missing"));
        assertThat(words(verified())).contains("missing: what was typed");
    }

    private static List<String> words(Report report) {
        return report.findings().stream().map(finding -> finding.words()).toList();
    }

    private Report verified() throws IOException {
        RecordingFile file = file();
        RecordingCheck check = new RecordingCheck(new LogClaims(), List.of(), file.sidecar(), true);
        Path part = file.stored(1).orElseThrow();
        try (InputStream in = Files.newInputStream(part)) {
            String name = part.getFileName().toString();
            check.part(1, name, in, stored -> file.text(stored, name));
        }
        Optional<Path> input = file.storedInput();
        if (input.isEmpty()) {
            check.noInput(false);
        } else {
            try (InputStream in = Files.newInputStream(input.get())) {
                String name = input.get().getFileName().toString();
                check.input(name, in, stored -> file.text(stored, name));
            }
        }
        return check.report();
    }

    @Test
    void a_failed_append_ends_the_recording() throws Exception {
        FailingDiskTest.FailingSink disk = new FailingDiskTest.FailingSink();
        store.close();
        store = new RecordingStore(
                root,
                () -> Samples.START,
                StoreSetup.plain(nanos::get).with(Limits.USUAL.withPause(Duration.ZERO, Duration.ZERO)),
                disk::make);
        Recording recording = recording();
        disk.failWriteAt = disk.writes + 1;
        assertThatThrownBy(() -> recording.input("engineer", bytes("x"))).isInstanceOf(RecordingFailed.class);
        assertThatThrownBy(() -> recording.output(bytes("x"))).isInstanceOf(RecordingFailed.class);
        assertThatThrownBy(() -> recording.input("engineer", bytes("x"))).isInstanceOf(RecordingFailed.class);
        Sealed sealed = recording.seal();
        assertThat(sealed.reason()).isEqualTo(Sealed.FAILED);
        assertThat(new String(Files.readAllBytes(file().folder().resolve("seal.json")), StandardCharsets.UTF_8))
                .contains("\"input\":{\"bytes\":");
    }
}
