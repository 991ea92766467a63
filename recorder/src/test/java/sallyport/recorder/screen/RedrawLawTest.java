package sallyport.recorder.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A fresh screen that is fed a redraw equals the one that was drawn, and stays equal. */
class RedrawLawTest {

    private static final int ROUNDS = 2000;

    private record Case(int number, int bound, Screen screen, Scribble scribble, Random random) {

        static Case of(int number) {
            Random random = new Random(number);
            int columns = 1 + random.nextInt(random.nextBoolean() ? 12 : 40);
            int rows = 2 + random.nextInt(8);
            int bound = random.nextInt(4) == 0 ? random.nextInt(600) : 1 << 16;
            Screen screen = new Screen(columns, rows, bound);
            Scribble scribble = new Scribble(random);
            for (int i = random.nextInt(3); i >= 0; i--) {
                screen.feed(scribble.bytes(random.nextInt(40)));
                if (random.nextInt(3) == 0) {
                    screen.resize(1 + random.nextInt(30), 2 + random.nextInt(8));
                }
            }
            return new Case(number, bound, screen, scribble, random);
        }

        Screen fresh() {
            return new Screen(screen.columns(), screen.rows(), bound);
        }
    }

    @Test
    void a_redraw_gives_the_same_screen() {
        for (int i = 0; i < ROUNDS; i++) {
            Case given = Case.of(i);
            Screen copy = given.fresh();
            copy.feed(Redraw.of(given.screen, Integer.MAX_VALUE));
            assertThat(Look.of(copy)).as("case %d", i).isEqualTo(Look.of(given.screen));
        }
    }

    @Test
    void whatever_follows_has_the_same_effect() {
        for (int i = 0; i < ROUNDS; i++) {
            Case given = Case.of(i);
            Screen copy = given.fresh();
            copy.feed(Redraw.of(given.screen, Integer.MAX_VALUE));
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            ByteArrayOutputStream copySaid = new ByteArrayOutputStream();
            given.screen.answerTo(said::writeBytes);
            copy.answerTo(copySaid::writeBytes);
            for (int more = given.random.nextInt(4); more >= 0; more--) {
                byte[] bytes = given.scribble.bytes(given.random.nextInt(20));
                given.screen.feed(bytes);
                copy.feed(bytes);
                if (given.random.nextInt(3) == 0) {
                    int columns = 1 + given.random.nextInt(30);
                    int rows = 2 + given.random.nextInt(8);
                    given.screen.resize(columns, rows);
                    copy.resize(columns, rows);
                }
                assertThat(Look.of(copy)).as("case %d", i).isEqualTo(Look.of(given.screen));
                assertThat(copySaid.toString(StandardCharsets.US_ASCII))
                        .as("case %d", i)
                        .isEqualTo(said.toString(StandardCharsets.US_ASCII));
            }
        }
    }

    @Test
    void a_redraw_does_not_depend_on_what_the_terminal_was_doing() {
        for (int i = 0; i < ROUNDS; i++) {
            Case given = Case.of(i);
            Screen used = given.fresh();
            used.feed(given.scribble.bytes(40));
            used.feed(Redraw.of(given.screen, Integer.MAX_VALUE));
            assertThat(Look.ofWhatIsDrawn(used)).as("case %d", i).isEqualTo(Look.ofWhatIsDrawn(given.screen));
        }
    }

    @Test
    void a_notice_changes_one_row_only_and_a_repaint_takes_it_away() {
        for (int i = 0; i < ROUNDS; i++) {
            Case given = Case.of(i);
            Screen copy = given.fresh();
            copy.feed(Redraw.of(given.screen, Integer.MAX_VALUE));
            copy.feed(Redraw.notice(given.screen, "someone 界 looks on"));
            String noticed = Look.ofWhatIsDrawn(copy);
            copy.feed(Redraw.repaint(given.screen));
            String repainted = Look.ofWhatIsDrawn(copy);
            assertThat(repainted).as("case %d", i).isEqualTo(Look.ofWhatIsDrawn(given.screen));
            assertThat(lines(noticed, repainted)).as("case %d", i).hasSizeLessThanOrEqualTo(1);
        }
    }

    private static List<String> lines(String one, String other) {
        List<String> first = one.lines().toList();
        List<String> second = other.lines().toList();
        return IntStream.range(0, first.size())
                .filter(i -> i >= second.size() || !first.get(i).equals(second.get(i)))
                .mapToObj(first::get)
                .toList();
    }

    @Test
    void it_does_not_matter_where_output_is_cut() {
        for (int i = 0; i < ROUNDS; i++) {
            Random random = new Random(i);
            byte[] bytes = new Scribble(random).bytes(40);
            Screen whole = new Screen(20, 6);
            whole.feed(bytes);
            Screen cut = new Screen(20, 6);
            for (int at = 0; at < bytes.length; ) {
                int length = Math.min(1 + random.nextInt(5), bytes.length - at);
                cut.feed(bytes, at, length);
                at += length;
            }
            assertThat(Look.of(cut)).as("case %d", i).isEqualTo(Look.of(whole));
        }
    }
}
