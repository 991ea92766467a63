package sallyport.recorder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sallyport.recorder.store.Samples.bytes;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.recorder.Damage;
import sallyport.recorder.Event;
import sallyport.recorder.Format;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.Source;
import sallyport.recorder.StreamKind;
import sallyport.recorder.screen.Screen;
import sallyport.recorder.screen.ScreenText;

/** Parts, what ties them together, and what becomes of them when they are over. */
class PartsTest {

    private static final Limits SMALL = Limits.USUAL.withParts(4000, Duration.ofHours(24));

    @TempDir
    private Path root;

    private final AtomicLong nanos = new AtomicLong();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Screen screen = new Screen(120, 40);
    private RecordingStore store;

    @BeforeEach
    void open() {
        store = new RecordingStore(root, () -> Samples.START.plusNanos(nanos.get()), setup());
    }

    @AfterEach
    void close() {
        store.close();
    }

    private StoreSetup setup() {
        return StoreSetup.plain(System::nanoTime).with(SMALL).with(new Evidence() {
            @Override
            public void opened(String sessionId, String headerSha256) {
                told.add("opened");
            }

            @Override
            public void checked(String sessionId, int part, long bytes, String chain) {
                told.add("checked " + part);
            }

            @Override
            public void sealed(String sessionId, Sealed seal) {
                told.add("sealed");
            }

            @Override
            public void deleted(String sessionId, String rule) {
                told.add("deleted by " + rule);
            }
        });
    }

    private Recording terminal() throws RecordingFailed {
        Recording recording =
                store.create(Samples.SESSION, Samples.header(), StreamKind.TERMINAL, nanos::get, () -> {});
        recording.model(() -> Optional.of(screen));
        return recording;
    }

    private void say(Recording recording, String text) throws RecordingFailed {
        recording.output(bytes(text));
        screen.feed(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Records about {@code parts} parts, a line each second. Returns what was said. */
    private String longSession(Recording recording, int parts) throws Exception {
        StringBuilder said = new StringBuilder();
        for (int line = 0;
                !Files.exists(root.resolve("2026/11/21/" + Samples.SESSION + "/part-000" + parts + ".cast"));
                line++) {
            nanos.addAndGet(1_000_000_000);
            String text = "line " + line + " \u001b[3" + line % 8 + "m" + "é".repeat(line % 50) + "\u001b[m\r\n";
            said.append(text);
            say(recording, text);
        }
        return said.toString();
    }

    private RecordingFile file() throws Exception {
        return store.find(Samples.SESSION).orElseThrow();
    }

    @Test
    void a_session_in_parts_reads_as_one() throws Exception {
        Recording recording = terminal();
        String said = longSession(recording, 4);
        Duration length = Duration.ofNanos(nanos.get());
        assertThat(Samples.converted(file(), Format.RAW)).isEqualTo(said);
        assertThat(Samples.events(file()).getLast().at()).isEqualTo(length);
        assertThat(Samples.events(file()).stream().filter(e -> e instanceof Event.Output))
                .hasSize((int) said.lines().count());

        recording.seal();
        Samples.awaitPacked(store);
        assertThat(file().parts()).containsExactly(1, 2, 3, 4);
        assertThat(file().stored(3).orElseThrow().toString()).endsWith("part-0003.cast.zst");
        assertThat(Samples.converted(file(), Format.RAW)).isEqualTo(said);
        assertThat(Samples.events(file()).getLast().at()).isEqualTo(length);
        assertThat(file().check()).isEmpty();
        assertThat(told)
                .startsWith("opened", "checked 1")
                .contains("checked 2", "checked 3")
                .endsWith("sealed");
        assertThat(root.resolve("open")).isEmptyDirectory();
    }

    @Test
    void the_whole_as_one_asciicast_repeats_nothing() throws Exception {
        Recording recording = terminal();
        String said = longSession(recording, 3);
        Path one = Files.createDirectory(root.resolve("one")).resolve("part-0001.cast");
        Files.write(one, Samples.convert(file(), Format.ASCIICAST_V3));
        assertThat(Samples.converted(Samples.of(one), Format.RAW)).isEqualTo(said);
        assertThat(Samples.events(Samples.of(one)).getLast().at()).isEqualTo(Duration.ofNanos(nanos.get()));
    }

    @Test
    void each_part_shows_by_itself_what_a_terminal_shows() throws Exception {
        Recording recording = terminal();
        longSession(recording, 3);
        Screen alone = new Screen(120, 40);
        try (RecordingReader reader = RecordingReader.open(file().stored(3).orElseThrow())) {
            for (Optional<Event> next = reader.next(); next.isPresent(); next = reader.next()) {
                if (next.get() instanceof Event.Output output) {
                    alone.feed(output.text().getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        assertThat(ScreenText.screenWithColours(alone)).isEqualTo(ScreenText.screenWithColours(screen));
    }

    @Test
    void a_growing_session_is_followed_into_its_next_part() throws Exception {
        Recording recording = terminal();
        try (RecordingReader reader = file().reader()) {
            StringBuilder read = new StringBuilder();
            StringBuilder said = new StringBuilder();
            for (int line = 0; line < 400; line++) {
                say(recording, "line " + line + "\r\n");
                said.append("line ").append(line).append("\r\n");
                for (Optional<Event> next = reader.next(); next.isPresent(); next = reader.next()) {
                    if (next.get() instanceof Event.Output output) {
                        read.append(output.text());
                    }
                }
            }
            assertThat(reader.part()).isGreaterThan(2);
            assertThat(read.toString()).isEqualTo(said.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void any_moment_is_found_with_and_without_key_frames(boolean without) throws Exception {
        Recording recording = terminal();
        List<List<String>> shown = new ArrayList<>();
        for (int second = 0; second < 200; second++) {
            nanos.addAndGet(1_000_000_000);
            if (second == 100) {
                recording.resize(60, 20);
                screen.resize(60, 20);
            }
            say(recording, second + " \u001b[1m" + "x".repeat(40) + "\u001b[m\r\n");
            shown.add(ScreenText.screen(screen));
        }
        recording.seal();
        Samples.awaitPacked(store);
        int frames = 0;
        for (int part : file().parts()) {
            Path keys = file().folder().resolve(String.format("part-%04d.keys.zst", part));
            assertThat(keys).exists();
            if (without) {
                Files.delete(keys);
                Files.write(keys, new byte[] {1, 2, 3});
            }
        }
        for (int second = 0; second < 200; second += 7) {
            Duration at = Duration.ofSeconds(second + 1);
            try (RecordingFile.Place place = file().seek(Samples.START.plus(at))) {
                frames += place.frame().isPresent() ? 1 : 0;
                assertThat(shownAt(place, at)).as("second %d", second).isEqualTo(shown.get(second));
            }
        }
        assertThat(frames > 0).isNotEqualTo(without);
    }

    private static List<String> shownAt(RecordingFile.Place place, Duration at) throws Exception {
        RecordingReader reader = place.reader();
        Screen replayed = new Screen(
                place.frame()
                        .map(KeyFrame::columns)
                        .orElse(reader.header().orElseThrow().columns()),
                place.frame()
                        .map(KeyFrame::rows)
                        .orElse(reader.header().orElseThrow().rows()));
        place.frame().ifPresent(frame -> replayed.feed(frame.screen()));
        for (Optional<Event> next = reader.next();
                next.isPresent() && next.get().at().compareTo(at) <= 0;
                next = reader.next()) {
            switch (next.get()) {
                case Event.Output output -> replayed.feed(output.text().getBytes(StandardCharsets.UTF_8));
                case Event.Resize resize -> replayed.resize(resize.columns(), resize.rows());
                default -> {}
            }
        }
        return ScreenText.screen(replayed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void any_bytes_on_both_streams_come_back_exactly_across_parts_and_sealing(long seed) throws Exception {
        Random random = new Random(seed);
        StreamKind kind = seed % 2 == 0 ? StreamKind.TERMINAL : StreamKind.PLAIN;
        Recording recording = store.create(Samples.SESSION, Samples.header(), kind, nanos::get, () -> {});
        if (kind == StreamKind.TERMINAL) {
            recording.model(() -> Optional.of(screen));
        }
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        byte[] text = "é€😀 plain \u001b[1m\r\n".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 300; i++) {
            byte[] piece = new byte[random.nextInt(60)];
            if (random.nextInt(20) == 0) {
                random.nextBytes(piece);
            } else {
                for (int at = 0; at < piece.length; at++) {
                    piece[at] = text[(at + i) % text.length];
                }
            }
            boolean toStderr = kind == StreamKind.PLAIN && random.nextInt(3) == 0;
            (toStderr ? stderr : stdout).write(piece);
            if (toStderr) {
                recording.stderr(ByteBuffer.wrap(piece));
            } else {
                recording.output(ByteBuffer.wrap(piece));
                screen.feed(piece);
            }
        }
        assertThat(file().parts().size()).isGreaterThan(2);
        assertThat(Samples.convert(file(), Format.RAW)).isEqualTo(stdout.toByteArray());
        recording.seal();
        Samples.awaitPacked(store);
        assertThat(Samples.convert(file(), Format.RAW)).isEqualTo(stdout.toByteArray());
        assertThat(Samples.convert(file(), Format.RAW_STDERR)).isEqualTo(stderr.toByteArray());
        assertThat(file().check()).isEmpty();
    }

    @Test
    void every_changed_byte_of_a_plain_recording_is_named() throws Exception {
        Recording recording = terminal();
        longSession(recording, 2);
        recording.close();
        Path folder = file().folder();
        RecordingFile left = file();
        for (int part : new int[] {1, 2}) {
            Path cast = folder.resolve("part-000" + part + ".cast");
            byte[] whole = Files.readAllBytes(cast);
            // What comes behind the last value of the chain is held by nothing until the seal.
            int chained = new String(whole, StandardCharsets.ISO_8859_1).lastIndexOf("#chain");
            for (int at = 0; at < chained; at += 3) {
                byte[] changed = whole.clone();
                changed[at] ^= 1;
                Files.write(cast, changed);
                assertThat(left.check()).as("byte %d of part %d", at, part).isNotEmpty();
            }
            Files.write(cast, whole);
        }
    }

    @Test
    void every_changed_or_missing_byte_of_a_sealed_recording_is_named_and_read_without_an_exception() throws Exception {
        Recording recording = terminal();
        for (int line = 0; line < 30; line++) {
            say(recording, "line " + line + "\r\n");
        }
        recording.seal();
        Samples.awaitPacked(store);
        Path stored = file().stored(1).orElseThrow();
        byte[] whole = Files.readAllBytes(stored);
        assertThat(stored.toFile().setWritable(true)).isTrue();
        RecordingFile file = file();
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= (byte) (at % 2 == 0 ? 1 : 0x80);
            Files.write(stored, changed);
            assertThat(file.check()).as("byte %d", at).isNotEmpty();
            file.write(Format.TEXT, OutputStream.nullOutputStream());
            Files.write(stored, Arrays.copyOf(whole, at));
            assertThat(file.check()).as("cut at byte %d", at).isNotEmpty();
            file.write(Format.TEXT, OutputStream.nullOutputStream());
        }
        Files.delete(stored);
        assertThat(file.check()).containsExactly(new Damage(1, 0, "part 1 is missing"));
    }

    @Test
    void a_crash_in_a_later_part_is_sealed_as_it_is() throws Exception {
        Recording recording = terminal();
        String said = longSession(recording, 3);
        Samples.awaitPacked(store);
        recording.close();
        store.close();
        Path last = root.resolve("2026/11/21/" + Samples.SESSION + "/part-0003.cast");
        Files.writeString(last, "[0.0, \"o\", \"cut", StandardOpenOption.APPEND);

        store = new RecordingStore(root, () -> Samples.START, setup());
        assertThat(Samples.recovered(store)).singleElement().satisfies(found -> {
            assertThat(found.seal().orElseThrow().reason()).isEqualTo(Sealed.BASTION_DIED);
            assertThat(found.damage().orElseThrow().words()).isEqualTo("the last line is cut");
            assertThat(found.damage().orElseThrow().part()).isEqualTo(3);
        });
        Samples.awaitPacked(store);
        assertThat(Samples.converted(file(), Format.RAW)).isEqualTo(said);
        assertThat(root.resolve("open")).isEmptyDirectory();
    }

    @Test
    void what_was_sealed_but_not_packed_is_packed_at_the_next_start() throws Exception {
        Recording recording = terminal();
        say(recording, "said");
        store.close();
        recording.seal();
        assertThat(file().stored(1).orElseThrow().toString()).endsWith(".cast");

        store = new RecordingStore(root, () -> Samples.START, setup());
        assertThat(Samples.recovered(store)).isEmpty();
        Samples.awaitPacked(store);
        assertThat(file().stored(1).orElseThrow().toString()).endsWith(".cast.zst");
        assertThat(Samples.converted(file(), Format.RAW)).isEqualTo("said");
    }

    @Test
    void what_is_over_can_be_deleted_and_what_lives_cannot() throws Exception {
        Recording recording = terminal();
        assertThatThrownBy(() -> store.delete(Samples.SESSION, "90 days")).hasMessageContaining("is not over");
        recording.seal();
        Samples.awaitPacked(store);
        assertThat(store.delete(Samples.SESSION, "90 days")).isTrue();
        assertThat(store.find(Samples.SESSION)).isEmpty();
        assertThat(store.delete(Samples.SESSION, "90 days")).isFalse();
        Awaitility.await().until(() -> told.contains("deleted by 90 days"));
    }

    @Test
    void a_seal_of_the_first_version_is_read() throws Exception {
        Recording recording = terminal();
        say(recording, "of long ago");
        recording.close();
        Path cast = file().stored(1).orElseThrow();
        Files.writeString(
                cast.resolveSibling("seal.json"),
                "{\"bytes\":" + Files.size(cast) + ",\"sha256\":\""
                        + Packer.described(cast).sha256()
                        + "\",\"sealedAt\":\"2026-01-01T00:00:00Z\",\"reason\":\"ended\"}\n");
        assertThat(file().seal().orElseThrow().bytes()).isEqualTo(Files.size(cast));
        assertThat(Samples.converted(file(), Format.RAW)).isEqualTo("of long ago");
    }

    @Test
    void a_vault_gives_back_what_it_was_given_and_without_it_nothing() throws Exception {
        store.close();
        store = new RecordingStore(root, () -> Samples.START, setup().with(new Inverting()));
        Recording recording = terminal();
        String said = longSession(recording, 2);
        recording.seal();
        Samples.awaitPacked(store);
        assertThat(file().stored(1).orElseThrow().toString()).endsWith(".cast.zst.not");
        assertThat(Samples.converted(file(), Format.RAW)).isEqualTo(said);
        try (RecordingFile.Place place = file().seek(Duration.ofSeconds(15))) {
            assertThat(place.reader().next()).isPresent();
        }

        try (RecordingStore keyless = Samples.store(root, nanos)) {
            RecordingFile file = keyless.find(Samples.SESSION).orElseThrow();
            assertThatThrownBy(() -> file.write(Format.RAW, OutputStream.nullOutputStream()))
                    .isInstanceOf(VaultLocked.class);
        }
    }

    /** Turns every bit round. */
    static final class Inverting implements Vault {
        @Override
        public String suffix() {
            return ".not";
        }

        @Override
        public String words() {
            return "inverted";
        }

        @Override
        public OutputStream seal(OutputStream to) {
            return new FilterOutputStream(to) {
                @Override
                public void write(int b) throws IOException {
                    out.write(~b);
                }
            };
        }

        @Override
        public InputStream open(InputStream from) {
            return new FilterInputStream(from) {
                @Override
                public int read() throws IOException {
                    int b = super.read();
                    return b < 0 ? b : ~b & 0xff;
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    int read = super.read(bytes, offset, length);
                    for (int i = offset; i < offset + read; i++) {
                        bytes[i] = (byte) ~bytes[i];
                    }
                    return read;
                }
            };
        }
    }

    @Test
    void a_bomb_is_refused_within_the_cap() throws Exception {
        Path folder = Files.createDirectory(root.resolve("bomb"));
        byte[] zeros = Zstd.compress(new byte[64 << 20]);
        try (OutputStream out = Files.newOutputStream(folder.resolve("part-0001.cast.zst"))) {
            for (int i = 0; i < 100; i++) {
                out.write(zeros);
            }
        }
        RecordingFile bomb =
                new RecordingFile(Samples.SESSION, folder, new PartFiles(folder, Optional.empty()), Optional.empty());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(bomb.write(Format.TEXT, out)).isPresent();
        assertThat(out.size()).isZero();
    }

    @Test
    void frames_read_back_at_any_place() throws Exception {
        byte[] text = new byte[3 * Frames.TEXT + 1234];
        new Random(1).nextBytes(text);
        Path file = root.resolve("random.zst");
        try (OutputStream out = Files.newOutputStream(file)) {
            Frames.write(new ByteArrayInputStream(text), out, new Leisure(System::nanoTime).worker());
        }
        try (Source source = Frames.source(file)) {
            for (long at : new long[] {700_000, 5, Frames.TEXT - 1, Frames.TEXT, text.length - 1}) {
                ByteBuffer piece = ByteBuffer.allocate(100);
                int read = source.read(piece, at);
                assertThat(Arrays.copyOf(piece.array(), read))
                        .isEqualTo(Arrays.copyOfRange(text, (int) at, (int) at + read));
            }
            assertThat(source.read(ByteBuffer.allocate(1), text.length)).isEqualTo(-1);
        }
    }
}
