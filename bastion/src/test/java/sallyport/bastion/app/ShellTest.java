package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Shells with a real terminal: they look like a direct connection and outlive it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShellTest {

    private TestBastion bastion;

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.start();
    }

    @AfterAll
    void stop() throws Exception {
        bastion.close();
    }

    private Terminal shell(String... options) {
        Terminal terminal = bastion.terminal("engineer", bastion.at("web-1", options));
        terminal.await("bastion: ");
        return terminal;
    }

    @Test
    void size_and_its_changes_reach_the_program() {
        try (Terminal terminal = shell("new")) {
            terminal.type("stty size\n").await("30 100");
            terminal.resize(120, 40);
            // The change and the keys go their own ways to the program.
            terminal.type("until stty size | grep '40.120'; do sleep 0.05; done\n")
                    .await("40 120");
            terminal.type("exit 7\n");
            assertThat(terminal.exit()).isEqualTo(7);
        }
    }

    @Test
    void the_terminal_type_is_the_clients() {
        try (Terminal terminal = shell("new")) {
            terminal.type("echo TERM=$TERM.\n").await("TERM=xterm-256color.");
            terminal.type("exit\n").exit();
        }
    }

    @Test
    void a_dropped_connection_leaves_the_shell_running_and_the_next_one_is_back_in_it() {
        Terminal first = bastion.terminal("second", bastion.at("web-1"));
        first.await("new session");
        first.type("x=still-here; echo re''ady\n").await("ready");
        first.kill();
        awaitState("second", "detached");
        try (Terminal again = bastion.terminal("second", bastion.at("web-1"))) {
            again.await("back in \"" + bastion.login + "-web-1-");
            again.await("ready");
            again.type("echo $x\n").await("still-here");
            again.type("exit 4\n");
            assertThat(again.exit()).isEqualTo(4);
        }
    }

    @Test
    void output_made_while_nobody_was_there_is_shown_without_anything_that_makes_a_terminal_talk() throws Exception {
        var go = bastion.folder.resolve("go");
        var written = bastion.folder.resolve("written");
        Terminal shell = shell("name=quiet");
        shell.type("(until test -e " + go
                        + "; do sleep 0.05; done; printf '\\033[31mred\\033[0m \\033]0;title\\007\\033[c\\033[6n"
                        + " done-%s\\n"
                        + "' later; touch " + written + ") & echo go-$((1+1))\n")
                .await("go-2");
        shell.kill();
        awaitDetached("quiet");
        Files.createFile(go);
        Awaitility.await().until(() -> Files.exists(written));
        try (Terminal back = bastion.terminal("engineer", "s+quiet")) {
            back.await("done-later");
            assertThat(back.text()).containsPattern("\033\\[[0-9;]*31mred").doesNotContain("\033[c", "\033[6n");
            // The bastion answered in place of a terminal, and the answers were typed.
            back.type("\025exit\n").exit();
        }
    }

    @Test
    void new_and_name_choose_the_session() {
        Terminal named = shell("name=deploy");
        named.await("new session \"deploy\"");
        try (Terminal other = shell("new")) {
            other.await("new session \"" + bastion.login + "-web-1-");
            other.type("exit\n").exit();
        }
        try (Terminal taken = bastion.terminal("engineer", bastion.at("web-1", "name=deploy"))) {
            taken.await("\"deploy\" is attached from 127.0.0.1").await("q quit");
            assertThat(taken.type("q\r").exit()).isZero();
        }
        named.kill();
        awaitDetached("deploy");
        try (Terminal back = bastion.terminal("engineer", bastion.at("web-1", "name=deploy"))) {
            back.await("back in \"deploy\"");
            back.type("exit\n").exit();
        }
    }

    @Test
    void somebody_elses_session_and_none_read_the_same() {
        Terminal mine = shell("name=mine");
        try (Terminal theirs = bastion.terminal("second", "s+mine");
                Terminal none = bastion.terminal("second", "s+none")) {
            assertThat(theirs.exit()).isEqualTo(252);
            assertThat(none.exit()).isEqualTo(252);
            assertThat(theirs.text()).isEqualTo(none.text().replace("none", "mine"));
        }
        mine.type("exit\n").exit();
    }

    @Test
    void an_exec_with_a_terminal_ends_with_its_connection_and_is_never_offered_again() {
        Terminal exec = Terminal.start(
                bastion.ssh("engineer", bastion.at("web-1"), java.util.List.of("-tt"), "echo go; sleep 60"));
        exec.await("go");
        exec.kill();
        Awaitility.await()
                .untilAsserted(() -> assertThat(bastion.console("engineer", "session list --json")
                                .out())
                        .containsPattern("echo go; sleep 60[^}]*\"ending\":\"client_gone\""));
        try (Terminal next = bastion.terminal("engineer", bastion.at("web-1"))) {
            next.await("new session").type("exit\n").exit();
        }
    }

    private void awaitState(String person, String state) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(
                                bastion.console(person, "session list --json").out())
                        .contains("\"" + state + "\""));
    }

    private void awaitDetached(String name) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(bastion.console("engineer", "session list --json")
                                .out()
                                .replaceAll("\\s", ""))
                        .containsPattern("\"name\":\"" + name + "\"[^}]*\"state\":\"detached\""));
    }
}
