package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sallyport.db.TestServer;

/** The database is stopped, or stands still (R3): whoever is in a session feels nothing, and nothing is lost. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutageTest {

    /** What a client's own start and login add to a deadline on a busy machine. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private TestServer server;
    private TestBastion bastion;
    private String token;

    @BeforeAll
    void start() throws Exception {
        server = TestServer.start();
        bastion = TestBastion.start(server.database());
        token = bastion.printed("manager", "token create --name outage").strip();
    }

    @AfterAll
    void stop() throws Exception {
        if (bastion != null) {
            bastion.close();
        }
        server.close();
    }

    enum Outage {
        STOPPED,
        FROZEN;

        void begin(TestServer server) throws Exception {
            switch (this) {
                case STOPPED -> server.stop();
                case FROZEN -> server.freeze();
            }
        }

        void end(TestServer server) throws Exception {
            switch (this) {
                case STOPPED -> server.startAgain();
                case FROZEN -> server.thaw();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void sessions_go_on_openings_are_refused_revocation_works_and_nothing_is_lost(Outage outage) throws Exception {
        String name = outage.name().toLowerCase(Locale.ROOT);
        Terminal going = bastion.terminal("engineer", bastion.at("web-1", "name=going-" + name));
        going.await("new session");
        Terminal revoked = bastion.terminal("second", bastion.at("web-1", "name=revoked-" + name));
        revoked.await("new session");
        going.type("echo before-$((1+1))\n").await("before-2");
        revoked.type("echo before-$((1+1))\n").await("before-2");
        Map<String, Object> goingRow = bastion.session("engineer", "going-" + name);
        Map<String, Object> revokedRow = bastion.session("second", "revoked-" + name);

        outage.begin(server);
        try {
            for (int i = 0; i < 20; i++) {
                long began = System.nanoTime();
                going.type("echo during-$((" + i + "+1000))\n").await("during-" + (1000 + i));
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
            }

            Run refused = bastion.run("engineer", bastion.at("web-1"), "echo no");
            assertThat(refused.exit).isEqualTo(250);
            assertThat(refused.stdout).isEmpty();
            assertThat(refused.stderr).startsWith("bastion: ").contains("the database does not answer");
            assertThat(refused.took).isLessThan(Duration.ofSeconds(3).plus(SLACK));

            HttpResponse<String> ready = bastion.get("/readyz", "");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("the database does not answer: no session can be opened");
            assertThat(bastion.get("/healthz", "").statusCode()).isEqualTo(200);
            HttpResponse<String> asked = bastion.get("/api/sessions", token);
            assertThat(asked.statusCode()).isEqualTo(503);
            assertThat(asked.body()).contains("database_away");

            Run list = bastion.console("engineer", "session list --json");
            assertThat(Json.items(list.out())).extracting(s -> s.get("id")).contains(goingRow.get("id"));
            assertThat(list.exit).isEqualTo(1);
            assertThat(list.stderr).contains("the database does not answer");

            Run revocation =
                    bastion.console("manager", "session revoke " + revokedRow.get("code") + " --reason outage --yes");
            assertThat(revocation.out()).as("%s", revocation).contains("revoked " + revokedRow.get("code"));
            assertThat(revoked.exit()).isEqualTo(254);
            assertThat(revoked.text()).contains("ended by manager at ", "\"outage\"");
            going.type("echo after-$((1+1))\n").await("after-2");
        } finally {
            outage.end(server);
        }

        Awaitility.await()
                .pollInterval(Duration.ofMillis(100))
                .atMost(Duration.ofSeconds(5).plus(SLACK))
                .until(() -> bastion.run("engineer", bastion.at("web-1"), "true").exit == 0);
        going.type("exit\n");
        assertThat(going.exit()).isZero();
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(actions(goingRow)).contains("recording.sealed"));

        assertThat(actions(goingRow))
                .containsOnlyOnce("session.opened", "session.attached", "session.ended", "recording.sealed")
                .doesNotHaveDuplicates();
        assertThat(actions(revokedRow))
                .containsOnlyOnce("session.opened", "session.revoked", "session.ended", "recording.sealed")
                .doesNotHaveDuplicates();
        assertThat(Json.object(bastion.printed("auditor", "session show " + revokedRow.get("id") + " --json")))
                .containsEntry("ending", "revoked")
                .containsEntry("ending_detail", "by manager: outage");
        assertThat(Json.object(bastion.printed("auditor", "session show " + goingRow.get("id") + " --json")))
                .containsEntry("ending", "exited");
        assertThat(records().stream().map(r -> r.get("id"))).doesNotHaveDuplicates();
        assertThat(bastion.get("/readyz", "").statusCode()).isEqualTo(200);
    }

    private List<Map<String, Object>> records() {
        return bastion.printed("auditor", "history --all --since 1h --format jsonl")
                .lines()
                .map(Json::object)
                .toList();
    }

    /** What the audit trail has of a session, in the order of time. */
    private List<String> actions(Map<String, Object> session) {
        return records().stream()
                .filter(r -> session.get("id").equals(r.get("session_id")))
                .filter(r -> "audit_event".equals(r.get("record_type")))
                .map(r -> Json.text(r, "action"))
                .toList();
    }
}
