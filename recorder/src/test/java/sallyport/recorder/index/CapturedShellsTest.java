package sallyport.recorder.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.index.Found.Confidence;
import sallyport.recorder.index.Found.Source;

/** Real shells, in which somebody typed: see capture.py beside the recordings. */
class CapturedShellsTest {

    private static List<Found> found(String name) {
        List<Found> found = new ArrayList<>();
        try (RecordingReader reader = RecordingReader.open(
                Path.of(Objects.requireNonNull(CapturedShellsTest.class.getResource("/index/" + name + ".cast"))
                        .toURI()))) {
            assertThat(RecordingIndex.read(reader, () -> {}, found::add)).isZero();
            assertThat(reader.damage()).isEmpty();
            return found;
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(name, e);
        }
    }

    private static List<Found.Command> commands(String name) {
        return found(name).stream()
                .filter(Found.Command.class::isInstance)
                .map(Found.Command.class::cast)
                .toList();
    }

    private static List<String> texts(String name) {
        return commands(name).stream().map(Found.Command::text).toList();
    }

    private static List<String> lines(String name) {
        return found(name).stream()
                .filter(Found.Line.class::isInstance)
                .map(Found::text)
                .toList();
    }

    @Test
    void readline_with_editing_history_completion_search_and_a_cleared_screen() {
        assertThat(texts("bash"))
                .containsExactly(
                        "echo hello world",
                        "cd /tmp",
                        "pwd",
                        "ls -l /noneix",
                        "cd /tmp",
                        "echo 'two\nlines'",
                        "cat /etc/hostname",
                        "echo hello world",
                        "echo cleared away",
                        "printf \"%s\\n\" one two",
                        "exit");
    }

    @Test
    void a_command_has_the_time_at_which_its_line_was_finished() {
        assertThat(commands("bash").getFirst().at()).hasMillis(1292);
    }

    @Test
    void a_prompt_of_two_lines_in_colours() {
        assertThat(texts("bash-two-lines")).containsExactly("id -un", "cd /usr/share", "echo \"$PWD\"", "exit");
        assertThat(texts("zsh-two-lines")).containsExactly("echo starship", "cd /usr", "echo äöü 漢字", "exit");
    }

    @Test
    void a_line_that_wraps_and_one_during_which_the_size_changed() {
        assertThat(texts("bash-long"))
                .containsExactly(
                        "echo aaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbb cccccccccccccccc dddddddddddddddddd eeeeeeeeeee",
                        "echo before the size changed and after it",
                        "exit");
    }

    @Test
    void marks_give_the_status_too() {
        List<Found.Command> marked = commands("bash-marks");
        assertThat(marked).extracting(Found.Command::text).endsWith("true", "false", "ls /nonexistent", "exit");
        assertThat(marked.subList(1, 4))
                .extracting(Found.Command::status)
                .containsExactly(Optional.of(0), Optional.of(1), Optional.of(2));
        assertThat(marked.subList(1, 5)).extracting(Found.Command::source).containsOnly(Source.MARKS);
    }

    @Test
    void what_happens_inside_full_screen_programs_is_no_command() {
        assertThat(texts("bash-programs"))
                .containsExactly(
                        "seq 300 | less",
                        "vim -u NONE -n",
                        "python3 -q",
                        "1 + 41",
                        "quit()",
                        "read -p \"Proceed? \" x",
                        "exit");
    }

    @Test
    void what_full_screen_programs_showed_is_found_as_lines() {
        assertThat(lines("bash-programs")).contains("secret text");
    }

    @Test
    void a_prompt_is_known_by_its_looks_where_there_is_no_line_editor() {
        assertThat(texts("bash-no-editor")).containsExactly("uname", "cd /var", "ls -d .", "exit");
        assertThat(texts("dash")).containsExactly("echo from dash", "ls /nonexistent", "echo last", "exit");
    }

    @Test
    void zsh_with_a_prompt_on_the_right() {
        assertThat(texts("zsh"))
                .containsExactly(
                        "echo from zsh", "cd /etc", "ls passwd", "echo 'two\nlines'", "echo 'two\nlines'", "exit");
    }

    @Test
    void fish_with_its_suggestions() {
        assertThat(texts("fish"))
                .containsExactly("echo from fish", "cd /etc", "cat hostname", "echo again", "cat hostname", "exit");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bash", "bash-two-lines", "bash-long", "bash-no-editor", "zsh", "zsh-two-lines", "fish", "dash"})
    void a_prompt_that_comes_back_makes_it_likely(String name) {
        assertThat(commands(name)).allSatisfy(command -> {
            assertThat(command.source()).isEqualTo(Source.SCREEN);
            assertThat(command.confidence()).isEqualTo(Confidence.LIKELY);
            assertThat(command.status()).isEmpty();
        });
    }

    @Test
    void what_was_shown_is_found_although_the_screen_was_cleared() {
        assertThat(lines("bash")).contains("hello world", "root@web-1:/tmp# printf \"%s\\n\" one two", "two");
    }
}
