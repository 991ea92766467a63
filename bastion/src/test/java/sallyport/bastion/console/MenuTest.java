package sallyport.bastion.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sallyport.policy.Login;
import sallyport.policy.TargetName;
import sallyport.policy.session.SessionRow;
import sallyport.policy.session.SessionState;

/** The menu as a client meets it. */
class MenuTest {

    @TempDir
    Path folder;

    private Door door;
    private final ExecutorService visit = Executors.newVirtualThreadPerTaskExecutor();

    @BeforeEach
    void open() {
        door = new Door(folder);
    }

    @AfterEach
    void close() {
        door.client.hangUp();
        visit.close();
        door.close();
    }

    private Future<MenuChoice> choose() {
        return visit.submit(() -> door.menu().choose(door.caller("engineer"), door.client.channel()));
    }

    private MenuChoice chosen(Future<MenuChoice> choice) throws Exception {
        return choice.get(10, TimeUnit.SECONDS);
    }

    private void awaitScreen(String text) {
        await().until(() -> door.client.screen().contains(text));
    }

    @Test
    void arrows_and_enter_go_to_a_target_and_what_follows_is_left_for_the_shell() throws Exception {
        Future<MenuChoice> choice = choose();
        awaitScreen("> root on prod-db-1");
        door.client.type("\033[B\033[B");
        awaitScreen("> root on web-1");
        door.client.type("\rls\r");

        assertThat(chosen(choice)).isEqualTo(new MenuChoice.OpenTarget(new Login("root"), new TargetName("web-1")));
        assertThat(door.client.unread()).isEqualTo("ls\r");
        assertThat(door.client.out()).startsWith("\033[?1049h").endsWith("\033[?1049l");
    }

    @Test
    void sessions_that_outlive_their_connection_are_offered_first() throws Exception {
        SessionRow shell = door.running("engineer", "deploy", "web-1");
        door.live.put(shell, new SessionState.Detached(Instant.parse("2026-11-21T13:57:00Z"), false));
        door.live.put(door.ran("engineer", "job", "uptime"), new SessionState.Running(1, Instant.EPOCH));
        door.running("engineer-2", "foreign", "web-1");

        Future<MenuChoice> choice = choose();
        awaitScreen("> deploy");
        assertThat(door.client.screen())
                .contains("root on web-1, detached, left 3 m ago", "ssh s+deploy@bastion")
                .doesNotContain("uptime", "foreign", "job");
        door.client.type("\r");

        assertThat(chosen(choice)).isEqualTo(new MenuChoice.ResumeSession(shell.id()));
    }

    @Test
    void jobs_are_offered_too_and_what_is_left_alone_says_how_long_it_has() throws Exception {
        SessionRow job = door.working("engineer", "dump", "pg_dump orders");
        SessionRow shell = door.running("engineer", "deploy", "web-1");
        door.live.put(door.seen(
                shell, new SessionState.Detached(Instant.parse("2026-11-21T13:57:00Z"), true), Optional.empty()));

        Future<MenuChoice> choice = choose();
        awaitScreen("root on web-1, running, left now");
        assertThat(door.client.screen()).contains("root on web-1, detached, left 3 m ago, ends in 6 d");
        door.client.type("dump\r");

        assertThat(chosen(choice)).isEqualTo(new MenuChoice.ResumeSession(job.id()));
    }

    @Test
    void it_follows_the_size_of_the_window() throws Exception {
        Future<MenuChoice> choice = choose();
        awaitScreen("> root on prod-db-1");
        assertThat(door.client.screen().lines()).hasSize(24);
        door.client.columns.set(30);
        door.client.rows.set(7);
        await().until(() -> door.client.screen().lines().count() == 7);
        assertThat(door.client.screen().lines()).allMatch(l -> Printable.columns(l) < 30);
        door.client.type("q");

        assertThat(chosen(choice)).isEqualTo(new MenuChoice.Quit());
    }

    @Test
    void every_way_out_restores_the_terminal() throws Exception {
        for (String keys : new String[] {"q", "\033", "\003", "webq\033\033"}) {
            Future<MenuChoice> choice = choose();
            door.client.type(keys);
            assertThat(chosen(choice)).isEqualTo(new MenuChoice.Quit());
            assertThat(door.client.out()).endsWith("\033[?1049l");
        }
        Future<MenuChoice> choice = choose();
        door.client.hangUp();
        assertThat(chosen(choice)).isEqualTo(new MenuChoice.Quit());
    }

    @Test
    void a_terminal_that_only_prints_gets_the_commands() {
        FakeTerminal dumb = new FakeTerminal("dumb");

        assertThat(door.menu().choose(door.caller("engineer"), dumb.channel())).isEqualTo(new MenuChoice.Quit());
        assertThat(dumb.out())
                .contains("ssh root+prod-db-1@bastion  root on prod-db-1, PRODUCTION\r\n")
                .doesNotContain("\033");
        assertThat(door.menu().choose(door.caller("engineer"), dumb.plainChannel()))
                .isEqualTo(new MenuChoice.Quit());
    }
}
