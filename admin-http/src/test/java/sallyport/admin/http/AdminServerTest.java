package sallyport.admin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.javalin.http.HandlerType;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.admin.HistoryOperations;
import sallyport.admin.House;
import sallyport.admin.NewToken;
import sallyport.admin.Outcome;
import sallyport.admin.Readiness;
import sallyport.admin.ScreenNow;
import sallyport.admin.SessionOperations;
import sallyport.db.Database;
import sallyport.db.SessionHistory;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionRow;

class AdminServerTest {

    private static final List<String> CALLERS = List.of("anonymous", "engineer", "approver", "manager", "auditor");

    private final House house = new House();
    private final AtomicLong nanos = new AtomicLong();
    private final List<String> failing = new ArrayList<>();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HttpClient client = HttpClient.newHttpClient();
    private AdminServer server;

    @BeforeEach
    void start() {
        server = serve(house.sessions, house.exports);
    }

    private AdminServer serve(SessionOperations sessions, HistoryOperations exports) {
        return AdminServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new AdminServer.Parts(
                        sessions,
                        exports,
                        house.recordings,
                        house.retention,
                        house.search,
                        house.tokens,
                        house::personNamed,
                        house.live,
                        house.sweep,
                        house.store,
                        () -> true,
                        registry,
                        () -> new Readiness(failing),
                        house.clock,
                        nanos::get));
    }

    @AfterEach
    void close() {
        server.close();
        client.close();
        house.close();
    }

    @ParameterizedTest
    @EnumSource
    void each_route_answers_each_caller_as_the_table_says(Route route) throws Exception {
        for (String caller : CALLERS) {
            SessionRow foreign = house.running("engineer-2", "for-" + caller);
            house.live.screens.put(foreign.id(), CompletableFuture.completedFuture(Optional.of(screen("hello"))));
            HttpRequest.Builder request =
                    request(route.path().replace("{id}", foreign.id().toString()) + query(route));
            if (!caller.equals("anonymous")) {
                request.header("Authorization", "Bearer " + token(caller));
            }
            if (route.method().equals(HandlerType.POST)) {
                request.header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body(route)));
            }

            HttpResponse<String> response = send(request);

            assertThat(response.statusCode()).as(caller).isEqualTo(expected(route, caller));
            boolean ends = route == Route.REVOKE_SESSION || route == Route.DESTROY_SESSION;
            assertThat(house.live.find(foreign.id()).isEmpty()).as(caller).isEqualTo(ends && caller.equals("manager"));
            assertHardened(response);
        }
    }

    private static String query(Route route) {
        return route == Route.SEARCH ? "?command=uname" : "";
    }

    private static String body(Route route) {
        return switch (route) {
            case REVOKE_SESSION, HOLD_RECORDING, RELEASE_RECORDING, RESUME_RETENTION -> "{\"reason\": \"why\"}";
            case RENAME_SESSION -> "{\"name\": \"other\"}";
            case LINK_SESSION -> "{\"url\": \"https://tickets.example/INC-42\"}";
            default -> "{}";
        };
    }

    private static ScreenNow screen(String... lines) {
        return new ScreenNow(List.of(lines), 3, 17, 120, 40, false);
    }

    /** Written out by hand: a change of the table must be a change here. */
    private static int expected(Route route, String caller) {
        boolean seesAll = caller.equals("manager") || caller.equals("auditor");
        return switch (route) {
            case METRICS, HEALTH, READINESS -> 200;
            default ->
                caller.equals("anonymous")
                        ? 401
                        : switch (route) {
                            case HISTORY_CSV, HISTORY_JSON_LINES -> seesAll ? 200 : 403;
                            case SHOW_SESSION -> seesAll ? 200 : 404;
                            case REVOKE_SESSION, DETACH_SESSION, DESTROY_SESSION ->
                                caller.equals("manager") ? 200 : seesAll ? 403 : 404;
                            case RENAME_SESSION, LINK_SESSION -> seesAll ? 403 : 404;
                            case SHOW_RECORDING, READ_SESSION, SAVE_SESSION ->
                                caller.equals("auditor") ? 200 : seesAll ? 403 : 404;
                            case HOLD_RECORDING, SHOW_RETENTION -> caller.equals("manager") ? 200 : 403;
                            // There is nothing to release, and no halt.
                            case RELEASE_RECORDING, RESUME_RETENTION -> caller.equals("manager") ? 409 : 403;
                            case CLEAR_SESSION -> 404;
                            case RESTORE_SESSION -> 400;
                            default -> 200;
                        };
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "PATCH", "POST", "TRACE", "OPTIONS"})
    void no_route_answers_another_method(String method) throws Exception {
        for (String path : List.of("/api/sessions", "/metrics", "/api/history.csv")) {
            HttpResponse<String> response = send(request(path).method(method, HttpRequest.BodyPublishers.noBody()));
            assertThat(response.statusCode()).isBetween(400, 499);
            assertHardened(response);
        }
    }

    @Test
    void a_recording_is_held_released_and_says_how_long_it_stays() throws Exception {
        String path = "/api/recordings/"
                + house.recorded("engineer", "deploy", "web-1").id();
        String manager = token("manager");

        assertThat(send(request(path).header("Authorization", "Bearer " + token("engineer")))
                        .body())
                .contains("\"keeping\":\"until\",\"keep_rule\":\"staging 90 days\",\"kept_until\":\"2027-02-19T");
        assertThat(post(path + "/hold", manager, "application/json", "{\"reason\": \"case 7\"}")
                        .body())
                .contains("\"keeping\":\"held\"", "\"holds\":[\"1: case 7 (manager, ");
        assertThat(post(path + "/hold", manager, "application/json", "{}").statusCode())
                .isEqualTo(400);
        assertThat(post(path + "/release", manager, "application/json", "{\"reason\": \"closed\", \"hold\": \"2\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(post(path + "/release", manager, "application/json", "{\"reason\": \"closed\", \"hold\": \"1\"}")
                        .body())
                .contains("\"keeping\":\"until\"");
        assertThat(send(request("/api/retention").header("Authorization", "Bearer " + manager))
                        .body())
                .contains("\"staging_days\":90,\"production_days\":365,\"kept\":1,\"held\":0", "\"halted\":false");
    }

    @Test
    void what_the_sweeps_do_is_counted() throws Exception {
        house.recorded("engineer", "deploy", "web-1");
        house.pass(Duration.ofDays(90));
        house.sweep.look();
        assertThat(send(request("/metrics")).body())
                .contains("sallyport_retention_purged_total{environment=\"staging\"} 1.0")
                .contains("sallyport_retention_purged_total{environment=\"production\"} 0.0")
                .contains("sallyport_retention_halted 0.0", "sallyport_retention_due 0.0");
        house.clock.pass(Duration.ofDays(3650));
        house.sweep.look();
        assertThat(send(request("/metrics")).body()).contains("sallyport_retention_halted 1.0");
    }

    @Test
    void absent_malformed_unknown_and_expired_tokens_read_the_same() throws Exception {
        String expired = token("engineer");
        house.clock.pass(Duration.ofDays(31));
        List<String> bodies = new ArrayList<>();
        for (Optional<String> header : List.of(
                Optional.<String>empty(),
                Optional.of("Bearer " + expired),
                Optional.of("Bearer sly_" + "x".repeat(43)),
                Optional.of("Bearer nonsense"),
                Optional.of("Basic YTpi"))) {
            HttpRequest.Builder request = request("/api/sessions");
            header.ifPresent(h -> request.header("Authorization", h));
            HttpResponse<String> response = send(request);
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"sallyport\"");
            bodies.add(response.body());
        }
        assertThat(bodies.stream().distinct())
                .containsExactly("{\"error\":{\"code\":\"unauthorized\",\"message\":\"this needs a valid token, sent as"
                        + " Authorization: Bearer sly_...; make one over ssh: token create\"}}");
    }

    @Test
    void an_address_with_too_many_failures_waits_a_minute_but_a_good_token_from_it_does_not() throws Exception {
        String good = token("engineer");
        String bad = "sly_" + "x".repeat(43);
        for (int i = 0; i < FailedTokens.MOST; i++) {
            assertThat(get("/api/sessions", bad).statusCode()).isEqualTo(401);
        }

        HttpResponse<String> refused = get("/api/sessions", bad);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("60");
        assertThat(get("/api/sessions", good).statusCode()).isEqualTo(200);
        assertThat(get("/healthz", bad).statusCode()).isEqualTo(200);

        nanos.addAndGet(FailedTokens.WINDOW.toNanos());
        assertThat(get("/api/sessions", bad).statusCode()).isEqualTo(401);
    }

    @Test
    void sessions_are_listed_in_pages_and_shown() throws Exception {
        SessionRow old = house.stored("engineer", "old", "web-1", Optional.empty());
        SessionRow young = house.running("engineer", "young");
        house.running("engineer-2", "foreign");
        String token = token("engineer");

        String first = get("/api/sessions?limit=1", token).body();
        assertThat(first)
                .startsWith("{\"items\":[{\"id\":\"" + young.id() + "\",\"code\":\""
                        + young.id().code() + "\",\"name\":\"young\",\"state\":\"running\",\"person\":\"engineer\"")
                .contains("\"live\":true,\"attachments\":2,\"size\":\"120x40\",\"output_bytes\":4711")
                .endsWith("\"next\":\"" + young.id() + "\"}");
        assertThat(get("/api/sessions?limit=1&after=" + young.id(), token).body())
                .contains("\"id\":\"" + old.id() + "\"");
        assertThat(get("/api/sessions/" + young.id().code(), token).body())
                .startsWith("{\"id\":\"" + young.id() + "\"");
        assertThat(get("/api/sessions?state=running", token).body()).doesNotContain("\"old\"");
    }

    @Test
    void foreign_absent_and_misspelt_ids_are_not_found_in_the_same_words() throws Exception {
        SessionRow foreign = house.running("engineer-2", "foreign");
        String token = token("engineer");

        for (String word : List.of(foreign.id().toString(), "00000000-0000-0000-0000-000000000000", "x")) {
            HttpResponse<String> response = get("/api/sessions/" + word, token);
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body())
                    .isEqualTo("{\"error\":{\"code\":\"not_found\",\"message\":\"no session \\\"" + word
                            + "\\\" for you\"}}");
        }
        for (String walk :
                List.of("/api/sessions/..%2f..%2fmetrics", "/api/sessions/%252e%252e", "/api/../metrics/x")) {
            assertThat(get(walk, token).statusCode()).isIn(400, 404);
        }
    }

    @Test
    void a_revocation_needs_a_body_that_says_why() throws Exception {
        SessionRow row = house.running("engineer", "deploy");
        String path = "/api/sessions/" + row.id() + "/revoke";
        String token = token("engineer");

        assertThat(post(path, token, "text/plain", "{\"reason\":\"x\"}").statusCode())
                .isEqualTo(415);
        assertThat(post(path, token, "application/json", "{").statusCode()).isEqualTo(400);
        assertThat(post(path, token, "application/json", "{}").body()).contains("needs a reason");
        assertThat(post(path, token, "application/json", "{\"reason\":\"a\",\"force\":\"b\"}")
                        .body())
                .contains("unknown name \\\"force\\\"");
        assertThat(post(path, token, "application/json", "{\"reason\":[\"a\"]}").statusCode())
                .isEqualTo(400);
        HttpResponse<String> large =
                post(path, token, "application/json", "{\"reason\":\"" + "x".repeat(AdminServer.LARGEST_BODY) + "\"}");
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(large.body()).contains("65536");
        assertThat(house.live.revoked).isEmpty();

        assertThat(post(path, token, "application/json", "{\"reason\":\"left open\"}")
                        .body())
                .isEqualTo("{\"id\":\"" + row.id() + "\",\"code\":\"" + row.id().code()
                        + "\",\"state\":\"revoked\",\"grant_withdrawn\":false}");
        assertThat(house.live.revoked).containsKey(row.id());
        assertThat(house.entries.events()).contains(new AuditEvent.SessionRevoked(row.id(), "left open"));
    }

    @Test
    void a_web_page_cannot_write() throws Exception {
        SessionRow row = house.running("engineer", "deploy");
        String token = token("engineer");
        List<Route> writing = Stream.of(Route.values())
                .filter(route -> route.method().equals(HandlerType.POST))
                .toList();
        house.entries.kept.clear();

        for (Route route : writing) {
            HttpResponse<String> response =
                    send(request(route.path().replace("{id}", row.id().toString()))
                            .header("Origin", "https://elsewhere.example")
                            .header("Authorization", "Bearer " + token)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body(route))));

            assertThat(response.statusCode()).as(route.path()).isEqualTo(403);
            assertThat(response.headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
        }
        assertThat(writing).hasSize(11);
        assertThat(house.live.find(row.id())).isPresent();
        assertThat(house.entries.kept).isEmpty();
    }

    @Test
    void a_session_is_renamed_linked_read_and_sent_away_from() throws Exception {
        SessionRow row = house.running("engineer", "deploy");
        String path = "/api/sessions/" + row.id();
        String token = token("engineer");
        house.live.screens.put(
                row.id(), CompletableFuture.completedFuture(Optional.of(screen("one", "\u001b[31mtwo\u001b[0m"))));

        assertThat(post(path + "/rename", token, "application/json", "{\"name\":\"nightly\"}")
                        .body())
                .contains("\"name\":\"nightly\"");
        assertThat(post(path + "/rename", token, "application/json", "{\"name\":\"a/b\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(post(path + "/link", token, "application/json", "{\"url\":\"https://x.example\"}")
                        .body())
                .contains("\"link\":\"https://x.example\"");
        assertThat(post(path + "/link", token, "application/json", "{}").statusCode())
                .isEqualTo(400);
        assertThat(post(path + "/link", token, "application/json", "{\"url\":\"\"}")
                        .body())
                .doesNotContain("\"link\"");
        assertThat(get(path + "/text?tail=2&colours=true", token).body())
                .contains(
                        "\"columns\":120,\"rows\":40,\"missing_lines\":3,\"lines\":[\"one\",\"\\u001B[31mtwo\\u001B[0m\"]");
        assertThat(house.live.screenAsked).isEqualTo("2 with colours");
        assertThat(get(path + "/text?tail=2&at=1h", token).statusCode()).isEqualTo(400);
        assertThat(get(path + "/text?tail=10001", token).statusCode()).isEqualTo(400);
        assertThat(post(path + "/detach", token, "application/json", "").body()).contains("\"state\":\"detached\"");
        assertThat(post(path + "/detach", token, "application/json", "").statusCode())
                .isEqualTo(409);
        assertThat(post(path + "/destroy", token, "application/json", "").body())
                .isEqualTo(
                        "{\"id\":\"" + row.id() + "\",\"code\":\"" + row.id().code() + "\",\"state\":\"destroyed\"}");
    }

    @Test
    void a_saved_session_is_restored_and_a_document_may_be_larger_than_other_bodies() throws Exception {
        SessionRow row = house.running("engineer", "deploy");
        String token = token("engineer");
        house.live.screens.put(
                row.id(),
                CompletableFuture.completedFuture(Optional.of(screen("x".repeat(2 * AdminServer.LARGEST_BODY)))));

        HttpResponse<String> saved = get("/api/sessions/deploy/save", token);
        assertThat(saved.headers().firstValue("Content-Disposition")).contains("attachment; filename=\"session.json\"");
        HttpResponse<String> restored = post("/api/sessions/restore", token, "application/json", saved.body());

        assertThat(restored.statusCode()).isEqualTo(200);
        assertThat(restored.body())
                .contains(
                        "\"state\":\"ended\"",
                        "\"ending\":\"restored\"",
                        "\"origin\":\"" + row.id().code());
        assertThat(post("/api/sessions/restore", token, "text/plain", saved.body())
                        .statusCode())
                .isEqualTo(415);
        assertThat(post("/api/sessions/restore", token, "application/json", " ".repeat((8 << 20) + 1))
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void lists_are_narrowed_to_a_workspace_or_a_person_and_cleared_ones_come_back_when_asked_for() throws Exception {
        SessionRow over = house.stored("engineer", "over", "web-1", Optional.empty());
        house.end(over);
        house.running("engineer-2", "theirs");
        String engineer = token("engineer");
        String manager = token("manager");

        assertThat(get("/api/sessions?workspace=default", engineer).body()).contains("\"over\"");
        assertThat(get("/api/sessions?workspace=shop", engineer).body()).isEqualTo("{\"items\":[]}");
        assertThat(get("/api/sessions?all=true&person=engineer-2", manager).body())
                .contains("\"theirs\"")
                .doesNotContain("\"over\"");
        assertThat(get("/api/sessions?all=true&person=nobody", manager).body()).isEqualTo("{\"items\":[]}");
        assertThat(get("/api/sessions?person=engineer-2", engineer).body()).doesNotContain("\"theirs\"");
        assertThat(post("/api/sessions/clear", engineer, "application/json", "").body())
                .isEqualTo("{\"cleared\":1}");
        assertThat(get("/api/sessions", engineer).body()).isEqualTo("{\"items\":[]}");
        assertThat(get("/api/sessions?cleared=true", engineer).body()).contains("\"over\"");
    }

    @Test
    void two_sessions_of_one_name_are_a_conflict_with_candidates() throws Exception {
        house.running("engineer", "deploy");
        house.running("engineer-2", "deploy");

        HttpResponse<String> response = get("/api/sessions/deploy", token("manager"));

        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(response.body())
                .startsWith("{\"error\":{\"code\":\"ambiguous\",")
                .contains("\"candidates\":[");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/sessions?colour=red",
                "/api/sessions?limit=0",
                "/api/sessions?limit=x",
                "/api/sessions?all=yes",
                "/api/sessions?state=sleeping",
                "/api/sessions?since=yesterday",
                "/api/sessions?state=ended&state=failed",
                "/api/sessions?environment=prod",
                "/api/sessions?after=x",
                "/api/history.csv?all=true",
            })
    void a_query_that_cannot_be_used_is_refused_in_words(String path) throws Exception {
        HttpResponse<String> response = get(path, token("manager"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).startsWith("{\"error\":{\"code\":\"invalid\",\"message\":\"");
    }

    @Test
    void the_history_is_downloaded_as_a_file() throws Exception {
        house.stored("engineer", "one", "web-1", Optional.empty());

        HttpResponse<String> csv = get("/api/history.csv?since=1d", token("auditor"));

        assertThat(csv.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/csv");
        assertThat(csv.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"history-2026-11-21T140001000Z.csv\"");
        assertThat(csv.body()).startsWith("record_type,").contains("session,2026-11-21T14:00:01.000Z,");
        assertThat(house.entries.events()).hasAtLeastOneElementOfType(AuditEvent.HistoryExported.class);
    }

    @Test
    void an_export_that_breaks_in_the_middle_does_not_look_whole() throws Exception {
        for (int i = 0; i < 200; i++) {
            house.stored("engineer", "s" + i, "web-1", Optional.empty());
        }
        String token = token("auditor");
        house.entries.broken.set(true);

        assertThatThrownBy(() -> get("/api/history.jsonl", token)).isInstanceOf(IOException.class);
    }

    @Test
    void an_export_that_breaks_before_its_first_byte_is_an_error_in_words() throws Exception {
        String token = token("auditor");
        house.entries.broken.set(true);

        HttpResponse<String> response = get("/api/history.csv?since=1s", token);

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("\"code\":\"unavailable\"");
        assertHardened(response);
    }

    @Test
    void while_the_database_is_away_the_answer_says_so() throws Exception {
        String token = token("manager");
        server.close();
        try (Database away = house.away()) {
            SessionHistory nothing = new SessionHistory(away);
            server = serve(
                    new SessionOperations(nothing, house.live, house.store, house.grants, House.DOOR, house.journal),
                    new HistoryOperations(nothing, house.journal));

            HttpResponse<String> response = get("/api/sessions", token);

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).contains("5");
            assertThat(response.body())
                    .isEqualTo("{\"error\":{\"code\":\"database_away\",\"message\":\"the database does not answer;"
                            + " nothing was changed, sessions that run go on; try again soon\"}}");
            assertHardened(response);
        }
    }

    @Test
    void readiness_says_in_words_what_is_failing() throws Exception {
        assertThat(get("/readyz", "").body()).isEqualTo("ready\n");

        failing.add("the database does not answer; look at its service");
        failing.add("the audit journal takes nothing; free its disk");
        HttpResponse<String> response = get("/readyz", "");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).isEqualTo(String.join("\n", failing) + "\n");
        assertThat(get("/healthz", "").body()).isEqualTo("alive\n");
    }

    @Test
    void prometheus_finds_sessions_by_state_and_requests_by_route_and_no_names() throws Exception {
        house.running("engineer", "secret-name");
        get("/api/sessions/secret-name", token("engineer"));
        get("/nowhere/secret-name", "");

        String scrape = get("/metrics", "").body();

        assertThat(scrape)
                .contains("sallyport_sessions{state=\"running\"} 1.0")
                .contains("sallyport_sessions{state=\"detached\"} 0.0")
                .contains("sallyport_ready 1.0")
                .contains("sallyport_log_good 1.0")
                .contains("sallyport_recording_sync_interval_seconds 0.25")
                .contains("sallyport_recording_paused 0.0")
                .contains("sallyport_recording_packings_left 0.0")
                .contains("sallyport_recording_packings_failed_total 0.0")
                .contains("sallyport_http_requests_seconds_count{route=\"/api/sessions/{id}\",status=\"200\"} 1")
                .contains("sallyport_http_requests_seconds_count{route=\"none\",status=\"404\"} 1")
                .contains("jvm_memory_used_bytes")
                .doesNotContain("secret-name")
                .doesNotContain("sly_");
    }

    @Test
    void what_is_no_http_is_answered_without_a_word_about_the_server() throws Exception {
        for (String request : List.of(
                "GET / HTTP/9.9\r\n\r\n",
                "nonsense\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET /metrics HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(AdminServer.LARGEST_HEADERS) + "\r\n\r\n")) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertThat(answer).matches("(?s)HTTP/1.1 (4|5)[0-9][0-9] .*");
                assertThat(answer).doesNotContainIgnoringCase("jetty").doesNotContainIgnoringCase("javalin");
            }
        }
    }

    @Test
    void only_the_given_address_is_bound_and_closing_twice_is_safe() {
        int port = server.port();
        server.close();
        server.close();
        assertThat(port).isPositive();
    }

    private static void assertHardened(HttpResponse<?> response) {
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.headers().map()).doesNotContainKeys("server", "x-powered-by", "set-cookie");
    }

    private String token(String person) {
        return ((Outcome.Done<NewToken>) house.tokens.create(house.caller(person), "test", Duration.ofDays(30)))
                .value()
                .secret();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(20));
    }

    private HttpResponse<String> get(String path, String token) throws Exception {
        return send(request(path).header("Authorization", "Bearer " + token));
    }

    private HttpResponse<String> post(String path, String token, String type, String body) throws Exception {
        return send(request(path)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
