package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Ends within a second, whatever the client does (T19). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RevokeTest {

    private TestBastion bastion;

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.start();
    }

    @AfterAll
    void stop() throws Exception {
        bastion.close();
    }

    /** The code of the engineer's session whose row holds {@code text}. */
    private String code(String name) {
        Matcher matcher = Pattern.compile("\"code\"\\s*:\\s*\"([0-9A-Z]{8})\"[^}]*\"name\"\\s*:\\s*\"" + name + "\"")
                .matcher(bastion.console("engineer", "session list --json").out());
        assertThat(matcher.find()).as("a session named %s", name).isTrue();
        return matcher.group(1);
    }

    @Test
    void a_shell_is_told_by_whom_and_why_and_ends_with_254() {
        try (Terminal terminal = bastion.terminal("engineer", bastion.at("web-1", "name=told"))) {
            terminal.await("new session");
            terminal.type("printf '\\033[?1049h'; echo in-$((1+1))\n").await("in-2");
            Run asked = bastion.console("manager", "session revoke " + code("told") + " --reason rm outside window");
            assertThat(asked.exit).isEqualTo(2);
            assertThat(asked.stderr).contains("--yes");
            assertThat(terminal.isAlive()).isTrue();

            Run revoked =
                    bastion.console("manager", "session revoke " + code("told") + " --reason rm outside window --yes");
            assertThat(revoked.exit).as("%s", revoked).isZero();
            assertThat(terminal.exit()).isEqualTo(254);
            assertThat(terminal.text()).contains("ended by manager at ", "\"rm outside window\"", "\033[?1049l");
        }
        assertThat(lastMarker("told")).isEqualTo("revoked by manager: rm outside window");
    }

    /** The marker that stands right before the end in the recording of a session that is over. */
    private String lastMarker(String name) {
        String code = code(name);
        bastion.awaitSealed(code);
        Matcher end = Pattern.compile("\"m\", ?\"([^\"]*)\"]\n(?:#[^\n]*\n)*\\[[0-9.]+, ?\"x\"")
                .matcher(new String(bastion.download(code, "v3"), StandardCharsets.UTF_8));
        assertThat(end.find()).as("a marker before the end").isTrue();
        return end.group(1);
    }

    @Test
    void a_session_that_its_owner_destroys_says_so_in_its_recording() {
        try (Terminal terminal = bastion.terminal("engineer", bastion.at("web-1", "name=thrown"))) {
            terminal.await("new session");
            terminal.type("echo in-$((1+1))\n").await("in-2");
            Run destroyed = bastion.console("engineer", "session destroy thrown --yes");
            assertThat(destroyed.exit).as("%s", destroyed).isZero();
            assertThat(terminal.exit()).isEqualTo(254);
        }
        assertThat(lastMarker("thrown")).isEqualTo("ended by engineer");
    }

    @Test
    void the_program_on_the_target_is_hung_up_on_within_a_second() throws Exception {
        Path pid = bastion.folder.resolve("pid");
        try (Terminal terminal = bastion.terminal("engineer", bastion.at("web-1", "name=hup"))) {
            terminal.await("new session");
            terminal.type("echo $$ > " + pid + "; echo in-$((1+1))\n").await("in-2");
            long shell = Long.parseLong(Files.readString(pid).strip());
            String code = code("hup");
            long began = System.nanoTime();
            assertThat(bastion.console("manager", "session revoke " + code + " --reason test --yes").exit)
                    .isZero();
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> ProcessHandle.of(shell).isEmpty());
            // The command's own login is in this time; the session's end is a small part of it.
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
        }
    }

    @Test
    void a_client_that_reads_nothing_does_not_keep_its_session() throws Exception {
        Process flood = new ProcessBuilder(
                        bastion.ssh("engineer", bastion.at("web-1"), List.of(), "exec yes flood-marker"))
                .start();
        try {
            flood.getInputStream().readNBytes(1000);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(bastion.console("engineer", "session list --json")
                                    .out())
                            .contains("flood-marker"));
            Matcher matcher = Pattern.compile("\"code\"\\s*:\\s*\"([0-9A-Z]{8})\"[^}]*flood-marker")
                    .matcher(bastion.console("engineer", "session list --json").out());
            assertThat(matcher.find()).isTrue();
            assertThat(bastion.console("manager", "session revoke " + matcher.group(1) + " --reason flood --yes").exit)
                    .isZero();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(2))
                    .untilAsserted(() -> assertThat(bastion.console("engineer", "session list --json")
                                    .out())
                            .containsPattern("flood-marker[^}]*\"ending\":\"revoked\""));
        } finally {
            flood.destroyForcibly();
        }
    }

    @Test
    void nobody_revokes_without_the_permission_and_a_foreign_session_reads_as_absent() {
        try (Terminal terminal = bastion.terminal("engineer", bastion.at("web-1", "name=kept"))) {
            terminal.await("new session");
            String code = code("kept");
            Run foreign = bastion.console("second", "session revoke " + code + " --reason x --yes");
            Run absent = bastion.console("second", "session revoke 00000000 --reason x --yes");
            assertThat(foreign.exit).isEqualTo(3);
            assertThat(foreign.stderr).isEqualTo(absent.stderr.replace("00000000", code));
            assertThat(terminal.isAlive()).isTrue();
            terminal.type("exit\n").exit();
        }
    }
}
