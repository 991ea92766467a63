package sallyport.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static sallyport.db.Samples.entry;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sallyport.policy.audit.AuditEvent;
import sallyport.recorder.proof.Checkpoint;
import sallyport.recorder.proof.Note;
import sallyport.recorder.proof.NoteSigning;

class CheckpointsTest {

    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final NoteSigning SIGNING = LogKeys.signing();

    private final TestDatabase test = TestDatabase.create();
    private final Database database = test.connect();
    private final EvidenceLog log = new EvidenceLog(database);

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void place() {
        file = folder.resolve("checkpoint");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Checkpoints start() {
        return Checkpoints.start(file, database, SIGNING, List.of(), InstantSource.system());
    }

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            database.transact(dsl ->
                    AuditRow.of(entry(new AuditEvent.BastionStarted("x"))).insert(dsl));
        }
    }

    private static Checkpoint opened(byte[] note) throws Exception {
        Note read = Note.parse(note);
        assertThat(read.verdict(List.of(SIGNING.key()))).isInstanceOf(Note.Verdict.Signed.class);
        return Checkpoint.parse(read.text());
    }

    private long signed() {
        return log.latest().map(StoredCheckpoint::size).orElse(0L);
    }

    @Test
    void what_is_added_is_signed_soon_in_the_database_and_in_the_file() throws Exception {
        try (Checkpoints checkpoints = start()) {
            add(5);
            await().atMost(DEADLINE).until(() -> signed() == 5);
            add(3);
            await().atMost(DEADLINE).until(() -> signed() == 8);
            assertThat(checkpoints.standing()).isInstanceOf(Standing.Continues.class);
            add(1);
        }
        // Also what came after the last one, at the end.
        StoredCheckpoint last = log.latest().orElseThrow();
        Checkpoint checkpoint = opened(Files.readAllBytes(file));
        assertThat(checkpoint).isEqualTo(new Checkpoint(LogKeys.LOG, 9, log.root(9)));
        assertThat(opened(last.note().getBytes(UTF_8))).isEqualTo(checkpoint);
        assertThat(last.size()).isEqualTo(9);
        assertThat(log.verify(LogKeys.LOG, List.of(SIGNING.key()), List.of()).isIntact())
                .isTrue();
    }

    @Test
    void many_leaves_in_a_short_time_are_few_check_points() {
        try (Checkpoints checkpoints = start()) {
            add(100);
            await().atMost(DEADLINE).until(() -> signed() == 100);
            assertThat(checkpoints.standing().isGood()).isTrue();
        }
        assertThat(Integer.parseInt(test.read("select count(*) from evidence_checkpoint")))
                .isLessThan(50);
    }

    @Test
    void a_log_that_did_not_grow_is_not_signed_again() {
        add(3);
        start().close();
        start().close();
        assertThat(test.read("select count(*) from evidence_checkpoint")).isEqualTo("1");
    }

    @Test
    void a_database_of_an_older_day_is_noticed_and_not_signed_until_somebody_has_looked() throws Exception {
        add(5);
        start().close();
        keepADay();
        add(4);
        start().close();
        byte[] known = Files.readAllBytes(file);
        restoreTheDay();

        try (Checkpoints checkpoints = start()) {
            await().atMost(DEADLINE).until(() -> checkpoints.standing() instanceof Standing.Older);
            assertThat(checkpoints.standing()).isEqualTo(new Standing.Older(opened(known), 5));
            assertThat(checkpoints.standing().words())
                    .contains("has 5 entries, but 9 were signed here")
                    .contains("restored to an older day");
            // It grows past what was signed, with other entries.
            add(6);
            await().atMost(DEADLINE).until(() -> checkpoints.standing() instanceof Standing.Different);
            assertThat(checkpoints.standing().words()).contains("rewritten, or is another database");
        }
        assertThat(signed()).isEqualTo(5);
        assertThat(Files.readAllBytes(file)).isEqualTo(known);

        Files.move(file, folder.resolve("checkpoint.before-the-restore"));
        start().close();
        assertThat(signed()).isEqualTo(11);
        assertThat(opened(Files.readAllBytes(file)).size()).isEqualTo(11);
    }

    @Test
    void a_log_rewritten_while_it_runs_is_noticed() {
        try (Checkpoints checkpoints = start()) {
            add(8);
            await().atMost(DEADLINE).until(() -> signed() == 8);
            test.change("update evidence_node set hash = sha256('x') where level = 3");
            add(1);
            await().atMost(DEADLINE).until(() -> checkpoints.standing() instanceof Standing.Different);
        }
        assertThat(signed()).isEqualTo(8);
    }

    private void keepADay() {
        for (String table : List.of("audit_event", "evidence_leaf", "evidence_node", "evidence_checkpoint")) {
            test.change("create table kept_" + table + " as select * from " + table);
        }
    }

    private void restoreTheDay() {
        for (String table : List.of("audit_event", "evidence_leaf", "evidence_node", "evidence_checkpoint")) {
            test.change("truncate " + table);
            test.change("insert into " + table + " overriding system value select * from kept_" + table);
        }
    }

    @Test
    void a_file_that_was_touched_is_no_proof_of_anything() throws Exception {
        add(2);
        start().close();
        Files.writeString(file, Files.readString(file).replace("\n2\n", "\n1\n"));
        add(1);
        try (Checkpoints checkpoints = start()) {
            await().atMost(DEADLINE).until(() -> checkpoints.standing() instanceof Standing.Unreadable);
        }
        assertThat(signed()).isEqualTo(2);
    }

    @Test
    void after_a_rotation_the_new_key_goes_on_from_what_the_earlier_one_signed() throws Exception {
        add(2);
        start().close();
        NoteSigning next = LogKeys.signing();
        add(2);
        Checkpoints.start(file, database, next, List.of(SIGNING.key()), InstantSource.system())
                .close();
        assertThat(signed()).isEqualTo(4);
        assertThat(log.verify(LogKeys.LOG, List.of(next.key(), SIGNING.key()), List.of())
                        .isIntact())
                .isTrue();
        add(1);
        try (Checkpoints stranger =
                Checkpoints.start(file, database, LogKeys.signing(), List.of(), InstantSource.system())) {
            await().atMost(DEADLINE).until(() -> stranger.standing() instanceof Standing.Unreadable);
        }
    }

    @Test
    void a_database_that_is_away_delays_a_check_point_and_no_more() throws Exception {
        try (TestServer server = TestServer.start()) {
            Database own = server.database().connect();
            try (own;
                    Checkpoints _ = Checkpoints.start(file, own, SIGNING, List.of(), InstantSource.system())) {
                server.stop();
                Path journalFolder = folder.resolve("journal");
                try (var journal = JournaledAuditLog.open(journalFolder, own)) {
                    journal.append(entry(new AuditEvent.BastionStarted("x")));
                    assertThat(journal.awaitDrained(Duration.ofMillis(300))).isFalse();
                    assertThat(file).doesNotExist();
                    server.startAgain();
                    assertThat(journal.awaitDrained(DEADLINE)).isTrue();
                    await().atMost(DEADLINE).until(() -> Files.exists(file));
                }
            }
        }
        assertThat(opened(Files.readAllBytes(file)).size()).isEqualTo(1);
    }
}
