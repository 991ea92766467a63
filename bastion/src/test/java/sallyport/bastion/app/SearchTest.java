package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What was run and shown is found again, by those who may, and each search is written down. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SearchTest {

    private TestBastion bastion;
    private String code = "";

    @BeforeAll
    void work() throws Exception {
        bastion = TestBastion.start();
        try (Terminal terminal = bastion.terminal("engineer", bastion.at("web-1"))) {
            // What is typed shows no whole prompt, so that only the prompt itself is waited for.
            terminal.type("PS1=web-'1$ '\r").await("web-1$ ");
            terminal.type("echo needle-$((40 + 2))\r").await("web-1$ ");
            terminal.type("printf '=1+%d\\n' 41\r").await("web-1$ ");
            terminal.type("clear; exit 3\r");
            assertThat(terminal.exit()).isEqualTo(3);
        }
        assertThat(bastion.run("engineer", bastion.at("web-1"), "echo exec-needle; false").exit)
                .isEqualTo(1);
        Awaitility.await("both recordings to be read")
                .atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> {
                    assertThat(hits("engineer", "--command needle")).hasSize(2);
                    assertThat(hits("engineer", "--text =1+41")).isNotEmpty();
                });
        code = Json.text(hits("engineer", "--command needle-$((40").getFirst(), "session_code");
    }

    @AfterAll
    void stop() throws Exception {
        bastion.close();
    }

    private List<Map<String, Object>> hits(String person, String options) {
        return Json.items(bastion.printed(person, "audit search " + options + " --json"));
    }

    @Test
    void a_command_typed_in_a_terminal_is_found_with_its_time_and_how_to_see_it() {
        assertThat(hits("engineer", "--command 'echo needle-$((40 + 2))'"))
                .singleElement()
                .satisfies(hit -> {
                    assertThat(hit)
                            .containsEntry("text", "echo needle-$((40 + 2))")
                            .containsEntry("person", "engineer")
                            .containsEntry("target", "web-1")
                            .containsEntry("kind", "command")
                            .containsEntry("source", "screen")
                            .containsEntry("confidence", "likely");
                    assertThat(Json.text(hit, "at")).matches("00:00:[0-5][0-9]");
                    assertThat(Json.text(hit, "replay"))
                            .matches("ssh -t (-p [0-9]+ )?\\S+ recording play " + code + " --at 00:0[0-9]:[0-9]{2}");
                });
    }

    @Test
    void an_exec_is_found_exactly_with_its_status() {
        assertThat(hits("engineer", "--command EXEC-NEEDLE"))
                .singleElement()
                .satisfies(hit -> assertThat(hit)
                        .containsEntry("text", "echo exec-needle; false")
                        .containsEntry("source", "exec")
                        .containsEntry("confidence", "exact")
                        .hasEntrySatisfying(
                                "exit_status", status -> assertThat(status).hasToString("1")));
    }

    @Test
    void what_the_screen_showed_is_found_although_it_was_cleared() {
        assertThat(hits("engineer", "--text needle-42"))
                .isNotEmpty()
                .allSatisfy(
                        hit -> assertThat(hit).containsEntry("kind", "screen").containsEntry("session_code", code));
    }

    @Test
    void somebody_else_finds_nothing_and_may_not_ask_for_others() {
        assertThat(hits("second", "--command needle")).isEmpty();
        Run refused = bastion.console("second", "audit search --command needle --person engineer");
        assertThat(refused.exit).isEqualTo(4);
        assertThat(refused.stderr).contains("terminal.view_recording");
        Run absent = bastion.console("second", "audit search --command needle --person nobody-here");
        assertThat(absent.exit).isEqualTo(4);
        assertThat(absent.stderr).isEqualTo(refused.stderr);
    }

    @Test
    void an_auditor_finds_everybodys_and_a_table_can_be_read() {
        Run found = bastion.console("auditor", "audit search --command needle --target web-1 --since 1d");
        assertThat(found.exit).isZero();
        assertThat(found.out().lines().findFirst().orElseThrow())
                .startsWith("TIME (UTC)")
                .contains("WHO", "WHERE", "SESSION", "AT", "EXIT", "TEXT", "REPLAY");
        assertThat(found.out()).contains("engineer", code, "echo needle-$((40 + 2))", "recording play " + code);
        assertThat(found.stderr).contains("2 matches in ", "can be evaded", "see also: --text");
    }

    @Test
    void a_spreadsheet_gets_no_formula() {
        assertThat(bastion.printed("auditor", "audit search --text =1+41 --format csv"))
                .startsWith("time,person,person_id,target,")
                .contains(",'=1+41,")
                .doesNotContain(",=1+41");
    }

    @Test
    void each_search_is_written_down_with_its_words() {
        bastion.printed("auditor", "audit search --text 'needle of\u001b[2J the audit' --env staging");
        Awaitility.await().untilAsserted(() -> {
            String history = bastion.printed("auditor", "history --all --format jsonl");
            assertThat(history)
                    .contains("recording.searched", "needle of\\u001B[2J the audit", "environment staging", "everybody")
                    .doesNotContain("\u001b");
        });
    }

    @Test
    void what_cannot_be_searched_for_is_said_in_words() {
        assertThat(bastion.console("engineer", "audit search --text ab"))
                .satisfies(run -> assertThat(run.exit).isEqualTo(2))
                .satisfies(run -> assertThat(run.stderr).contains("\"ab\" is too short", "3 characters"));
        assertThat(bastion.console("engineer", "audit search").stderr).contains("--command TEXT", "--text TEXT");
        assertThat(bastion.console("engineer", "audit search --text abc --command abc").exit)
                .isEqualTo(2);
        assertThat(bastion.printed("engineer", "audit search --text \"' OR '1'='1\""))
                .isEmpty();
    }

    @Test
    void a_recording_is_read_again_by_those_who_may() {
        assertThat(bastion.console("engineer", "recording reindex " + code).stderr)
                .contains("bastion: read: ");
        assertThat(bastion.console("auditor", "recording reindex " + code).exit).isZero();
        assertThat(bastion.console("second", "recording reindex " + code).exit).isEqualTo(3);
        assertThat(bastion.console("auditor", "recording reindex --all").exit).isEqualTo(4);
        assertThat(bastion.console("manager", "recording reindex --all").stderr).contains("will be read again");
        assertThat(hits("engineer", "--command needle")).hasSize(2);
    }

    @Test
    void it_is_found_over_http_too() {
        String words = URLEncoder.encode("needle-$((40", StandardCharsets.UTF_8);
        assertThat(Json.items(bastion.get("/api/search?command=" + words, token("auditor"))
                        .body()))
                .singleElement()
                .satisfies(hit -> assertThat(hit).containsEntry("session_code", code));
        assertThat(Json.items(bastion.get("/api/search?command=" + words, token("second"))
                        .body()))
                .isEmpty();
        assertThat(bastion.get("/api/search?command=" + words + "&person=engineer", token("second"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(bastion.get("/api/search?text=ab", token("second")).statusCode())
                .isEqualTo(400);
        assertThat(bastion.get("/api/search", token("second")).statusCode()).isEqualTo(400);
    }

    private String token(String person) {
        return bastion.printed(person, "token create --name search").strip();
    }
}
