package sallyport.bastion.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sallyport.policy.Reason;

class PromptTest {

    private final FakeTerminal client = FakeTerminal.xterm();

    private Optional<String> ask(String keys) {
        client.type(keys);
        return Prompt.line(client.channel(), "Why?  > ");
    }

    @Test
    void the_question_is_shown_and_the_line_comes_back() {
        assertThat(ask("INC-42 disk\rls\n")).contains("INC-42 disk");

        assertThat(client.out()).contains("Why?  > INC-42 disk").endsWith("\r\n");
        assertThat(client.unread()).as("what follows belongs to the shell").isEqualTo("ls\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "abc\u007f\u007fd|ad",
                "one two\u0017three|one three",
                "one two  \u0017|one ",
                "abc\u0015def|def",
                "ac\u001b[Db|abc",
                "bc\u001b[Ha|abc",
                "ac\u001b[D\u001b[Db\u001b[Fd|bacd",
                "abc\u001b[D\u001b[3~|ab",
                "héé\u007f|hé",
                "a👍\u007fb|ab",
                "\u0004\u0004x|x",
            })
    void a_line_can_be_edited(String keys, String line) {
        if (keys.startsWith("\u0004")) {
            assertThat(ask("y" + keys.substring(1) + "\r")).contains("y" + line);
        } else {
            assertThat(ask(keys + "\r")).contains(line);
        }
    }

    @Test
    void leaving_answers_nothing() {
        assertThat(ask("abc\u0003")).isEmpty();
        assertThat(ask("\u0004")).isEmpty();
        client.type("abc").hangUp();
        assertThat(Prompt.line(client.channel(), "Why?")).isEmpty();
        assertThat(Prompt.line(client.plainChannel(), "Why?")).isEmpty();
    }

    @Test
    void the_line_ends_at_the_longest_reason() {
        assertThat(ask("x".repeat(Reason.LONGEST + 100) + "\r")).contains("x".repeat(Reason.LONGEST));
    }

    @Test
    void controls_are_not_taken_into_the_line() {
        assertThat(ask("a\u0001\u0002\u0005b\u202ec\r")).contains("abc");
    }

    @Test
    void the_line_ends_of_a_paste_are_spaces() {
        assertThat(ask("\033[200~one\rtwo\nthree\033[201~\rrest")).contains("one two three");
        assertThat(client.unread()).isEqualTo("rest");
        assertThat(client.out()).contains("\033[?2004h").endsWith("\033[?2004l\r\n");
    }

    @Test
    void a_long_line_slides_within_its_row() {
        client.columns.set(40);
        ask("abcdefghij".repeat(10) + "\r");

        String last =
                client.out().substring(client.out().lastIndexOf("\rWhy?") + 1).replaceAll("\033.*|\r\n", "");
        assertThat(last).startsWith("Why?  > ").endsWith("ghij");
        assertThat(Printable.columns(last)).isLessThan(40);
    }

    @Test
    void a_narrow_terminal_gets_the_question_on_its_own_line() {
        client.columns.set(10);

        assertThat(ask("abcdefghijklmnop\r")).contains("abcdefghijklmnop");
        assertThat(client.out()).contains("Why?  > \r\n\r> ");
    }

    @Test
    void a_dumb_terminal_gets_no_control_sequence() {
        FakeTerminal dumb = new FakeTerminal("dumb").type("abc\u007f\r");

        assertThat(Prompt.line(dumb.channel(), "Why? ")).contains("ab");
        assertThat(dumb.out()).doesNotContain("\033");
    }

    @Test
    void a_hostile_question_is_inert() {
        client.type("\r");
        Prompt.line(client.channel(), "\033]52;c;x\007 \u202e");

        assertThat(Hostile.isInert(client.out().replace("\033[?2004h", "").replace("\033[?2004l", "")))
                .isTrue();
    }
}
