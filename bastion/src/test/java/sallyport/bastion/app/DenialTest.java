package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Requests that do not end in an approval. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DenialTest {

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
        Matcher matcher = Pattern.compile("Request ([0-9A-Z]{4,8})").matcher(text);
        assertThat(matcher.find()).as("a request code in: %s", text).isTrue();
        return matcher.group(1);
    }

    @Test
    void a_denial_shows_its_note_and_ends_with_252() {
        try (Terminal terminal = bastion.terminal("engineer", bastion.at("prod-db-1", "t=INC-1"))) {
            terminal.await("waiting");
            Run denied = bastion.console(
                    "approver", "approval deny " + code(terminal.text()) + " --note use the replica, runbook DB-7");
            assertThat(denied.exit).as("%s", denied).isZero();
            terminal.await("denied by approver: \"use the replica, runbook DB-7\"");
            assertThat(terminal.exit()).isEqualTo(252);
        }
    }

    @Test
    void leaving_keeps_the_request_coming_back_finds_it_and_cancelling_ends_it() {
        String code;
        try (Terminal terminal = bastion.terminal("second", bastion.at("prod-db-1", "t=INC-2"))) {
            terminal.await("waiting");
            code = code(terminal.text());
            terminal.type("d").await("stays open");
            assertThat(terminal.exit()).isEqualTo(251);
        }
        assertThat(bastion.console("approver", "approval list").out()).contains(code);
        try (Terminal terminal = bastion.terminal("second", bastion.at("prod-db-1"))) {
            terminal.await("Request " + code).await("waiting");
            terminal.type("c").await("cancelled");
            assertThat(terminal.exit()).isEqualTo(251);
        }
        assertThat(bastion.console("approver", "approval list").out()).doesNotContain(code);
    }

    @Test
    void no_answer_to_why_opens_nothing() {
        try (Terminal terminal = bastion.terminal("engineer", bastion.at("prod-db-1", "new"))) {
            terminal.await("Why?");
            terminal.type("\u0003").await("nothing was opened");
            assertThat(terminal.exit()).isEqualTo(251);
        }
    }
}
