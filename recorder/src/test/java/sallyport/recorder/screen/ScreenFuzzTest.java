package sallyport.recorder.screen;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * The same law over bytes that a fuzzer chose. In a plain test run, these are the seeds and whatever was found earlier;
 * {@code JAZZER_FUZZ=1 mvn -o test -pl recorder -Dtest=ScreenFuzzTest} looks for more.
 */
class ScreenFuzzTest {

    /** The first two bytes are the size, and whether it changes half way through the output behind them. */
    @FuzzTest(maxDuration = "2m")
    void a_redraw_gives_the_same_screen(byte[] bytes) {
        if (bytes.length < 2) {
            return;
        }
        int columns = 1 + (bytes[0] & 0x3f);
        int rows = 2 + (bytes[1] & 0x0f);
        Screen screen = new Screen(columns, rows, 1 << 12);
        int half = bytes.length / 2 + 1;
        screen.feed(bytes, 2, half - 2);
        if ((bytes[1] & 0x10) != 0) {
            screen.resize(rows + 3, columns + 1);
        }
        screen.feed(bytes, half, bytes.length - half);

        Screen copy = new Screen(screen.columns(), screen.rows(), 1 << 12);
        copy.feed(Redraw.of(screen, Integer.MAX_VALUE));
        assertThat(Look.of(copy)).isEqualTo(Look.of(screen));
    }
}
