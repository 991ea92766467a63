package sallyport.recorder.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Output that wants time or memory (T33). */
class HostileOutputTest {

    /** For a sequence; a loop over 2^31 would take seconds. */
    private static final Duration LIMIT = Duration.ofMillis(10);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@", "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "P", "S", "T", "X", "Z", "a", "b",
                "d", "e", "f", "g", "h", "l", "m", "n", "r", "s", "t", "u", "'}", "'~", " @", " A", " q", "$p"
            })
    void a_count_of_two_to_the_31st_takes_no_time_and_no_room(String function) {
        Screen screen = new Screen(80, 24);
        byte[] warm = ("x\u001b[3" + function).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 2000; i++) {
            screen.feed(warm);
        }
        long before = screen.heapBytes();
        byte[] hostile = ("x\u001b[2147483648" + function + "\u001b[99999999999;99999999999" + function)
                .getBytes(StandardCharsets.US_ASCII);
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long start = System.nanoTime();
            screen.feed(hostile);
            fastest = Math.min(fastest, System.nanoTime() - start);
        }

        assertThat(Duration.ofNanos(fastest)).isLessThan(LIMIT);
        assertThat(screen.heapBytes() - before).isLessThan(64 * 1024);
    }

    @Test
    void endless_strings_and_parameters_take_no_room() {
        for (String opener : new String[] {"\u001b]0;", "\u001bP", "\u001b_", "\u001bX", "\u001b[", "\u001b]52;c;"}) {
            Screen screen = new Screen(80, 24);
            long before = screen.heapBytes();
            screen.feed(opener.getBytes(StandardCharsets.US_ASCII));
            byte[] more = "1;".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 20; i++) {
                screen.feed(more);
            }
            assertThat(screen.heapBytes() - before).as(opener).isLessThan(2 * Parser.LONGEST_STRING);
        }
    }

    @Test
    void stacks_and_marks_have_an_end() {
        Screen screen = new Screen(80, 24);
        String[] pushes = {"\u001b[>1u", "\u001b[22;0t", "\u0301", "\u001b[?1049h", "\u001b]4;7;#fff\u0007", "\u001bH"};
        screen.feed("a\u0301".getBytes(StandardCharsets.UTF_8));
        screen.feed(("\u001b]0;" + "t".repeat(3000) + "\u0007").getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < 5000; i++) {
            for (String push : pushes) {
                screen.feed(push.getBytes(StandardCharsets.UTF_8));
            }
        }

        assertThat(screen.title()).hasSize(Title.LONGEST);
        assertThat(screen.page.titles.stack()).hasSize(Titles.DEEPEST);
        assertThat(screen.page.grid.keyboard.entries()).hasSize(KeyboardStack.DEEPEST + 1);
        assertThat(screen.page.main.row(0).marks(0)).hasSizeLessThanOrEqualTo(Row.MOST_MARKS);
    }

    @Test
    void whatever_comes_the_scrollback_stays_in_its_bound() {
        Random random = new Random(7);
        Screen screen = new Screen(80, 24, 1 << 14);
        Scribble scribble = new Scribble(random);
        for (int i = 0; i < 2000; i++) {
            screen.feed(scribble.bytes(20));
            if (i % 100 == 0) {
                screen.resize(1 + random.nextInt(200), 1 + random.nextInt(60));
            }
            assertThat(screen.scrollbackBytes()).isLessThanOrEqualTo(1 << 14);
        }
    }

    @Test
    void noise_throws_nothing() {
        Random random = new Random(3);
        Screen screen = new Screen(80, 24);
        byte[] noise = new byte[4096];
        for (int i = 0; i < 500; i++) {
            random.nextBytes(noise);
            for (int j = 0; j < noise.length; j += 1 + random.nextInt(20)) {
                noise[j] = (byte) "\u001b[];?0123456789hlmrHJKLMPST".charAt(random.nextInt(27));
            }
            screen.feed(noise);
        }
        Screen copy = new Screen(80, 24);
        copy.feed(Redraw.of(screen, Integer.MAX_VALUE));

        assertThat(Look.of(copy)).isEqualTo(Look.of(screen));
    }
}
