package sallyport.recorder.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedrawTest {

    /** Sequences that a terminal answers, or that reach beyond it. */
    private static final Pattern TALKS = Pattern.compile(
            "\u001b\\[[>=]?[0-9;]*c|\u001b\\[\\??[0-9;]*n|\u001b\\[\\??[0-9;]*\\$p|\u001bP|\u001b\\[>[0-9]*q|\u001b\\[\\?u"
                + "|\u001b\\[(?!22;|23;)[0-9;]*t|\u001b\\]52|\u001b\\][0-9;]*;\\?|\u001bc|\u001b\\[3J|\u0005|\u001bZ");

    private static String redraw(Screen screen) {
        return new String(Redraw.of(screen, Integer.MAX_VALUE), StandardCharsets.UTF_8);
    }

    private static Screen fed(String text) {
        Screen screen = new Screen(20, 4);
        screen.feed(text.getBytes(StandardCharsets.UTF_8));
        return screen;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u001b[c",
                "\u001b[>c",
                "\u001b[6n",
                "\u001b[?6n",
                "\u001b[?2004$p",
                "\u001bP$qm\u001b\\",
                "\u001bP+q544e\u001b\\",
                "\u001b[>q",
                "\u001b[?u",
                "\u001b[21t",
                "\u001b[14t",
                "\u001b]4;1;?\u0007",
                "\u001b]10;?\u001b\\",
                "\u001b]52;c;cm0gLXJm\u0007",
                "\u001b]52;c;cm0gLXJm",
                "\u001b]1337;File=:",
                "\u001b]9;4;1",
                "\u001b_Gabc",
                "\u001bPq#0",
                "\u0005",
                "\u001bc",
                "\u001b[3J"
            })
    void what_would_make_a_terminal_talk_or_act_is_not_drawn_again(String output) {
        String drawn = redraw(fed("before" + output));

        assertThat(TALKS.matcher(drawn).find()).isFalse();
        assertThat(drawn).doesNotContain("cm0", "File", "Gabc");
    }

    @Test
    void the_pattern_of_talk_knows_talk() {
        assertThat(List.of(
                        "\u001b[c",
                        "\u001b[?6n",
                        "\u001b[?25$p",
                        "\u001b]11;?\u0007",
                        "\u001b]52;c;x\u0007",
                        "\u001b[18t"))
                .allMatch(talk -> TALKS.matcher(talk).find());
    }

    @Test
    void scribbles_never_make_a_terminal_answer() {
        for (int i = 0; i < 2000; i++) {
            Screen screen = new Screen(20, 6);
            screen.feed(new Scribble(new Random(i)).bytes(60));
            Screen other = new Screen(20, 6);
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            other.answerTo(said::writeBytes);
            other.feed(Redraw.of(screen, Integer.MAX_VALUE));
            // A terminal tells its size when it is asked to go on telling it.
            String answer = screen.page.modes.has(Mode.IN_BAND_RESIZE) ? "\u001b[48;6;20;0;0t" : "";
            assertThat(said.toString(StandardCharsets.US_ASCII))
                    .as("case %d", i)
                    .isEqualTo(answer);
        }
    }

    @Test
    void links_and_titles_are_drawn_again_if_they_are_safe() {
        String drawn = redraw(fed("\u001b]2;good\u0007\u001b]8;;https://example.org/\u0007a\u001b]8;;vnc://h/\u0007b"));

        assertThat(drawn).contains("good", "https://example.org/").doesNotContain("vnc");
    }

    @Test
    void what_the_terminal_showed_before_goes_into_its_scrollback() {
        Screen terminal = fed("$ ssh bastion\r\nwelcome");
        terminal.feed(Redraw.of(fed("session"), 0));

        assertThat(ScreenText.tail(terminal, 9))
                .containsSequence("$ ssh bastion", "welcome")
                .endsWith("session");
        assertThat(ScreenText.screen(terminal).getFirst()).isEqualTo("session");
    }

    @Test
    void only_as_many_lines_as_asked_for_come_from_above() {
        Screen screen = fed("1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\n8");
        Screen terminal = new Screen(20, 4);
        terminal.feed(Redraw.of(screen, 2));

        assertThat(ScreenText.tail(terminal, 99)).containsExactly("3", "4", "5", "6", "7", "8");
    }

    @Test
    void a_terminal_in_the_middle_of_a_string_is_woken() {
        for (String stuck : List.of("\u001b]0;ti", "\u001bPq", "\u001b_G", "\u001b[3", "\u001b(", "\u001bX")) {
            Screen terminal = fed(stuck);
            terminal.feed(Redraw.of(fed("session"), 0));
            assertThat(ScreenText.screen(terminal).getFirst()).isEqualTo("session");
        }
    }

    @Test
    void the_inverse_leaves_a_usual_terminal_with_its_text_and_cursor_where_they_were() {
        String[] used = {
            "text\u001b[?1003h\u001b[?1006h\u001b[?2004h\u001b[?1004h\u001b[>31u\u001b[>4;2m\u001b[?25l\u001b[4 q",
            "text\u001b[?1h\u001b=\u001b[?7l\u001b[4h\u001b[31m\u001b(0\u001b]8;;https://a/\u0007\u001b[?5h\u001b[?2026h",
            "text\u001b[?1049h\u001b[>1u\u001b[2;3r\u001b[?6hother\u001b[?2048h\u001b[?69h\u001b[2;9s\u001b[?45h",
            "text\u001b]4;1;#fff\u0007\u001b]11;#123\u0007\u001b[?1007h\u001b[?2031h\u001b[1\"q\u001b[20h"
        };
        String usual = Look.ofWhatIsDrawn(fed("text"));
        for (String output : used) {
            Screen terminal = fed(output);
            assertThat(Look.ofWhatIsDrawn(terminal)).isNotEqualTo(usual);
            terminal.feed(Redraw.inverse());
            // The cursor that DECSC saved is the terminal's own affair.
            assertThat(unsaved(Look.ofWhatIsDrawn(terminal))).as(output).isEqualTo(unsaved(usual));
        }
    }

    private static String unsaved(String look) {
        return look.replaceAll("repeat \\d+", "").replaceAll("(?m)^main saved .* keys", "main keys");
    }

    @Test
    void a_scribbled_terminal_is_usual_again_but_for_its_text() {
        String usual = modes(Look.ofWhatIsDrawn(new Screen(20, 6)));
        for (int i = 0; i < 1000; i++) {
            Screen terminal = new Screen(20, 6);
            terminal.feed(new Scribble(new Random(i)).bytes(60));
            terminal.feed(Redraw.inverse());
            assertThat(modes(Look.ofWhatIsDrawn(terminal))).as("case %d", i).isEqualTo(usual);
        }
    }

    /** All but places, tab stops and what is written. */
    private static String modes(String look) {
        List<String> lines = new ArrayList<>(look.lines().toList());
        return String.join("\n", lines.subList(1, 5)).replaceAll("repeat \\d+", "") + lines.get(6);
    }
}
