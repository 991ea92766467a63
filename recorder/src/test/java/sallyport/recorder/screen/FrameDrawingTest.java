package sallyport.recorder.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameDrawingTest {

    private final Screen client = new Screen(10, 4);
    private final FrameDrawing drawing = new FrameDrawing(10, 4);

    @Test
    void a_smaller_client_sees_the_part_around_the_cursor() {
        Screen screen = screen(20, 8, "\u001b[6;15Hhello");

        client.feed(drawing.next(screen, ""));

        assertThat(ScreenText.screen(client)).containsExactly("", "", "", "    hello");
        assertThat(List.of(client.cursorColumn(), client.cursorRow())).containsExactly(9, 3);
        assertThat(client.alternate()).isTrue();
    }

    @Test
    void the_part_keeps_still_while_the_cursor_is_in_it() {
        Screen screen = screen(20, 8, "one\r\ntwo\r\nthree\r\nfour\r\nfive");
        client.feed(drawing.next(screen, ""));
        feed(screen, "\u001b[2;4H!");

        client.feed(drawing.next(screen, ""));

        assertThat(ScreenText.screen(client)).containsExactly("two!", "three", "four", "five");
    }

    @Test
    void a_greater_client_sees_all_of_it_and_the_status_at_its_own_bottom() {
        Screen screen = screen(5, 2, "ab\r\ncd");

        client.feed(drawing.next(screen, "5x2 in 10x4"));

        assertThat(ScreenText.screen(client)).containsExactly("ab", "cd", "", "5x2 in 10x");
        assertThat(client.page.grid.row(3).style[0]).isEqualTo(Style.DIM);
        assertThat(client.cursorRow()).isEqualTo(1);
    }

    @Test
    void controls_in_the_status_do_nothing_and_a_long_one_is_cut() {
        byte[] frame = drawing.next(screen(5, 2, ""), "\u001b]0;x\u0007\u009b\n\u202e\u2028" + "漢字".repeat(2000));

        client.feed(frame);

        assertThat(ScreenText.screen(client).getLast()).isEqualTo("]0;x漢字漢");
        assertThat(client.title()).isEmpty();
        assertThat(frame.length).isLessThan(1000);
    }

    @Test
    void wide_characters_that_the_edge_cuts_are_blank() {
        Screen screen = screen(20, 4, "a漢字漢字漢字漢字漢");
        client.feed(drawing.next(screen, ""));
        assertThat(ScreenText.screen(client).getFirst()).isEqualTo(" 字漢字漢");
        feed(screen, "\r");

        client.feed(drawing.next(screen, ""));

        assertThat(ScreenText.screen(client).getFirst()).isEqualTo("a漢字漢字");
    }

    @Test
    void a_frame_like_the_one_before_is_empty() {
        Screen screen = screen(20, 8, "text\u001b[?1h\u001b[3 q");
        drawing.next(screen, "status");

        assertThat(drawing.next(screen, "status")).isEmpty();
        assertThat(drawing.next(screen, "other")).isNotEmpty();
    }

    @Test
    void a_changed_cell_costs_little() {
        FrameDrawing large = new FrameDrawing(200, 60);
        Screen screen = screen(200, 60, "x".repeat(200 * 59));
        large.next(screen, "");
        feed(screen, "\u001b[10;10Hy");

        assertThat(large.next(screen, "")).hasSizeLessThan(60);
    }

    @Test
    void keys_mean_the_same_on_the_clients_side() {
        Screen screen = screen(
                10,
                4,
                "\u001b[?1h\u001b=\u001b[?2004h\u001b[?1002h\u001b[?1006h\u001b[?1004h\u001b[>5u\u001b[>4;2m\u001b[4 q"
                        + "\u001b[?25l\u001b[4h\u001b[?6h\u001b[?2048h\u001b]4;1;#123456\u001b\\");
        client.feed(drawing.next(screen, ""));

        for (Mode mode : List.of(
                Mode.APPLICATION_CURSOR,
                Mode.APPLICATION_KEYPAD,
                Mode.BRACKETED_PASTE,
                Mode.MOUSE_DRAG,
                Mode.MOUSE_SGR,
                Mode.FOCUS)) {
            assertThat(client.page.modes.has(mode)).as("%s", mode).isTrue();
        }
        for (Mode mode : List.of(Mode.CURSOR_VISIBLE, Mode.INSERT, Mode.ORIGIN, Mode.IN_BAND_RESIZE)) {
            assertThat(client.page.modes.has(mode)).as("%s", mode).isFalse();
        }
        assertThat(client.page.grid.keyboard.flags()).isEqualTo(5);
        assertThat(client.page.modes.modifyOtherKeys()).isEqualTo(2);
        assertThat(client.page.modes.cursorStyle()).isEqualTo(4);
        assertThat(client.page.palette.changed()).isEqualTo(screen.page.palette.changed());

        feed(
                screen,
                "\u001b[?1l\u001b>\u001b[?1002l\u001b[?1003h\u001b[<u\u001b[>4m\u001b[0"
                        + " q\u001b[?25h\u001b]104\u001b\\");
        client.feed(drawing.next(screen, ""));

        assertThat(client.page.modes.has(Mode.APPLICATION_CURSOR)).isFalse();
        assertThat(client.page.modes.has(Mode.MOUSE_ALL)).isTrue();
        assertThat(client.page.modes.has(Mode.MOUSE_DRAG)).isFalse();
        assertThat(client.page.modes.has(Mode.CURSOR_VISIBLE)).isTrue();
        assertThat(client.page.grid.keyboard.flags()).isZero();
        assertThat(client.page.modes.modifyOtherKeys()).isZero();
        assertThat(client.page.modes.cursorStyle()).isZero();
        assertThat(client.page.palette.changed()).isEmpty();
    }

    @Test
    void the_mouse_is_silent_while_places_are_not_the_same() {
        Screen screen = screen(20, 8, "\u001b[?1000h\u001b[?1006h\u001b[8H");
        client.feed(drawing.next(screen, ""));
        assertThat(client.page.modes.has(Mode.MOUSE_BUTTONS)).isFalse();
        feed(screen, "\u001b[H");

        client.feed(drawing.next(screen, ""));

        assertThat(client.page.modes.has(Mode.MOUSE_BUTTONS)).isTrue();
    }

    @Test
    void the_end_leaves_what_was_there_before() {
        client.feed("\u001b[31mshell$ ".getBytes(StandardCharsets.US_ASCII));
        client.feed(
                drawing.next(screen(20, 8, "\u001b[?1h\u001b[?1003h\u001b[>1u\u001b[?25l\u001b[2 qtext"), "status"));

        client.feed(drawing.end());

        Screen fresh = screen(10, 4, "shell$ ");
        assertThat(client.alternate()).isFalse();
        assertThat(ScreenText.screen(client)).isEqualTo(ScreenText.screen(fresh));
        assertThat(client.cursorColumn()).isEqualTo(7);
        for (Mode mode : Mode.values()) {
            assertThat(client.page.modes.has(mode)).as("%s", mode).isEqualTo(mode.initially());
        }
        assertThat(client.page.grid.keyboard.flags()).isZero();
        assertThat(drawing.end()).isEmpty();
    }

    @Test
    void a_client_that_was_in_any_state_sees_the_first_frame_whole() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Screen odd = new Screen(12, 5);
            odd.feed(new Scribble(random).bytes(60));
            Screen screen = scribbled(random);
            odd.feed(new FrameDrawing(12, 5).next(screen, ""));
            Screen plain = new Screen(12, 5);
            plain.feed(new FrameDrawing(12, 5).next(screen, ""));

            assertThat(picture(odd)).as("seed %d", seed).isEqualTo(picture(plain));
        }
    }

    @Test
    void frame_after_frame_gives_what_one_whole_frame_gives() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Scribble scribble = new Scribble(random);
            Screen screen = scribbled(random);
            int columns = 1 + random.nextInt(40);
            int rows = 1 + random.nextInt(12);
            Screen seen = new Screen(columns, rows);
            FrameDrawing frames = new FrameDrawing(columns, rows);
            for (int frame = 0; frame < 8; frame++) {
                screen.feed(scribble.bytes(random.nextInt(30)));
                if (random.nextInt(4) == 0) {
                    screen.resize(1 + random.nextInt(30), 1 + random.nextInt(10));
                }
                if (random.nextInt(6) == 0) {
                    columns = 1 + random.nextInt(40);
                    rows = 1 + random.nextInt(12);
                    seen.resize(columns, rows);
                    frames.resize(columns, rows);
                }
                String status = random.nextBoolean() ? "status " + random.nextInt(3) : "";
                byte[] bytes = frames.next(screen, status);
                seen.feed(bytes);

                assertThat(picture(seen))
                        .as("seed %d, frame %d", seed, frame)
                        .isEqualTo(expected(screen, columns, rows, status, frames));
                assertThat(bytes.length).isLessThan(2000 + columns * rows * 400);
                assertThat(new QueryFilter().filter(bytes, 0, bytes.length))
                        .as("no questions")
                        .isEqualTo(bytes);
            }
        }
    }

    @Test
    void a_picture_has_no_links_no_modes_and_no_palette() {
        Screen screen = screen(
                20,
                4,
                "\033[?1h\033=\033[?2004h\033[?1003h\033[?1006h\033[>1u\033[>4;2m\033[5 q\033]4;1;rgb:00/00/00\007"
                        + "\033]11;rgb:ff/ff/ff\007\033]0;title\007\033]52;c;cm0=\007"
                        + "\033]8;;https://evil.example\033\\a\033[4;58:5:1mb\033]8;;\033\\c\033[0m\u202e\u0301\u2066");
        FrameDrawing frames = FrameDrawing.ofPicture(20, 4);
        Screen seen = new Screen(20, 4);

        String drawn = new String(frames.next(screen, ""), StandardCharsets.UTF_8);
        seen.feed(drawn.getBytes(StandardCharsets.UTF_8));

        String frame = drawn.substring(new String(Redraw.inverse(), StandardCharsets.UTF_8).length());
        assertThat(frame).doesNotContain("\033]", "\033=", "[?1h", "[?2004h", "[?1003h", "1u", "4;2m", " q");
        assertThat(ScreenText.screen(seen)).startsWith("abc\u0301");
        assertThat(seen.page.grid.row(0).extra(1))
                .isEqualTo(new Extra(screen.page.grid.row(0).extra(1).underlineColour(), null));
        assertThat(seen.page.grid.row(0).extra(0)).isNull();
    }

    /** Worked out anew: the window of the screen, cell by cell, and the status. */
    private static String expected(Screen screen, int columns, int rows, String status, FrameDrawing frames) {
        int height = rows > 1 && !status.isEmpty() ? rows - 1 : rows;
        int left = frames.left();
        int top = frames.top();
        StringBuilder out = new StringBuilder();
        for (int y = 0; y < rows; y++) {
            Row row = new Row(columns);
            if (y < height && top + y < screen.rows()) {
                Row source = screen.page.grid.row(top + y);
                for (int x = 0; x < columns && left + x < screen.columns(); x++) {
                    int at = left + x;
                    boolean cut = (source.tail(at) && x == 0) || (source.wide(at) && x == columns - 1);
                    if (cut) {
                        row.set(x, Cell.EMPTY, source.style[at] & Style.BACKGROUND);
                        continue;
                    }
                    row.set(x, source.text[at] & ~(Cell.PROTECTED | Cell.MARKED), source.style[at]);
                    if (source.extra(at) != null) {
                        row.setExtra(x, source.extra(at));
                    }
                    if (!source.marks(at).isEmpty()) {
                        row.setMarks(x, source.marks(at));
                    }
                }
            } else if (y >= height) {
                for (int x = 0; x < Math.min(columns, status.length()); x++) {
                    row.set(x, status.charAt(x), Style.DIM);
                }
            }
            out.append(GoldenRow.of(row)).append('\n');
        }
        int column = screen.cursorColumn() - left;
        int row = screen.cursorRow() - top;
        assertThat(column).isBetween(0, columns - 1);
        assertThat(row).isBetween(0, height - 1);
        return out.append(column)
                .append(',')
                .append(row)
                .append(screen.page.modes.has(Mode.CURSOR_VISIBLE))
                .toString();
    }

    private static String picture(Screen client) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < client.rows(); i++) {
            out.append(GoldenRow.of(client.page.grid.row(i))).append('\n');
        }
        return out.append(client.cursorColumn())
                .append(',')
                .append(client.cursorRow())
                .append(client.page.modes.has(Mode.CURSOR_VISIBLE))
                .toString();
    }

    private static Screen scribbled(Random random) {
        Screen screen = new Screen(1 + random.nextInt(30), 1 + random.nextInt(10));
        screen.feed(new Scribble(random).bytes(80));
        return screen;
    }

    private static Screen screen(int columns, int rows, String text) {
        Screen screen = new Screen(columns, rows);
        feed(screen, text);
        return screen;
    }

    private static void feed(Screen screen, String text) {
        screen.feed(text.getBytes(StandardCharsets.UTF_8));
    }
}
