package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import sallyport.db.TestDatabase;

/** The database is restored to an older day: recordings that are newer are there again (R19). */
class LostRowsTest {

    @Test
    void recordings_that_the_database_does_not_know_are_registered_again() throws Exception {
        TestDatabase database = TestDatabase.create();
        try (TestHouse house = new TestHouse(database)) {
            String code;
            String id;
            String older;
            long leaves;
            long events;
            try (Bastion before = start(house)) {
                assertThat(house.run("engineer", house.at("web-1"), "echo older").exit)
                        .isZero();
                older = house.sealed("engineer");
                awaitCarried(database);
                leaves = Long.parseLong(database.read("select count(*) from evidence_leaf"));
                events = Long.parseLong(database.read("select max(sequence) from audit_event"));
                Run run = house.run("engineer", house.at("web-1", "name=newer"), "echo new-$((40+2)); echo bad >&2");
                assertThat(run.exit).isZero();
                code = house.sealed("engineer");
                id = Json.text(house.session("engineer", ""), "id");
                assertThat(code).isNotEqualTo(older);
                awaitCarried(database);
            }
            restore(database, leaves, events, id);
            // As docs/proof.md has it for a backup that was restored on purpose.
            Files.move(house.folder.resolve("state/checkpoint"), house.folder.resolve("checkpoint-of-later"));

            try (Bastion after = start(house)) {
                Awaitility.await("registered again")
                        .atMost(Duration.ofSeconds(20))
                        .untilAsserted(() -> assertThat(house.printed("engineer", "session list --json"))
                                .contains(code));
                Map<String, Object> row = house.session("engineer", "newer");
                assertThat(row)
                        .containsEntry("id", id)
                        .containsEntry("target", "web-1")
                        .containsEntry("login", house.login)
                        .containsEntry("ending", "unknown");
                assertThat(Json.text(row, "origin")).startsWith("registered again from its recording at ");
                assertThat(house.events("session.registered", "newer")).hasSize(1);
                assertThat(house.printed("auditor", "recording show " + code)).contains("stays      until ");
                assertThat(new String(house.download(code, "raw"), StandardCharsets.UTF_8))
                        .isEqualTo("new-42\n");
                try (Terminal player =
                        house.terminal(80, 24, "auditor", "auditor", "recording play " + code + " --speed 8")) {
                    player.awaitScreen("new-42").awaitScreen("end of the recording");
                    assertThat(player.type("q").exit()).isZero();
                }
                Awaitility.await("read for the search")
                        .atMost(Duration.ofSeconds(40))
                        .untilAsserted(() -> assertThat(house.printed("auditor", "audit search --text new-42 --json"))
                                .contains(code));
                assertThat(house.console("auditor", "recording verify " + older).out())
                        .doesNotContain("registered again");
                Awaitility.await("all of it signed")
                        .atMost(Duration.ofSeconds(20))
                        .untilAsserted(() -> assertThat(house.console("auditor", "recording verify " + code))
                                .satisfies(run -> assertThat(run.out())
                                        .contains(
                                                "good: the sidecar is signed by test",
                                                "good: the log has known it since its session was registered again",
                                                "recording " + code + ": intact"))
                                .satisfies(run -> assertThat(run.exit).isZero()));
            }
            // Nothing is registered twice.
            try (Bastion again = start(house)) {
                assertThat(house.run("engineer", house.at("web-1"), "true").exit)
                        .isZero();
                assertThat(house.events("session.registered", "newer")).hasSize(1);
            }
        }
    }

    private static void awaitCarried(TestDatabase database) {
        Awaitility.await("everything is in the log")
                .until(() ->
                        database.read("select count(*) from evidence_waiting").equals("0"));
    }

    /** Takes away what is later than a backup with so many leaves and events: all that the session {@code id} left. */
    private static void restore(TestDatabase database, long leaves, long events, String id) {
        database.change("delete from recorded_command where session_id = '" + id + "'");
        database.change("delete from screen_line where session_id = '" + id + "'");
        database.change("delete from recording_index where session_id = '" + id + "'");
        database.change("delete from evidence_waiting");
        database.change("delete from evidence_leaf where index >= " + leaves);
        database.change("delete from evidence_node where (index + 1) * power(2, level) > " + leaves);
        database.change("delete from evidence_checkpoint where size > " + leaves);
        database.change("delete from audit_event where sequence > " + events);
        database.change("delete from session where id = '" + id + "'");
    }

    private static Bastion start(TestHouse house) throws Exception {
        Bastion bastion = Bastion.start(house.settings(0, 0), InstantSource.system(), System::nanoTime);
        house.bastionServesOn(bastion.sshPort());
        return bastion;
    }
}
