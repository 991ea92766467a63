package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Production opens for a reason that somebody else agreed to. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.MethodName.class)
class ProductionTest {

    private static final Pattern CODE = Pattern.compile("[Rr]equest ([0-9A-Z]{4,8})");

    private TestBastion bastion;

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.start();
    }

    @AfterAll
    void stop() throws Exception {
        bastion.close();
    }

    private static String code(String text) {
        Matcher matcher = CODE.matcher(text);
        assertThat(matcher.find()).as("a request code in: %s", text).isTrue();
        return matcher.group(1);
    }

    @Test
    void a_without_a_reason_nothing_opens_and_one_line_says_how_to_give_one() {
        Run run = bastion.run("engineer", bastion.at("prod-db-1"), "true");
        assertThat(run.exit).isEqualTo(251);
        assertThat(run.stdout).isEmpty();
        assertThat(run.stderr.lines()).hasSize(1);
        assertThat(run.stderr).contains("needs a reason", "+t=TICKET", "BASTION_REASON");
    }

    @Test
    void b_a_command_with_a_reason_makes_a_request_that_somebody_else_approves_once_for_all() {
        Run asked = bastion.run("engineer", bastion.at("prod-db-1", "t=INC-42 disk full"), "echo in");
        assertThat(asked.exit).isEqualTo(251);
        assertThat(asked.stdout).isEmpty();
        String code = code(asked.stderr);

        Run again = bastion.run(
                "engineer",
                bastion.at("prod-db-1"),
                List.of("-o", "SetEnv=BASTION_REASON=INC-42"),
                new byte[0],
                "echo in");
        assertThat(again.exit).isEqualTo(251);
        assertThat(code(again.stderr)).isEqualTo(code);

        Run self = bastion.console("engineer", "approval approve " + code);
        assertThat(self.exit).isNotZero();
        assertThat(bastion.run("engineer", bastion.at("prod-db-1"), "echo in").exit)
                .isEqualTo(251);

        Run auditor = bastion.console("auditor", "approval approve " + code);
        assertThat(auditor.exit).isEqualTo(4);

        Run card = bastion.console("approver", "approval show " + code);
        assertThat(card.out()).contains("engineer", "prod-db-1", "INC-42 disk full");
        Run approved = bastion.console("approver", "approval approve " + code + " --note ok, keep wal untouched");
        assertThat(approved.exit).as("%s", approved).isZero();

        Run in = bastion.run("engineer", bastion.at("prod-db-1"), "echo in");
        assertThat(in.exit).as("%s", in).isZero();
        assertThat(in.out()).isEqualTo("in\n");

        String recorded = new String(bastion.download(bastion.sealed("engineer"), "v3"), StandardCharsets.UTF_8);
        assertThat(recorded.lines().findFirst().orElseThrow())
                .contains("\"approved_by\":\"approver\"", "\"request\":\"" + code + "\"", "INC-42 disk full");
        assertThat(recorded).contains("\"approved by approver, request " + code + ": INC-42 disk full\"");

        assertThat(bastion.run("second", bastion.at("prod-db-1"), "echo in").exit)
                .isEqualTo(251);
        assertThat(bastion.console("manager", "approval approve " + code).exit).isNotZero();
    }

    @Test
    void c_at_a_terminal_the_reason_is_asked_the_wait_is_shown_and_the_approval_opens_the_shell() {
        try (Terminal terminal = bastion.terminal("second", bastion.at("prod-db-1"))) {
            terminal.await("Why?");
            terminal.type("CHG-7 restart replica\r").await("waiting");
            String code = code(terminal.text());
            assertThat(terminal.text()).contains("approver", "CHG-7 restart replica");
            assertThat(bastion.console("approver", "approval approve " + code + " --note go ahead").exit)
                    .isZero();
            terminal.await("Approved by approver: \"go ahead\"").await("new session");
            terminal.type("echo in-$((40+2))\n").await("in-42");
            terminal.type("exit\n");
            assertThat(terminal.exit()).isZero();
        }
    }
}
