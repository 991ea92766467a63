package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import sallyport.bastion.Tool;
import sallyport.recorder.screen.Screen;

/** Sessions that outlive their clients: leaving, coming back, and being in one with others. */
class AttachTest {

    private static TestBastion bastion;

    @BeforeAll
    static void start() throws Exception {
        bastion = TestBastion.start();
    }

    @AfterAll
    static void stop() throws Exception {
        bastion.close();
    }

    private static Terminal shell(String name) {
        Terminal shell = bastion.terminal("engineer", bastion.at("web-1", "new", "name=" + name));
        shell.type("PS1='> '; echo re\"\"ady\n").await("ready");
        return shell;
    }

    private static void awaitState(String name, String state) {
        Awaitility.await(name + " " + state)
                .untilAsserted(
                        () -> assertThat(bastion.session("engineer", name)).containsEntry("state", state));
    }

    private static void destroy(String name) {
        bastion.printed("engineer", "session destroy " + name + " --yes");
    }

    @Test
    void the_detach_key_leaves_and_the_session_runs_on() {
        try (Terminal shell = shell("leave")) {
            shell.type("\034d").await("\"leave\" is still running").await("come back: ssh s+leave@bastion");
            assertThat(shell.exit()).isZero();
        }
        awaitState("leave", "detached");
        try (Terminal back = bastion.terminal("engineer", "s+leave")) {
            back.awaitScreen("back in \"leave\". You were away");
            back.awaitScreen("ready");
            back.type("exit 3\n");
            assertThat(back.exit()).isEqualTo(3);
        }
    }

    @Test
    void a_prefix_that_means_nothing_is_the_programs() {
        try (Terminal shell = shell("quit")) {
            shell.type("sleep 100\n").await("sleep 100");
            shell.type("\034").await("Quit");
            shell.type("exit\n").exit();
        }
    }

    @Test
    void somebody_who_is_in_it_already_can_be_replaced_joined_or_watched() {
        try (Terminal desk = shell("desk")) {
            try (Terminal laptop = bastion.terminal("engineer", "s+desk")) {
                laptop.await("\"desk\" is attached from 127.0.0.1").await("t take over");
                laptop.type("w\r").awaitScreen("nothing you type is sent");
                desk.awaitScreen("engineer watches");
                laptop.type("echo nev\"\"er\n");
                leaveWatching(laptop);
            }
            try (Terminal laptop = bastion.terminal("engineer", "s+desk")) {
                laptop.await("q quit");
                laptop.type("t\r");
                desk.await("taken over from 127.0.0.1");
                assertThat(desk.exit()).isZero();
                laptop.type("echo to\"\"ok\n").awaitScreen("took");
                assertThat(laptop.screen()).noneMatch(line -> line.contains("never"));
                laptop.type("exit\n").exit();
            }
        }
    }

    /** Presses q until it arrives by itself: a q among other things is not meant. */
    private static void leaveWatching(Terminal viewer) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(() -> !viewer.isAlive() || !viewer.type("q").isAlive());
        assertThat(viewer.text()).contains("you watch").contains("no longer");
        assertThat(viewer.exit()).isZero();
    }

    @Test
    void takeover_asks_nobody() {
        try (Terminal desk = shell("over");
                Terminal laptop = bastion.terminal("engineer", "s+over+takeover")) {
            desk.await("taken over");
            laptop.awaitScreen("ready");
            assertThat(desk.exit()).isZero();
            laptop.type("exit\n").exit();
        }
    }

    @Test
    void two_clients_may_type_and_the_size_follows_whoever_did_last() {
        try (Terminal wide = bastion.terminal(120, 40, "engineer", bastion.at("web-1", "new", "name=pair"))) {
            wide.type("PS1='> '; stty size\n").await("40 120");
            try (Terminal narrow = bastion.terminal(80, 24, "engineer", "s+pair")) {
                narrow.await("q quit").type("j\r");
                wide.awaitScreen("engineer joined and may type");
                narrow.awaitScreen("120x40 shown in 80x24");
                awaitQuiet();
                narrow.type("stty size\n").awaitScreen("24 80");
                wide.awaitScreen("80x24 shown in 120x40");
                awaitQuiet();
                wide.type("echo both-$((1+1))\n").awaitScreen("both-2");
                narrow.awaitScreen("both-2");
                wide.type("exit\n").exit();
                narrow.exit();
            }
        }
        String cast = new String(bastion.download(bastion.sealed("engineer"), "v3"), StandardCharsets.UTF_8);
        assertThat(cast)
                .contains("engineer attached from 127.0.0.1, 80x24, co-driver", "engineer types, from 127.0.0.1")
                .contains("\"r\", \"80x24\"", "\"r\", \"120x40\"");
    }

    /** The keyboard goes over to another only when whoever has it has not typed for a moment. */
    private static void awaitQuiet() {
        long typed = System.nanoTime();
        Awaitility.await("a second without typing")
                .until(() -> System.nanoTime() - typed > Duration.ofMillis(1100).toNanos());
    }

    @Test
    void an_auditor_watches_and_cannot_type() {
        try (Terminal shell = shell("watched")) {
            String code = String.valueOf(bastion.session("engineer", "watched").get("code"));
            try (Terminal auditor = bastion.terminal(100, 30, "auditor", "auditor", "session", "watch", code)) {
                auditor.awaitScreen("you watch \"watched\"");
                shell.awaitScreen("auditor watches, from 127.0.0.1");
                auditor.type("touch /tmp/never\n");
                shell.type("echo se\"\"en\n").awaitScreen("seen");
                auditor.awaitScreen("seen");
                assertThat(auditor.screen()).noneMatch(line -> line.contains("never"));
                leaveWatching(auditor);
            }
            shell.type("exit\n").exit();
        }
        try (Terminal manager = bastion.terminal(100, 30, "second", "second", "session", "watch", "watched")) {
            assertThat(manager.exit()).isEqualTo(3);
        }
    }

    @Test
    void vim_with_mouse_and_paste_survives_a_change_of_terminal() {
        String editing =
                Tool.VIM.path() + " -u NONE --cmd 'set nocompatible mouse=a ttymouse=sgr number' /etc/services\n";
        Terminal first = shell("editor");
        first.type(editing).awaitScreen("  1 #");
        first.type("/ssh\n").awaitScreen("22/tcp");
        first.kill();
        awaitState("editor", "detached");
        List<String> left = bastion.printed("engineer", "session show editor --screen")
                .lines()
                .toList();
        try (Terminal again = bastion.terminal("engineer", "s+editor")) {
            again.awaitScreen("22/tcp");
            again.type("\034r");
            Awaitility.await().untilAsserted(() -> assertThat(again.screen()).isEqualTo(padded(left, 30)));
            assertThat(again.look(Screen::alternate)).isTrue();
            assertThat(again.text()).contains("\033[?1006h").containsPattern("\033\\[\\?100[23]h");
            again.type(":q!\r").await("> ");
            assertThat(again.look(Screen::alternate)).isFalse();
            again.type("exit\n").exit();
        }
    }

    private static List<String> padded(List<String> lines, int rows) {
        return Stream.concat(lines.stream(), Stream.generate(() -> ""))
                .limit(rows)
                .toList();
    }

    @Test
    void a_job_runs_with_nobody_in_it_and_says_how_it_went() {
        String code = bastion.printed(
                        "engineer",
                        "session create web-1 --name build -- sh -c 'echo step-1; sleep 1; echo step-2; exit 7'")
                .strip();
        assertThat(code).matches("[0-9A-Z]{8}");
        assertThat(bastion.session("engineer", "build"))
                .containsEntry("mode", "job")
                .containsEntry("job", "running");
        assertThat(bastion.printed("engineer", "session show build --follow")).contains("step-2");
        Awaitility.await()
                .untilAsserted(() -> assertThat(bastion.session("engineer", "build"))
                        .containsEntry("job", "failed")
                        .containsEntry("ending_detail", "exit 7"));
        assertThat(bastion.printed("engineer", "session show build --tail 2")).isEqualTo("step-1\nstep-2\n");
    }

    @Test
    void a_pinned_size_is_shown_in_frames_to_whoever_has_another() {
        try (Terminal shell = shell("pinned")) {
            bastion.printed("engineer", "session size pinned 132x43");
            shell.awaitScreen("132x43 shown in 100x30");
            shell.type("stty size\n").awaitScreen("43 132");
            bastion.printed("engineer", "session size pinned auto");
            shell.type("stty size\n").awaitScreen("30 100");
            assertThat(shell.look(Screen::alternate)).isFalse();
            shell.type("exit\n").exit();
        }
    }

    @Test
    void a_session_is_renamed_linked_and_thrown_away() {
        Terminal shell = shell("old-name");
        bastion.printed("engineer", "session rename old-name new-name");
        bastion.printed("engineer", "session link new-name https://tickets.example.com/INC-42");
        Map<String, Object> session = bastion.session("engineer", "new-name");
        assertThat(session).containsEntry("link", "https://tickets.example.com/INC-42");
        shell.kill();
        awaitState("new-name", "detached");
        destroy("new-name");
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(bastion.session("engineer", "new-name")).containsEntry("ending", "destroyed"));
    }
}
