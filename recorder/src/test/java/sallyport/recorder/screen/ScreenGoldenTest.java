package sallyport.recorder.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The screen against two terminals that are not ours: after the same bytes it shows what they show, cell by cell. How the
 * captures and golden files are made: {@code src/test/screen/README.md}.
 */
class ScreenGoldenTest {

    /** In which folder to leave the redraw of every look, for a foreign terminal to judge; usually not set. */
    private static final String REDRAWS = "redraws";

    static Stream<GoldenCapture> captures() {
        return GoldenCapture.all();
    }

    @ParameterizedTest
    @MethodSource("captures")
    void shows_what_xterm_js_shows(GoldenCapture capture) throws IOException {
        List<Map<?, ?>> golden = capture.golden("xterm");
        Random random = new Random(capture.toString().hashCode());
        List<Map<String, String>> looks = new ArrayList<>();
        capture.play(left -> 1 + random.nextInt(left), screen -> looks.add(GoldenLook.forXterm(screen)));

        assertThat(looks).hasSameSizeAs(golden);
        compare("xterm " + capture, golden.stream().map(GoldenLook::ofXterm).toList(), looks);
    }

    @ParameterizedTest
    @MethodSource("captures")
    void shows_what_tmux_shows(GoldenCapture capture) throws IOException {
        List<Map<?, ?>> golden = capture.golden("tmux");
        List<Map<String, String>> expected = new ArrayList<>();
        List<Map<String, String>> looks = new ArrayList<>();
        capture.play(left -> Math.min(left, 13), screen -> {
            expected.add(GoldenLook.ofTmux(golden.get(looks.size()), screen.columns()));
            looks.add(GoldenLook.forTmux(screen));
        });

        assertThat(looks).hasSameSizeAs(golden);
        compare("tmux " + capture, expected, looks);
    }

    private static void compare(String who, List<Map<String, String>> golden, List<Map<String, String>> looks) {
        Set<String> expected = new TreeSet<>();
        StringBuilder unexpected = new StringBuilder();
        for (int i = 0; i < looks.size(); i++) {
            for (String aspect : golden.get(i).keySet()) {
                String name = who + " " + aspect;
                String want = golden.get(i).get(aspect);
                String got = looks.get(i).get(aspect);
                if (want.equals(got)) {
                    continue;
                }
                if (GoldenDifferences.ALL.containsKey(name)) {
                    expected.add(name);
                } else {
                    unexpected.append(name).append(", look ").append(i).append(difference(want, got));
                }
            }
        }
        assertThat(unexpected.toString()).isEmpty();
        assertThat(GoldenDifferences.ALL.keySet().stream().filter(name -> name.startsWith(who + " ")))
                .as("differences that are expected are there")
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    /** The first lines that differ. */
    private static String difference(String want, String got) {
        List<String> wanted = want.lines().toList();
        List<String> found = got.lines().toList();
        int line = 0;
        while (line < wanted.size() && line < found.size() && wanted.get(line).equals(found.get(line))) {
            line++;
        }
        return ", line " + line + "\n  want " + (line < wanted.size() ? wanted.get(line) : "") + "\n  got  "
                + (line < found.size() ? found.get(line) : "") + "\n";
    }

    @ParameterizedTest
    @MethodSource("captures")
    void a_redraw_in_the_middle_gives_the_same_screen(GoldenCapture capture) throws IOException {
        Random random = new Random(capture.toString().hashCode());
        Screen screen = new Screen(capture.columns(), capture.rows());
        int at = 0;
        for (int cut = 0; cut < 6; cut++) {
            int to = at + random.nextInt((capture.bytes().length - at) / 2 + 1);
            screen.feed(capture.bytes(), at, to - at);
            at = to;
            assertThat(Look.of(redrawn(screen))).as("at %d", at).isEqualTo(Look.of(screen));
        }
        Path folder = System.getProperty(REDRAWS) == null ? null : Path.of(System.getProperty(REDRAWS));
        List<byte[]> redraws = new ArrayList<>();
        capture.play(left -> left, seen -> {
            assertThat(Look.of(redrawn(seen))).as("look %d", redraws.size()).isEqualTo(Look.of(seen));
            redraws.add(Redraw.of(seen, Integer.MAX_VALUE));
        });
        if (folder != null) {
            Files.createDirectories(folder);
            for (int i = 0; i < redraws.size(); i++) {
                Files.write(folder.resolve(capture + "." + i + ".redraw"), redraws.get(i));
            }
        }
    }

    private static Screen redrawn(Screen screen) {
        Screen copy = new Screen(screen.columns(), screen.rows());
        copy.feed(Redraw.of(screen, Integer.MAX_VALUE));
        return copy;
    }

    @Test
    void there_are_captures() {
        assertThat(captures().count()).isGreaterThan(80);
    }
}
