package sallyport.recorder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static sallyport.recorder.store.Samples.bytes;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sallyport.recorder.Damage;
import sallyport.recorder.Event;
import sallyport.recorder.Format;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.StreamKind;

/** R11: a damaged recording gives its good lines and the place, never an exception, never a wait. */
class DamageTest {

    @TempDir
    private Path root;

    private byte[] sample;
    private List<Event> whole;
    private Path damaged;

    @BeforeEach
    void record() throws Exception {
        AtomicLong nanos = new AtomicLong();
        try (RecordingStore store = Samples.store(root.resolve("store"), nanos)) {
            Recording recording =
                    store.create(Samples.SESSION, Samples.header(), StreamKind.PLAIN, nanos::get, () -> {});
            recording.output(bytes("text é\n"));
            nanos.addAndGet(61_000_000_000L);
            recording.stderr(ByteBuffer.wrap(new byte[] {'a', (byte) 0xff, (byte) 0xe2}));
            recording.resize(10, 10);
            recording.output(bytes("more€").limit(6));
            recording.exit(0, Optional.of("KILL"));
            recording.close();
            RecordingFile file = store.find(Samples.SESSION).orElseThrow();
            sample = Files.readAllBytes(file.stored(1).orElseThrow());
            whole = Samples.events(file);
        }
        damaged = Files.createDirectory(root.resolve("damaged")).resolve("part-0001.cast");
    }

    private RecordingFile damaged(byte[] content) throws Exception {
        Files.write(damaged, content);
        return Samples.of(damaged);
    }

    @Test
    void a_truncated_recording_gives_its_whole_lines() throws Exception {
        for (int length = 0; length < sample.length; length++) {
            RecordingFile file = damaged(Arrays.copyOf(sample, length));
            List<Event> events = Samples.events(file);
            assertThat(events).isEqualTo(whole.subList(0, events.size()));
            try (RecordingReader reader = file.reader()) {
                while (reader.next().isPresent()) {}
                assertThat(reader.damage()).isEmpty();
                assertThat(reader.position()).isEqualTo(wholeLines(sample, length));
            }
            assertThatEachConversionEnds(file);
        }
    }

    private static long wholeLines(byte[] bytes, int length) {
        for (int at = length; at > 0; at--) {
            if (bytes[at - 1] == '\n') {
                return at;
            }
        }
        return 0;
    }

    @Test
    void a_flipped_byte_gives_what_was_before_it() throws Exception {
        for (int at = 0; at < sample.length; at++) {
            for (int flip : new int[] {0x01, 0x20, 0x80, 0xff}) {
                byte[] flipped = sample.clone();
                flipped[at] ^= (byte) flip;
                RecordingFile file = damaged(flipped);
                List<Event> events = Samples.events(file);
                int before = (int) eventsBefore(at);
                assertThat(events.subList(0, Math.min(before, events.size()))).isEqualTo(whole.subList(0, before));
                if (flip == 0xff) {
                    assertThatEachConversionEnds(file);
                }
            }
        }
    }

    /** How many events end before this byte. */
    private long eventsBefore(int at) throws Exception {
        Path prefix = Files.createDirectories(root.resolve("prefix")).resolve("part-0001.cast");
        Files.write(prefix, Arrays.copyOf(sample, at));
        return Samples.events(Samples.of(prefix)).size();
    }

    private static void assertThatEachConversionEnds(RecordingFile file) throws Exception {
        for (Format format : Format.values()) {
            file.write(format, new ByteArrayOutputStream());
        }
    }

    @Test
    void the_place_of_the_damage_is_told() throws Exception {
        String text = new String(sample, StandardCharsets.UTF_8);
        int place = text.getBytes(StandardCharsets.UTF_8).length;
        RecordingFile file =
                damaged((text + "[nonsense]\n[0.0, \"o\", \"never read\"]\n").getBytes(StandardCharsets.UTF_8));
        assertThat(file.write(Format.TEXT, new ByteArrayOutputStream()))
                .contains(new Damage(place, "the line makes no sense"));
        assertThat(Samples.converted(file, Format.JSON))
                .endsWith("],\"damage\":{\"position\":" + place + ",\"words\":\"the line makes no sense\"}}\n");
    }

    @Test
    void nonsense_lines_are_damage() throws Exception {
        for (String line : new String[] {
            "[]",
            "[1]",
            "[1, \"o\"]",
            "[1, \"o\", 5]",
            "[-1, \"o\", \"\"]",
            "[1e300, \"o\", \"\"]",
            "[1, \"o\", \"\"] x",
            "[1, \"r\", \"80\"]",
            "[1, \"r\", \"80x-\"]",
            "[1, \"x\", \"many\"]",
            "#b64",
            "#b64 x AAAA",
            "#b64 0 A",
            "#clock yesterday 0",
            "#clock 2026-11-21T00:00:00Z NaN",
            "#signal",
            "[".repeat(5000),
            "\u0000\u0000\u0000",
            "[1, \"o\", \"\u0001\"]"
        }) {
            RecordingFile file = damaged(
                    (new String(sample, StandardCharsets.UTF_8) + line + "\n").getBytes(StandardCharsets.UTF_8));
            assertThat(file.write(Format.TEXT, new ByteArrayOutputStream()))
                    .as(line)
                    .contains(new Damage(sample.length, "the line makes no sense"));
        }
    }

    @Test
    void kinds_not_known_here_are_passed_over() throws Exception {
        RecordingFile file = damaged((new String(sample, StandardCharsets.UTF_8)
                        + "# hello\n\n#new thing\n[1.5, \"z\", \"\"]\n[0.5, \"m\", \"\"]\n")
                .getBytes(StandardCharsets.UTF_8));
        List<Event> events = Samples.events(file);
        assertThat(events).hasSize(whole.size() + 1);
        assertThat(events.getLast().at()).isEqualTo(whole.getLast().at().plusSeconds(2));
    }

    @Test
    void bytes_that_are_missing_are_told() throws Exception {
        RecordingFile file = damaged(
                (new String(sample, StandardCharsets.UTF_8) + "#b64 999 AAAA\n").getBytes(StandardCharsets.UTF_8));
        assertThat(file.write(Format.RAW, new ByteArrayOutputStream()))
                .contains(new Damage(sample.length, "bytes before offset 999 are missing"));
    }

    @Test
    void a_line_without_end_is_given_up() throws Exception {
        byte[] endless = Arrays.copyOf(sample, 64 << 20);
        Arrays.fill(endless, sample.length, endless.length, (byte) '[');
        RecordingFile file = damaged(endless);
        assertTimeout(
                Duration.ofSeconds(5),
                () -> assertThat(file.write(Format.TEXT, new ByteArrayOutputStream()))
                        .contains(new Damage(
                                sample.length, "the line is longer than " + RecordingReader.LONGEST_LINE + " bytes")));
    }

    @Test
    void recovery_goes_on_past_a_recording_that_is_all_damage() throws Exception {
        Path other = root.resolve("store/2026/11/22/00000000-0000-7000-8000-000000000000");
        Files.createDirectories(other);
        Files.write(other.resolve("part-0001.cast"), new byte[4096]);
        try (RecordingStore store = Samples.store(root.resolve("store"), new AtomicLong())) {
            List<Unsealed> found = new ArrayList<>();
            assertThat(store.recoverAll(() -> true, found::add)).isTrue();
            assertThat(found).hasSize(2);
            assertThat(found.get(0).damage()).isEmpty();
            assertThat(found.get(0).seal().orElseThrow().bytes()).isEqualTo(sample.length);
            assertThat(found.get(1).seal().orElseThrow().bytes()).isZero();
            assertThat(found.get(1).damage()).isPresent();
        }
    }

    @Test
    void a_damaged_sidecar_is_no_seal() throws Exception {
        Path folder = root.resolve("store/2026/11/21").resolve(Samples.SESSION);
        try (RecordingStore store = Samples.store(root.resolve("store"), new AtomicLong())) {
            Samples.recovered(store);
            Samples.awaitPacked(store);
            byte[] sidecar = Files.readAllBytes(folder.resolve("seal.json"));
            Files.delete(folder.resolve("seal.json"));
            for (int length = 0; length < sidecar.length - 2; length++) {
                Files.write(folder.resolve("seal.json"), Arrays.copyOf(sidecar, length));
                assertThat(store.find(Samples.SESSION).orElseThrow().seal()).isEmpty();
            }
        }
    }
}
