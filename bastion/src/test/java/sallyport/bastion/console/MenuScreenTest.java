package sallyport.bastion.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sallyport.policy.Login;
import sallyport.policy.TargetName;
import sallyport.policy.session.SessionId;

class MenuScreenTest {

    private static final Destination DEPLOY = new Destination(
            new MenuChoice.ResumeSession(new SessionId(new UUID(1, 2))),
            true,
            "deploy",
            "root on web-1, detached, left 3 m ago",
            "ssh s+deploy@bastion");

    private final MenuScreen screen = new MenuScreen(
            List.of(DEPLOY, target("web-1", "staging"), target("prod-db-1", "PRODUCTION")), Optional.empty());

    private static Destination target(String name, String environment) {
        return new Destination(
                new MenuChoice.OpenTarget(new Login("root"), new TargetName(name)),
                false,
                "root on " + name,
                environment,
                "ssh root+" + name + "@bastion");
    }

    private static List<String> drawn(MenuScreen screen, int columns, int rows) {
        return screen.draw(columns, rows)
                .replaceAll("\033\\[[0-9;?]*[A-Za-z]", "")
                .lines()
                .toList();
    }

    private void press(String text) {
        text.chars().forEach(c -> assertThat(screen.take(new Key.Typed(c))).isEmpty());
    }

    @Test
    void it_shows_sessions_and_targets_and_the_command_that_does_the_same() {
        List<String> lines = drawn(screen, 80, 24);

        assertThat(lines).hasSize(24);
        assertThat(lines.getFirst()).isEqualTo("Where to?  ");
        assertThat(lines)
                .containsSubsequence(
                        "SESSIONS",
                        "> deploy             root on web-1, detached, left 3 m ago",
                        "TARGETS",
                        "  root on web-1      staging",
                        "  root on prod-db-1  PRODUCTION");
        assertThat(lines.getLast()).startsWith("ssh s+deploy@bastion  ").endsWith("Enter go  ? keys  q quit");
    }

    @Test
    void arrows_move_and_stop_at_the_ends() {
        screen.take(Key.Named.UP);
        assertThat(drawn(screen, 80, 24).getLast()).contains("s+deploy");
        screen.take(Key.Named.DOWN);
        assertThat(drawn(screen, 80, 24).getLast()).contains("root+web-1");
        screen.take(Key.Named.PAGE_DOWN);
        assertThat(drawn(screen, 80, 24).getLast()).contains("root+prod-db-1");
        screen.take(Key.Named.DOWN);

        assertThat(screen.take(Key.Named.ENTER))
                .contains(new MenuChoice.OpenTarget(new Login("root"), new TargetName("prod-db-1")));
    }

    @Test
    void typing_narrows_the_list() {
        press("PROD db");

        assertThat(drawn(screen, 80, 24))
                .contains("Where to?  PROD db", "> root on prod-db-1  PRODUCTION")
                .noneMatch(l -> l.contains("deploy"));
        assertThat(screen.take(Key.Named.ENTER))
                .contains(new MenuChoice.OpenTarget(new Login("root"), new TargetName("prod-db-1")));
    }

    @Test
    void escape_clears_what_was_typed_and_then_leaves() {
        press("web");
        assertThat(screen.take(Key.Named.ESCAPE)).isEmpty();
        assertThat(drawn(screen, 80, 24)).contains("  root on prod-db-1  PRODUCTION");
        assertThat(screen.take(Key.Named.ESCAPE)).contains(new MenuChoice.Quit());
    }

    @Test
    void q_leaves_only_with_nothing_typed() {
        press("e");
        press("q");
        assertThat(drawn(screen, 80, 24)).contains("nothing fits; Esc clears what you typed");
        assertThat(screen.take(Key.Named.ENTER)).isEmpty();
        screen.take(Key.Named.BACKSPACE);
        screen.take(Key.Named.BACKSPACE);
        assertThat(screen.take(new Key.Typed('q'))).contains(new MenuChoice.Quit());
    }

    @Test
    void control_c_and_a_lost_line_leave_whatever_is_shown() {
        press("x");
        assertThat(screen.take(Key.Named.INTERRUPT)).contains(new MenuChoice.Quit());
        assertThat(screen.take(Key.Named.GONE)).contains(new MenuChoice.Quit());
    }

    @Test
    void a_question_mark_shows_the_keys_and_any_key_goes_back() {
        press("?");
        assertThat(drawn(screen, 80, 24)).anyMatch(l -> l.startsWith("Enter"));
        press("q");
        assertThat(drawn(screen, 80, 24)).contains("TARGETS");
    }

    @Test
    void it_fits_every_size() {
        for (int columns = 1; columns <= 100; columns++) {
            for (int rows = 1; rows <= 30; rows++) {
                int width = columns;
                assertThat(drawn(screen, columns, rows))
                        .as(columns + "x" + rows)
                        .hasSizeLessThanOrEqualTo(rows)
                        .allMatch(l -> Printable.columns(l) <= Math.max(1, width - 1));
            }
        }
    }

    @Test
    void the_selected_line_is_always_in_sight() {
        MenuScreen many = new MenuScreen(
                IntStream.range(0, 200)
                        .mapToObj(i -> target("host-" + i, "test"))
                        .toList(),
                Optional.empty());
        for (int i = 0; i < 200; i++) {
            String expected = "root on host-" + i;
            assertThat(drawn(many, 80, 24)).anyMatch(l -> l.startsWith("> " + expected + " "));
            assertThat(drawn(many, 40, 3)).anyMatch(l -> l.startsWith("> " + expected + " "));
            many.take(Key.Named.DOWN);
        }
    }

    @Test
    void nobody_is_left_before_an_empty_screen() {
        MenuScreen empty = new MenuScreen(List.of(), Optional.of("the database does not answer"));

        assertThat(drawn(empty, 80, 24))
                .contains(
                        "the database does not answer",
                        "no target is open to you yet; ask whoever manages access here");
        assertThat(empty.take(Key.Named.ENTER)).isEmpty();
    }
}
