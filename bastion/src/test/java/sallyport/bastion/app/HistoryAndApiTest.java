package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happened, asked for over ssh and over HTTP: the same answers and the same permissions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HistoryAndApiTest {

    private TestBastion bastion;
    private Map<String, Object> ended;
    private final Map<String, String> tokens = new HashMap<>();

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.start();
        assertThat(bastion.run("engineer", bastion.at("web-1", "t==1+1"), "echo first, second; exit 3").exit)
                .isEqualTo(3);
        ended = bastion.session("engineer", "");
        bastion.awaitSealed(Json.text(ended, "code"));
        assertThat(bastion.run("second", bastion.at("web-1"), "echo \"of second\"").exit)
                .isZero();
        bastion.sealed("second");
        assertThat(bastion.run("second", bastion.at("secret-1"), "true").exit).isEqualTo(252);
        // The trail of what has just happened is carried to its table in the background.
        Awaitility.await()
                .untilAsserted(() -> assertThat(bastion.printed("auditor", "history --all --format jsonl"))
                        .contains("\"access.denied\""));
    }

    @AfterAll
    void stop() throws Exception {
        bastion.close();
    }

    private List<Map<String, Object>> history(String person, String arguments) {
        return bastion.printed(person, "history --since 1d --format jsonl " + arguments)
                .lines()
                .map(Json::object)
                .toList();
    }

    private String token(String person) {
        return tokens.computeIfAbsent(
                person,
                p -> bastion.printed(p, "token create --name for a test").strip());
    }

    // --- over ssh ---

    @Test
    void a_session_is_shown_with_who_where_why_and_how_it_ended() {
        Map<String, Object> shown =
                Json.object(bastion.printed("engineer", "session show " + ended.get("code") + " --json"));
        assertThat(shown)
                .containsEntry("person", "engineer")
                .containsEntry("target", "web-1")
                .containsEntry("login", bastion.login)
                .containsEntry("environment", "staging")
                .containsEntry("mode", "exec")
                .containsEntry("command", "echo first, second; exit 3")
                .containsEntry("reason", "=1+1")
                .containsEntry("rule", "engineers")
                .containsEntry("source", "127.0.0.1")
                .containsEntry("exit_status", new BigDecimal(3))
                .containsEntry("ending", "exited")
                .as("a program that ends with another status than 0 has failed")
                .containsEntry("state", "failed")
                .containsEntry("live", false);
        assertThat(Instant.parse(Json.text(shown, "ended_at")))
                .isAfterOrEqualTo(Instant.parse(Json.text(shown, "started_at")));
        assertThat(bastion.printed("engineer", "session show " + ended.get("code")))
                .contains("echo first, second; exit 3", "=1+1");
    }

    @Test
    void people_see_their_own_sessions_and_those_of_others_with_the_permission() {
        assertThat(Json.items(bastion.printed("engineer", "session list --json")))
                .isNotEmpty()
                .allSatisfy(s -> assertThat(s).containsEntry("person", "engineer"));
        for (String person : List.of("manager", "auditor")) {
            assertThat(Json.items(bastion.printed(person, "session list --json")))
                    .isEmpty();
            assertThat(Json.items(bastion.printed(person, "session list --all --json")))
                    .anySatisfy(s -> assertThat(s).containsEntry("person", "engineer"))
                    .anySatisfy(s -> assertThat(s).containsEntry("person", "second"));
        }
        for (String person : List.of("engineer", "approver")) {
            Run refused = bastion.console(person, "session list --all --json");
            assertThat(refused.exit).isEqualTo(4);
            assertThat(refused.stdout).isEmpty();
            assertThat(refused.stderr).contains("terminal.view_history");
        }
        Run foreign = bastion.console("second", "session show " + ended.get("code"));
        Run absent = bastion.console("second", "session show 00000000");
        assertThat(foreign.exit).isEqualTo(3);
        assertThat(foreign.stderr).isEqualTo(absent.stderr.replace("00000000", Json.text(ended, "code")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"manager", "auditor"})
    void everybodys_history_has_sessions_and_events_in_the_order_of_time(String person) {
        List<Map<String, Object>> records = history(person, "--all");
        assertThat(records.stream().map(r -> Instant.parse(Json.text(r, "time"))))
                .isSorted();
        assertThat(records.stream().map(r -> r.get("id"))).doesNotHaveDuplicates();
        assertThat(records)
                .filteredOn(r -> "session".equals(r.get("record_type")))
                .extracting(r -> r.get("person"))
                .contains("engineer", "second");
        List<Map<String, Object>> ofSession = records.stream()
                .filter(r -> ended.get("id").equals(r.get("session_id")))
                .toList();
        assertThat(ofSession.stream().filter(r -> "session".equals(r.get("record_type"))))
                .singleElement()
                .satisfies(r -> assertThat(r)
                        .containsEntry("reason", "=1+1")
                        .containsEntry("state", "failed")
                        .containsEntry("ending", "exited")
                        .containsEntry("exit_status", new BigDecimal(3)));
        assertThat(ofSession.stream()
                        .filter(r -> "audit_event".equals(r.get("record_type")))
                        .map(r -> r.get("action")))
                .contains("session.opened", "session.ended", "recording.sealed")
                .doesNotHaveDuplicates();
        assertThat(records.stream().map(r -> r.get("action"))).contains("policy.applied", "bastion.started");
    }

    @Test
    void ones_own_history_needs_no_permission_and_has_nothing_of_others() {
        List<Map<String, Object>> own = history("engineer", "");
        List<Object> sessions = own.stream()
                .filter(r -> "session".equals(r.get("record_type")))
                .map(r -> r.get("id"))
                .toList();
        assertThat(own).isNotEmpty().allSatisfy(r -> {
            // What somebody else did to a session of one's own is one's own history too.
            if (!sessions.contains(r.get("session_id"))) {
                assertThat(r).containsEntry("person", "engineer");
            }
        });
        for (String person : List.of("engineer", "approver")) {
            Run refused = bastion.console(person, "history --all --format jsonl");
            assertThat(refused.exit).isEqualTo(4);
            assertThat(refused.stdout).isEmpty();
        }
        Run other = bastion.console("engineer", "history --person second --format jsonl");
        Run nobody = bastion.console("engineer", "history --person nobody --format jsonl");
        assertThat(other.exit).isEqualTo(4);
        assertThat(nobody.stderr).isEqualTo(other.stderr);
        assertThat(history("auditor", "--person second"))
                .isNotEmpty()
                .allSatisfy(r -> assertThat(r).containsEntry("person", "second"));
    }

    @Test
    void a_spreadsheet_gets_no_formula_and_a_program_gets_the_very_text() {
        List<Map<String, String>> rows = csv(bastion.printed("auditor", "history --since 1d --all --format csv"));
        assertThat(rows)
                .filteredOn(r -> "session".equals(r.get("record_type"))
                        && ended.get("id").equals(r.get("session_id")))
                .singleElement()
                .satisfies(r -> {
                    assertThat(r.get("reason")).isEqualTo("'=1+1");
                    assertThat(r.get("command")).isEqualTo("echo first, second; exit 3");
                    assertThat(r.get("exit_status")).isEqualTo("3");
                });
        assertThat(rows)
                .anySatisfy(r -> assertThat(r.get("command")).isEqualTo("echo \"of second\""))
                .allSatisfy(r -> assertThat(r.values()).noneMatch(cell -> cell.matches("(?s)[=+@-].*")));
        assertThat(rows.stream().map(r -> Instant.parse(r.get("time")))).isSorted();
        assertThat(history("auditor", "--all")).anySatisfy(r -> assertThat(r).containsEntry("reason", "=1+1"));
    }

    @Test
    void the_table_is_for_reading() {
        String table = bastion.printed("auditor", "history --since 1d --all --format table");
        assertThat(table.lines().findFirst().orElseThrow()).contains("TIME", "WHO", "WHAT");
        assertThat(table)
                .contains("engineer", "exec failed", "why: =1+1", "session.opened")
                .doesNotContain("\033");
    }

    @Test
    void an_export_is_itself_in_the_history() {
        history("auditor", "--all --target web-1");
        Awaitility.await()
                .untilAsserted(() -> assertThat(history("manager", "--all"))
                        .anySatisfy(r -> assertThat(r)
                                .containsEntry("action", "history.exported")
                                .containsEntry("person", "auditor")));
    }

    @Test
    void a_time_or_a_format_that_is_none_is_said_in_words() {
        Run time = bastion.console("auditor", "history --since yesterday-ish --format csv");
        assertThat(time.exit).isEqualTo(2);
        assertThat(time.stdout).isEmpty();
        assertThat(time.stderr).startsWith("bastion: ").contains("yesterday-ish");
        Run format = bastion.console("auditor", "history --format xlsx");
        assertThat(format.exit).isEqualTo(2);
        assertThat(format.stderr).contains("table, csv, jsonl");
    }

    /** Records of RFC 4180 by column. */
    private static List<Map<String, String>> csv(String text) {
        List<List<String>> records = new ArrayList<>();
        List<String> record = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                if (c != '"') {
                    cell.append(c);
                } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
                    cell.append(c);
                    i++;
                } else {
                    quoted = false;
                }
            } else if (c == '"') {
                assertThat(cell).isEmpty();
                quoted = true;
            } else if (c == ',' || c == '\n') {
                record.add(cell.toString());
                cell.setLength(0);
                if (c == '\n') {
                    records.add(record);
                    record = new ArrayList<>();
                }
            } else if (c != '\r') {
                cell.append(c);
            }
        }
        assertThat(record).as("the last record has its end").isEmpty();
        List<String> names = records.removeFirst();
        return records.stream()
                .map(r -> {
                    assertThat(r).hasSameSizeAs(names);
                    Map<String, String> named = new LinkedHashMap<>();
                    for (int i = 0; i < names.size(); i++) {
                        named.put(names.get(i), r.get(i));
                    }
                    return named;
                })
                .toList();
    }

    // --- over HTTP ---

    @Test
    void the_api_shows_what_the_command_line_shows() {
        String auditor = token("auditor");
        HttpResponse<String> list = bastion.get("/api/sessions?all=true", auditor);
        assertThat(list.statusCode()).isEqualTo(200);
        assertThat(Json.items(list.body())).extracting(s -> s.get("id")).contains(ended.get("id"));
        HttpResponse<String> one = bastion.get("/api/sessions/" + ended.get("id"), auditor);
        assertThat(Json.object(one.body()))
                .isEqualTo(Json.object(bastion.printed("auditor", "session show " + ended.get("code") + " --json")));
        HttpResponse<String> csv = bastion.get("/api/history.csv?since=1d", auditor);
        assertThat(csv.statusCode()).isEqualTo(200);
        assertThat(csv.headers().firstValue("Content-Type"))
                .hasValueSatisfying(t -> assertThat(t).startsWith("text/csv"));
        assertThat(csv(csv.body())).anySatisfy(r -> assertThat(r.get("reason")).isEqualTo("'=1+1"));
    }

    @Test
    void a_session_that_is_revoked_over_http_ends_with_254() {
        String manager = token("manager");
        try (Terminal terminal = bastion.terminal("engineer", bastion.at("web-1", "name=api"))) {
            terminal.await("new session");
            terminal.type("echo in-$((1+1))\n").await("in-2");
            String id = Json.text(bastion.session("engineer", "api"), "id");
            Map<String, Object> live =
                    Json.object(bastion.get("/api/sessions/" + id, manager).body());
            assertThat(live).containsEntry("live", true).containsEntry("state", "running");

            HttpResponse<String> revoked =
                    bastion.post("/api/sessions/" + id + "/revoke", manager, "{\"reason\": \"seen on a graph\"}");
            assertThat(revoked.statusCode()).as(revoked.body()).isEqualTo(200);
            assertThat(terminal.exit()).isEqualTo(254);
            assertThat(terminal.text()).contains("ended by manager at ", "\"seen on a graph\"");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(Json.object(
                                    bastion.get("/api/sessions/" + id, manager).body()))
                            .containsEntry("ending", "revoked")
                            .containsEntry("live", false));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "engineer, /api/sessions, 200",
        "engineer, /api/sessions?all=true, 403",
        "engineer, /api/history.csv, 403",
        "approver, /api/history.csv, 403",
        "manager, /api/history.csv, 200",
        "auditor, /api/history.csv, 200",
        "auditor, /api/sessions?all=true, 200",
        "auditor, /api/sessions/00000000-0000-7000-8000-000000000000, 404",
        "auditor, /api/nothing, 404",
        "auditor, /api/sessions?colour=red, 400",
    })
    void every_answer_has_its_status(String person, String path, int status) {
        assertThat(bastion.get(path, token(person)).statusCode()).isEqualTo(status);
    }

    @Test
    void a_foreign_session_reads_as_absent_also_over_http() {
        String second = token("second");
        String absent = "01900000-0000-7000-8000-000000000000";
        HttpResponse<String> foreign = bastion.get("/api/sessions/" + ended.get("id"), second);
        HttpResponse<String> none = bastion.get("/api/sessions/" + absent, second);
        assertThat(foreign.statusCode()).isEqualTo(404);
        assertThat(foreign.body()).isEqualTo(none.body().replace(absent, Json.text(ended, "id")));
        assertThat(bastion.post("/api/sessions/" + ended.get("id") + "/revoke", second, "{\"reason\": \"x\"}")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void who_may_look_at_a_session_and_not_end_it_is_told_so() {
        try (Terminal terminal = bastion.terminal("engineer", bastion.at("web-1", "name=looked-at"))) {
            terminal.await("new session");
            String id = Json.text(bastion.session("engineer", "looked-at"), "id");
            HttpResponse<String> refused =
                    bastion.post("/api/sessions/" + id + "/revoke", token("auditor"), "{\"reason\": \"x\"}");
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).contains("terminal.revoke");
            assertThat(terminal.isAlive()).isTrue();
            terminal.type("exit\n").exit();
        }
    }

    @Test
    void without_a_valid_token_nothing_is_told() {
        String valid = token("auditor");
        List<String> wrong = List.of("", "x", valid.substring(0, valid.length() - 1), valid + "0");
        List<HttpResponse<String>> refused = wrong.stream()
                .flatMap(t -> Stream.of(bastion.get("/api/sessions", t), bastion.get("/api/history.csv", t)))
                .toList();
        assertThat(refused).allSatisfy(r -> {
            assertThat(r.statusCode()).isEqualTo(401);
            assertThat(r.headers().firstValue("WWW-Authenticate")).isPresent();
        });
        assertThat(refused.stream().map(HttpResponse::body).distinct()).hasSize(1);
    }

    @Test
    void a_token_is_on_stdout_alone_and_stops_working_when_its_time_is_over() {
        Run created = bastion.console("auditor", "token create --name short --for 2s");
        assertThat(created.exit).as("%s", created).isZero();
        assertThat(created.out().lines()).hasSize(1);
        String token = created.out().strip();
        assertThat(created.stderr).doesNotContain(token);
        assertThat(bastion.get("/api/sessions", token).statusCode()).isEqualTo(200);
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(
                        () -> assertThat(bastion.get("/api/sessions", token).statusCode())
                                .isEqualTo(401));
    }

    @Test
    void metrics_and_health_need_no_token() {
        try (Terminal terminal = bastion.terminal("engineer", bastion.at("web-1", "new"))) {
            terminal.await("new session");
            Awaitility.await().untilAsserted(() -> {
                HttpResponse<String> metrics = bastion.get("/metrics", "");
                assertThat(metrics.statusCode()).isEqualTo(200);
                assertThat(metrics.body().lines())
                        .anyMatch(l -> l.matches("sallyport_sessions\\{state=\"running\"} [1-9][0-9.]*"))
                        .contains("sallyport_ready 1.0");
                assertThat(metrics.body()).doesNotContain("engineer", "web-1");
            });
            terminal.type("exit\n").exit();
        }
        assertThat(bastion.get("/healthz", "").body()).isEqualTo("alive\n");
        HttpResponse<String> ready = bastion.get("/readyz", "");
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.body()).isEqualTo("ready\n");
    }
}
