package sallyport.recorder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sallyport.recorder.store.Samples.bytes;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sallyport.recorder.Damage;
import sallyport.recorder.Event;
import sallyport.recorder.Format;
import sallyport.recorder.Header;
import sallyport.recorder.LineBuffer;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.StreamKind;

class RecordingTest {

    @TempDir
    private Path root;

    private final AtomicLong nanos = new AtomicLong();
    private RecordingStore store;

    @BeforeEach
    void open() {
        store = Samples.store(root.resolve("store"), nanos);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Recording terminal() throws RecordingFailed {
        return store.create(Samples.SESSION, Samples.header(), StreamKind.TERMINAL, nanos::get, () -> {});
    }

    private Recording plain() throws RecordingFailed {
        return store.create(Samples.SESSION, Samples.header(), StreamKind.PLAIN, nanos::get, () -> {});
    }

    private RecordingFile file() throws Exception {
        return store.find(Samples.SESSION).orElseThrow();
    }

    private void passMillis(long millis) {
        nanos.addAndGet(millis * 1_000_000);
    }

    @Test
    void a_terminal_session_reads_as_asciicast() throws Exception {
        Recording recording = terminal();
        passMillis(1234);
        recording.output(bytes("\u001b[31mhé\u001b[0m \"x\\\"\r\n\u0000\u009b"));
        passMillis(10);
        recording.resize(80, 24);
        recording.marker("engineer attached 80x24");
        passMillis(5);
        recording.exit(3, Optional.empty());

        assertThat(Samples.lines(recording.file()))
                .containsExactly(
                        "{\"version\":3,\"term\":{\"cols\":120,\"rows\":40,\"type\":\"xterm-256color\"},\"timestamp\":1795305599,\"command\":\"ls"
                            + " -l\",\"title\":\"web-1\",\"env\":{\"TERM\":\"xterm-256color\"},\"sallyport\":"
                            + "{\"streams\":\"terminal\",\"session\":\"" + Samples.SESSION
                                + "\",\"reason\":\"INC-42: \\\"disk\\\" full\\nand \\u2713\"}}",
                        "#clock 2026-11-21T23:59:59.250Z 0.000",
                        "[1.234, \"o\", \"\\u001b[31mhé\\u001b[0m \\\"x\\\\\\\"\\r\\n\\u0000\\u009b\"]",
                        "[0.010, \"r\", \"80x24\"]",
                        "[0.000, \"m\", \"engineer attached 80x24\"]",
                        "[0.005, \"x\", \"3\"]");
    }

    @Test
    void what_is_read_is_what_was_recorded() throws Exception {
        Recording recording = plain();
        passMillis(7);
        recording.output(bytes("out\n"));
        recording.stderr(bytes("err\n"));
        recording.exit(0, Optional.of("TERM"));

        try (RecordingReader reader = file().reader()) {
            Header header = reader.header().orElseThrow();
            assertThat(header.sallyport()).isEqualTo(Samples.header().sallyport());
            assertThat(header.startedAt()).isEqualTo(Instant.parse("2026-11-21T23:59:59Z"));
            assertThat(header.env()).containsOnlyKeys("TERM");
            assertThat(reader.kind()).isEqualTo(StreamKind.PLAIN);
        }
        Duration at = Duration.ofMillis(7);
        assertThat(Samples.events(file()))
                .containsExactly(
                        new Event.Clock(Duration.ZERO, Samples.START),
                        new Event.Output(at, false, "out\n"),
                        new Event.Output(at, true, "err\n"),
                        new Event.Exit(at, 143, Optional.of("TERM")));
    }

    @Test
    void a_character_cut_between_appends_is_shown_once_it_is_whole() throws Exception {
        Recording recording = terminal();
        byte[] euro = "a€b".getBytes(StandardCharsets.UTF_8);
        recording.output(ByteBuffer.wrap(euro, 0, 2));
        recording.output(ByteBuffer.wrap(euro, 2, 1));
        recording.output(ByteBuffer.wrap(euro, 3, 2));

        assertThat(Samples.lines(recording.file()).subList(2, 6))
                .containsExactly("[0.000, \"o\", \"a\"]", "#b64 1 4g==", "#b64 2 gg==", "[0.000, \"o\", \"€b\"]");
        assertThat(Samples.convert(file(), Format.RAW)).isEqualTo(euro);
    }

    @Test
    void bytes_that_are_no_text_are_shown_replaced_and_kept_exactly() throws Exception {
        Recording recording = terminal();
        byte[] bad = {'a', (byte) 0xff, (byte) 0xe2, (byte) 0x82, 'b', (byte) 0xf0};
        recording.output(ByteBuffer.wrap(bad));

        assertThat(Samples.lines(recording.file()).subList(2, 5))
                .containsExactly("[0.000, \"o\", \"a\uFFFD\uFFFDb\"]", "#b64 0 Yf/igmI=", "#b64 5 8A==");
        assertThat(Samples.convert(file(), Format.RAW)).isEqualTo(bad);
    }

    @Test
    void a_stream_without_terminal_that_is_no_text_becomes_binary() throws Exception {
        Recording recording = plain();
        recording.output(bytes("PK"));
        recording.output(ByteBuffer.wrap(new byte[] {0, (byte) 0xff, 1}));
        recording.output(bytes("text again"));
        recording.stderr(bytes("still text\n"));

        assertThat(Samples.lines(recording.file()).subList(2, 8))
                .containsExactly(
                        "[0.000, \"o\", \"PK\"]",
                        "[0.000, \"m\", \"binary output follows\"]",
                        "#b64 2 AP8B",
                        "#b64 5 dGV4dCBhZ2Fpbg==",
                        "#stderr",
                        "[0.000, \"o\", \"still text\\n\"]");
        assertThat(Samples.converted(file(), Format.RAW_STDERR)).isEqualTo("still text\n");
    }

    @Test
    void rounded_times_do_not_drift() throws Exception {
        Recording recording = terminal();
        for (int i = 0; i < 1000; i++) {
            nanos.addAndGet(1_400_000);
            recording.output(bytes("."));
        }
        assertThat(Samples.events(file()).getLast().at()).isEqualTo(Duration.ofMillis(1400));
    }

    @Test
    void the_wall_clock_is_told_once_a_minute_of_activity() throws Exception {
        Recording recording = terminal();
        for (int second = 0; second < 150; second += 10) {
            passMillis(10_000);
            recording.output(bytes("."));
        }
        assertThat(Samples.events(file()).stream().filter(event -> event instanceof Event.Clock))
                .extracting(Event::at)
                .containsExactly(Duration.ZERO, Duration.ofSeconds(60), Duration.ofSeconds(120));
    }

    @Test
    void output_longer_than_an_append_is_cut_by_the_recording() throws Exception {
        Recording recording = terminal();
        byte[] zeros = new byte[3 * LineBuffer.LONGEST_APPEND + 1];
        recording.output(ByteBuffer.wrap(zeros));

        assertThat(recording.outputBytes()).isEqualTo(zeros.length);
        assertThat(Samples.lines(recording.file()).stream().filter(line -> line.startsWith("[")))
                .hasSize(4);
        assertThat(Samples.convert(file(), Format.RAW)).isEqualTo(zeros);
    }

    @Test
    void the_longest_possible_append_fits() throws Exception {
        Recording recording = terminal();
        byte[] worst = new byte[LineBuffer.LONGEST_APPEND];
        worst[worst.length / 2] = (byte) 0xff;
        worst[worst.length - 1] = (byte) 0xf0;
        recording.output(ByteBuffer.wrap(new byte[] {(byte) 0xf0, (byte) 0x9f, (byte) 0x98}));
        recording.output(ByteBuffer.wrap(worst));

        assertThat(Samples.convert(file(), Format.RAW))
                .hasSize(worst.length + 3)
                .endsWith(worst);
    }

    @Test
    void a_marker_has_a_longest_label() throws Exception {
        Recording recording = terminal();
        recording.marker("\u0001".repeat(100_000));
        assertThat(((Event.Marker) Samples.events(file()).getLast()).label())
                .hasSize(Recording.LONGEST_LABEL)
                .endsWith("…");
    }

    @Test
    void files_are_for_their_owner_alone() throws Exception {
        Recording recording = terminal();
        Path day = root.resolve("store/2026/11/21");
        assertThat(recording.file()).isEqualTo(day.resolve(Samples.SESSION).resolve("part-0001.cast"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(recording.file())))
                .isEqualTo("rw-------");
        for (Path folder = Folders.of(recording.file()); !folder.equals(root); folder = Folders.of(folder)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void sealing_states_length_and_digest_and_makes_it_read_only() throws Exception {
        Recording recording = terminal();
        recording.output(bytes("x"));
        recording.exit(0, Optional.empty());
        Sealed sealed = recording.seal();

        byte[] plain = Samples.convert(file(), Format.ASCIICAST_V3);
        assertThat(sealed.bytes()).isEqualTo(plain.length);
        assertThat(sealed.sha256())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(plain)));
        assertThat(sealed.reason()).isEqualTo(Sealed.ENDED);
        assertThat(new String(plain, StandardCharsets.UTF_8))
                .endsWith(" " + sealed.parts().getFirst().chain() + "\n");
        Samples.awaitPacked(store);
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(file().stored(1).orElseThrow())))
                .isEqualTo("r--------");
        assertThat(recording.seal()).isEqualTo(sealed);
        recording.close();
        assertThatThrownBy(() -> recording.output(bytes("late"))).isInstanceOf(RecordingFailed.class);
        assertThat(Samples.convert(file(), Format.ASCIICAST_V3)).isEqualTo(plain);
        assertThat(file().check()).isEmpty();
    }

    @Test
    void a_session_has_one_recording() throws Exception {
        terminal().output(bytes("first"));
        assertThatThrownBy(this::terminal)
                .isInstanceOf(RecordingFailed.class)
                .hasMessage("No recording could be made: this session has one already.");
        assertThat(Samples.converted(file(), Format.RAW)).isEqualTo("first");
    }

    @Test
    void a_store_that_cannot_be_made_is_told_in_words() throws Exception {
        Files.writeString(root.resolve("store"), "a file");
        assertThatThrownBy(this::terminal)
                .isInstanceOf(RecordingFailed.class)
                .hasMessage("No recording could be made: a file is where a folder belongs");
    }

    @Test
    void what_is_no_session_is_not_looked_for_in_the_file_system() throws Exception {
        assertThat(store.find("../../etc")).isEmpty();
        assertThat(store.find("00000000-0000-0000-0000-000000000000")).isEmpty();
        assertThatThrownBy(() -> store.create("../x", Samples.header(), StreamKind.PLAIN, nanos::get, () -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_growing_recording_can_be_followed() throws Exception {
        Recording recording = terminal();
        recording.output(bytes("one"));
        try (RecordingReader reader = file().reader()) {
            reader.next();
            assertThat(reader.next()).contains(new Event.Output(Duration.ZERO, false, "one"));
            assertThat(reader.next()).isEmpty();
            recording.output(bytes("two"));
            assertThat(reader.next()).contains(new Event.Output(Duration.ZERO, false, "two"));
            assertThat(reader.position()).isEqualTo(Files.size(recording.file()));
            assertThat(reader.damage()).isEmpty();
        }
    }

    @Test
    void a_crash_is_sealed_at_the_next_start_and_the_recording_not_edited() throws Exception {
        Recording recording = terminal();
        recording.output(bytes("seen by a client"));
        recording.close();
        store.close();
        long whole = Files.size(recording.file());
        Files.writeString(recording.file(), "[0.000, \"o\", \"cut", StandardOpenOption.APPEND);
        byte[] before = Files.readAllBytes(recording.file());

        try (RecordingStore next = Samples.store(root.resolve("store"), nanos)) {
            List<Unsealed> found = Samples.recovered(next);
            assertThat(found).singleElement().satisfies(unsealed -> {
                assertThat(unsealed.sessionId()).isEqualTo(Samples.SESSION);
                assertThat(unsealed.seal().orElseThrow().bytes()).isEqualTo(whole);
                assertThat(unsealed.seal().orElseThrow().reason()).isEqualTo(Sealed.BASTION_DIED);
                assertThat(unsealed.damage()).contains(new Damage(whole, "the last line is cut"));
            });
            assertThat(Samples.converted(file(), Format.RAW)).isEqualTo("seen by a client");
            assertThat(Samples.converted(file(), Format.ASCIICAST_V3)).hasSize((int) whole);
            assertThat(Samples.recovered(next)).isEmpty();
            Samples.awaitPacked(next);
            assertThat(Samples.unpacked(file().stored(1).orElseThrow())).isEqualTo(before);
            assertThat(Samples.recovered(next)).isEmpty();
        }
    }

    @Test
    void recovery_leaves_alone_what_is_being_recorded() throws Exception {
        terminal();
        assertThat(Samples.recovered(store)).isEmpty();
    }
}
