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

/** An approval has an end, and everything that rests on it ends with it (T18). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrantTest {

    private TestBastion bastion;

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.start();
    }

    @AfterAll
    void stop() throws Exception {
        bastion.close();
    }

    private void approve(String text) {
        Matcher matcher = Pattern.compile("[Rr]equest ([0-9A-Z]{4,8})").matcher(text);
        assertThat(matcher.find()).as("a request code in: %s", text).isTrue();
        bastion.printed("approver", "approval approve " + matcher.group(1));
    }

    @Test
    void a_shell_in_production_is_told_and_ends_with_253_when_its_approval_ends() {
        try (Terminal terminal = bastion.terminal("engineer", bastion.at("prod-db-1", "for=4s", "t=INC-9"))) {
            terminal.await("waiting");
            approve(terminal.text());
            terminal.await("new session");
            long began = System.nanoTime();
            terminal.type("echo in-$((1+1))\n").await("in-2");
            assertThat(terminal.exit()).isEqualTo(253);
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(7));
            assertThat(terminal.text()).contains("your access to prod-db-1 ended at ", "Ask again");
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(bastion.session("engineer", ""))
                        .containsEntry("ending", "grant_ended")
                        .containsEntry("approved_by", "approver"));
        assertThat(new String(bastion.download(bastion.sealed("engineer"), "v3"), StandardCharsets.UTF_8))
                .contains("\"ended: the grant ran out\"");
    }

    @Test
    void a_connection_from_before_the_end_opens_nothing_after_it() throws Exception {
        Path socket = bastion.folder.resolve("mux");
        List<String> through = List.of("-o", "ControlPath=" + socket);
        Process master = new ProcessBuilder(bastion.ssh(
                        "second",
                        bastion.at("prod-db-1", "for=5s", "t=INC-10"),
                        List.of("-M", "-N", "-o", "ControlPath=" + socket)))
                .start();
        try {
            Awaitility.await().until(() -> Files.exists(socket));
            Run asked = bastion.run("second", bastion.at("prod-db-1"), through, new byte[0], "echo in");
            assertThat(asked.exit).isEqualTo(251);
            approve(asked.stderr);
            Run in = bastion.run("second", bastion.at("prod-db-1"), through, new byte[0], "echo in");
            assertThat(in.out()).as("%s", in).isEqualTo("in\n");
            Run cut = bastion.run("second", bastion.at("prod-db-1"), through, new byte[0], "echo begun; exec sleep 60");
            assertThat(cut.exit).as("%s", cut).isEqualTo(253);
            assertThat(cut.out()).isEqualTo("begun\n");
            assertThat(cut.stderr).contains("your access to prod-db-1 ended at ");
            Run late = bastion.run("second", bastion.at("prod-db-1"), through, new byte[0], "echo late");
            assertThat(late.exit).isEqualTo(251);
            assertThat(late.stdout).isEmpty();
        } finally {
            master.destroy();
        }
    }
}
