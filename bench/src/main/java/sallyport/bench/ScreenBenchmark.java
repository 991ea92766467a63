package sallyport.bench;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import sallyport.recorder.screen.Redraw;
import sallyport.recorder.screen.Screen;

/**
 * How fast a screen of 80 by 24 takes output, in pieces as the bastion's pump brings them: an operation is one mebibyte, so
 * that operations per second are MiB/s. And how fast it is drawn again, in redraws per second.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx256m", "-XX:+UseSerialGC"})
public class ScreenBenchmark {

    private static final int OPERATION = 1 << 20;
    private static final int PIECE = 16 * 1024;

    /** What comes: lines of text, a coloured listing, an editor that draws pages, Chinese, and very short lines. */
    @Param({"text", "listing", "editor", "chinese", "yes"})
    public String output = "text";

    private byte[] bytes = {};
    private final Screen screen = new Screen(80, 24);

    /** Makes the output, the same each time. */
    @Setup
    public void write() {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        byte[] made = {};
        while (made.length < OPERATION) {
            for (int i = 0; i < 256; i++) {
                line(text, random);
            }
            made = text.toString().getBytes(StandardCharsets.UTF_8);
        }
        bytes = made;
        screen.feed(bytes);
    }

    private void line(StringBuilder text, Random random) {
        switch (output) {
            case "text" -> {
                for (int i = 20 + random.nextInt(100); i > 0; i--) {
                    text.append((char) (' ' + random.nextInt(95)));
                }
                text.append("\r\n");
            }
            case "listing" -> {
                for (int i = 0; i < 5; i++) {
                    text.append("\u001b[01;3%dm".formatted(random.nextInt(8)));
                    text.append("name").append(random.nextInt(99_999)).append("\u001b[0m  ");
                }
                text.append("\r\n");
            }
            case "editor" -> {
                text.append("\u001b[%d;1H".formatted(1 + random.nextInt(24)));
                for (int i = 0; i < 6; i++) {
                    text.append("\u001b[38;5;%dm".formatted(random.nextInt(256)));
                    text.append("word").append(random.nextInt(999)).append("\u001b[38;2;9;80;20m = ");
                }
                text.append("\u001b[K");
            }
            case "chinese" -> {
                for (int i = 0; i < 35; i++) {
                    text.append((char) (0x4e00 + random.nextInt(0x5000)));
                }
                text.append("\r\n");
            }
            default -> text.append("y\r\n");
        }
    }

    /** One mebibyte. */
    @Benchmark
    public int feed() {
        for (int at = 0; at < OPERATION; at += PIECE) {
            screen.feed(bytes, at, PIECE);
        }
        return screen.cursorRow();
    }

    /** A redraw with a thousand lines of scrollback. */
    @Benchmark
    public byte[] redraw() {
        return Redraw.of(screen, 1000);
    }
}
