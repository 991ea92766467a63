package sallyport.recorder.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.recorder.Event;
import sallyport.recorder.Format;
import sallyport.recorder.JsonText;
import sallyport.recorder.StreamKind;

/** T27: the bytes that come out are those that went in, whatever they are and however they were cut. */
class ByteTruthTest {

    private static final byte[][] PIECES = {
        "plain text, and more of it\r\n".getBytes(StandardCharsets.UTF_8),
        "é€😀ß\u0085\u009b".getBytes(StandardCharsets.UTF_8),
        "\u001b[1;31m\u001b]0;title\u0007\"\\".getBytes(StandardCharsets.UTF_8),
        {(byte) 0xe2, (byte) 0x82},
        {(byte) 0xf0, (byte) 0x9f, (byte) 0x98},
        {(byte) 0xc3},
        {(byte) 0xff, (byte) 0xfe},
        {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
        {(byte) 0xc0, (byte) 0x80},
        {(byte) 0xef, (byte) 0xbf, (byte) 0xbd},
        {(byte) 0x80, (byte) 0xbf},
        {0, 1, 2, 0x7f},
    };

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

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void any_bytes_cut_anyhow_come_back_exactly(long seed) throws Exception {
        Random random = new Random(seed);
        for (int round = 0; round < 25; round++) {
            StreamKind kind = random.nextBoolean() ? StreamKind.TERMINAL : StreamKind.PLAIN;
            String session = String.format("00000000-0000-7000-8000-%012d", round);
            Recording recording = store.create(session, Samples.header(), kind, nanos::get, () -> {});
            ByteArrayOutputStream stdout = new ByteArrayOutputStream();
            ByteArrayOutputStream stderr = new ByteArrayOutputStream();
            int appends = 1 + random.nextInt(60);
            for (int i = 0; i < appends; i++) {
                nanos.addAndGet(random.nextInt(2_000_000_000));
                byte[] bytes = anything(random);
                boolean toStderr = random.nextInt(3) == 0;
                (toStderr ? stderr : stdout).write(bytes);
                ByteBuffer buffer = direct(random, bytes);
                if (toStderr) {
                    recording.stderr(buffer);
                } else {
                    recording.output(buffer);
                }
                assertThat(buffer.hasRemaining()).isFalse();
                if (random.nextInt(10) == 0) {
                    recording.resize(random.nextInt(200), random.nextInt(100));
                }
            }
            RecordingFile file = store.find(session).orElseThrow();
            assertThat(Samples.convert(file, Format.RAW)).isEqualTo(stdout.toByteArray());
            assertThat(Samples.convert(file, Format.RAW_STDERR)).isEqualTo(stderr.toByteArray());
            assertThatEachLineIsGood(file);
            recording.close();
        }
    }

    private static byte[] anything(Random random) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int pieces = random.nextInt(random.nextInt(20) == 0 ? 6000 : 12);
        boolean wild = random.nextInt(3) == 0;
        for (int i = 0; i < pieces; i++) {
            byte[] piece = PIECES[random.nextInt(wild ? PIECES.length : 3)];
            int from = random.nextInt(4) == 0 ? random.nextInt(piece.length) : 0;
            int to = random.nextInt(4) == 0 ? from + random.nextInt(piece.length - from) + 1 : piece.length;
            bytes.write(piece, from, to - from);
        }
        return bytes.toByteArray();
    }

    private static ByteBuffer direct(Random random, byte[] bytes) {
        return random.nextBoolean()
                ? ByteBuffer.wrap(bytes)
                : ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static void assertThatEachLineIsGood(RecordingFile file) throws Exception {
        byte[] all = Files.readAllBytes(file.stored(1).orElseThrow());
        StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(all));
        for (String line : new String(all, StandardCharsets.UTF_8).split("\n", -1)) {
            assertThat(line.chars().noneMatch(Character::isISOControl)).as(line).isTrue();
            if (!line.startsWith("#")) {
                byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
                try (JsonParser json = JsonText.parser(utf8, 0, utf8.length)) {
                    while (json.nextToken() != null) {
                        json.getText();
                    }
                }
            }
        }
    }

    /** The examples of Unicode 16, tables 3-8 to 3-11: one U+FFFD for each longest bad beginning. */
    @ParameterizedTest
    @CsvSource({
        "C0 AF E0 80 BF F0 81 82 41, ????????A",
        "ED A0 80 ED BF BF ED AF 41, ????????A",
        "F4 91 92 93 FF 41 80 BF 42, ?????A??B",
        "E1 80 E2 F0 91 92 F1 BF 41, ????A",
        "E2 82 AC F0 9F 98 80 C3 A9, €😀é"
    })
    void bad_bytes_are_shown_as_unicode_advises(String hex, String shown) throws Exception {
        byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
        for (int cut = 0; cut < bytes.length; cut++) {
            String session = String.format("00000000-0000-7000-a000-%012d", cut);
            Recording recording = store.create(session, Samples.header(), StreamKind.TERMINAL, nanos::get, () -> {});
            recording.output(ByteBuffer.wrap(bytes, 0, cut));
            recording.output(ByteBuffer.wrap(bytes, cut, bytes.length - cut));
            StringBuilder text = new StringBuilder();
            for (Event event : Samples.events(store.find(session).orElseThrow())) {
                if (event instanceof Event.Output output) {
                    text.append(output.text());
                }
            }
            assertThat(text.toString()).isEqualTo(shown.replace('?', '\uFFFD'));
            recording.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 5000, 65536})
    void binary_without_terminal_costs_at_most_two_fifths_more(int size) throws Exception {
        Random random = new Random(size);
        byte[][] samples = {new byte[size], new byte[size], new byte[size], new byte[size]};
        random.nextBytes(samples[0]);
        for (int i = 0; i < size; i++) {
            samples[2][i] = (byte) random.nextInt(128);
            // As dense in controls as text may just be.
            samples[3][i] = i % 14 == 0 ? 0x1b : (byte) 'x';
        }
        int number = 0;
        for (byte[] sample : samples) {
            String session = String.format("00000000-0000-7000-9000-%012d", number++);
            Recording recording = store.create(session, Samples.header(), StreamKind.PLAIN, nanos::get, () -> {});
            recording.output(ByteBuffer.wrap(sample));
            long before = Files.size(recording.file());
            for (int i = 0; i < 20; i++) {
                recording.output(ByteBuffer.wrap(sample));
                recording.stderr(ByteBuffer.wrap(sample));
            }
            long cost = Files.size(recording.file()) - before;
            assertThat((double) cost / (40L * size)).isLessThanOrEqualTo(1.4);
            recording.close();
        }
    }
}
