package sallyport.recorder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static sallyport.recorder.store.Samples.bytes;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sallyport.recorder.Format;
import sallyport.recorder.StreamKind;

class ConversionsTest {

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

    private RecordingFile recorded(StreamKind kind) throws Exception {
        Recording recording = store.create(Samples.SESSION, Samples.header(), kind, nanos::get, () -> {});
        nanos.addAndGet(1_500_000_000);
        recording.output(bytes("\u001b[32mone\u001b[0m\ntwo\r"));
        recording.output(bytes("\n✓\n"));
        nanos.addAndGet(250_000_000);
        recording.resize(100, 30);
        recording.stderr(bytes("oops \u001b]0;"));
        recording.output(bytes("title?\n"));
        recording.output(ByteBuffer.wrap(new byte[] {(byte) 0xe2}));
        recording.marker("done");
        recording.exit(137, Optional.of("KILL"));
        recording.seal();
        return store.find(Samples.SESSION).orElseThrow();
    }

    private static final String V2_HEADER =
            "{\"version\":2,\"width\":120,\"height\":40,\"timestamp\":1795305599,\"command\":\"ls"
                    + " -l\",\"title\":\"web-1\",\"env\":{\"TERM\":\"xterm-256color\"}}\n";

    @Test
    void asciicast_2_has_absolute_times_and_only_its_own_events() throws Exception {
        assertThat(Samples.converted(recorded(StreamKind.TERMINAL), Format.ASCIICAST_V2))
                .isEqualTo(V2_HEADER + """
                    [1.500,"o","\\u001B[32mone\\u001B[0m\\ntwo\\r"]
                    [1.500,"o","\\n\\u2713\\n"]
                    [1.750,"r","100x30"]
                    [1.750,"o","oops \\u001B]0;"]
                    [1.750,"o","title?\\n"]
                    [1.750,"m","done"]
                    """);
    }

    @Test
    void asciicast_2_of_a_recording_without_terminal_has_the_line_ends_of_one() throws Exception {
        assertThat(Samples.converted(recorded(StreamKind.PLAIN), Format.ASCIICAST_V2))
                .isEqualTo(V2_HEADER + """
                    [1.500,"o","\\u001B[32mone\\u001B[0m\\r\\ntwo\\r"]
                    [1.500,"o","\\n\\u2713\\r\\n"]
                    [1.750,"r","100x30"]
                    [1.750,"o","oops \\u001B]0;"]
                    [1.750,"o","title?\\r\\n"]
                    [1.750,"m","done"]
                    """);
    }

    @Test
    void text_has_no_control_sequence_and_one_stream_does_not_swallow_the_other() throws Exception {
        assertThat(Samples.converted(recorded(StreamKind.PLAIN), Format.TEXT))
                .isEqualTo("one\ntwo\r\n✓\noops title?\n");
    }

    @Test
    void raw_has_each_stream_for_itself() throws Exception {
        RecordingFile file = recorded(StreamKind.PLAIN);
        assertThat(Samples.convert(file, Format.RAW_STDERR))
                .isEqualTo("oops \u001b]0;".getBytes(StandardCharsets.UTF_8));
        assertThat(Samples.convert(file, Format.RAW))
                .startsWith("\u001b[32mone\u001b[0m\ntwo\r\n✓\ntitle?\n".getBytes(StandardCharsets.UTF_8))
                .endsWith((byte) 0xe2);
    }

    @Test
    void json_is_one_object_with_everything() throws Exception {
        assertThat(Samples.converted(recorded(StreamKind.PLAIN), Format.JSON))
                .startsWith(
                        "{\"header\":{\"columns\":120,\"rows\":40,\"terminal\":\"xterm-256color\",\"timestamp\":1795305599,")
                .contains("\"events\":[{\"time\":0.000,\"type\":\"clock\",\"clock\":\"2026-11-21T23:59:59.250Z\"}")
                .contains("{\"time\":1.750,\"type\":\"output\",\"stream\":\"stderr\",\"text\":\"oops \\u001B]0;\"}")
                .contains("{\"time\":1.750,\"type\":\"bytes\",\"stream\":\"stdout\",\"offset\":29,\"base64\":\"4g==\"}")
                .endsWith("{\"time\":1.750,\"type\":\"exit\",\"status\":137,\"signal\":\"KILL\"}]}\n");
    }

    @Test
    void asciicast_3_is_the_file() throws Exception {
        RecordingFile file = recorded(StreamKind.TERMINAL);
        Samples.awaitPacked(store);
        assertThat(Samples.convert(file, Format.ASCIICAST_V3))
                .isEqualTo(Samples.unpacked(file.stored(1).orElseThrow()));
    }

    @Test
    void every_format_has_a_word() {
        for (Format format : Format.values()) {
            assertThat(Format.of(format.word())).contains(format);
        }
        assertThat(Format.of("gif")).isEmpty();
    }
}
