package sallyport.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sallyport.db.Samples.NOW;
import static sallyport.db.Samples.entry;

import dev.sigstore.merkle.InclusionProofVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.audit.EvidenceEntry;
import sallyport.policy.audit.RecordingFact;
import sallyport.policy.session.SessionId;
import sallyport.recorder.proof.Checkpoint;
import sallyport.recorder.proof.Hash;
import sallyport.recorder.proof.InclusionProof;
import sallyport.recorder.proof.LogCheck;
import sallyport.recorder.proof.Node;
import sallyport.recorder.proof.Note;
import sallyport.recorder.proof.NoteSigning;

/** T43: everything that happened is a leaf, exactly once, and what was changed afterwards is named. */
class EvidenceLogTest {

    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final SessionId SESSION = new SessionId(UUID.fromString("0199e5a0-0000-7000-8000-000000000001"));
    private static final NoteSigning SIGNING = LogKeys.signing();

    private final TestDatabase test = TestDatabase.create();
    private final Database database = test.connect();

    /** Nobody listens on port 1. */
    private final Database away =
            Database.connect(new DatabaseSettings("jdbc:postgresql://127.0.0.1:1/x", "x", "x"), InstantSource.system());

    private final EvidenceLog log = new EvidenceLog(database);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        database.close();
        away.close();
    }

    private static AuditEntry started(int number) {
        return entry(new AuditEvent.BastionStarted("version " + number));
    }

    private static EvidenceEntry fact(RecordingFact fact) {
        return new EvidenceEntry(UUID.randomUUID(), NOW, SESSION, fact);
    }

    private void fill(int count) throws InterruptedException {
        try (var journal = JournaledAuditLog.open(folder.resolve("journal"), database)) {
            for (int i = 0; i < count; i++) {
                if (i % 3 == 2) {
                    journal.append(fact(new RecordingFact.Checked(1, i, "ab")));
                } else {
                    journal.append(started(i));
                }
            }
            assertThat(journal.awaitDrained(DEADLINE)).isTrue();
        }
        log.take();
    }

    private byte[] signed() {
        long size = log.size();
        Hash root = log.root(size);
        Note note = Note.sign(new Checkpoint(LogKeys.LOG, size, root).text(), SIGNING);
        // From half past eight on, one each twenty minutes.
        log.store(new StoredCheckpoint(NOW.plus(Duration.ofMinutes(20 * size)), size, root, note.toString()));
        return note.bytes();
    }

    private Verification verified() {
        return log.verify(LogKeys.LOG, List.of(SIGNING.key()), List.of());
    }

    private List<LogCheck.Finding> findings() {
        return ((LogCheck.Answer.Faulty) verified().log()).findings();
    }

    @Test
    void a_leaf_holds_what_the_documentation_says_byte_for_byte() throws Exception {
        UUID person = UUID.fromString("0199e5a0-0000-7000-8000-00000000000a");
        var audit = new AuditEntry(
                UUID.fromString("0199e5a0-0000-7000-8000-00000000000b"),
                NOW,
                Optional.of(new PersonId(person)),
                Optional.of(new PersonName("engineer")),
                "192.0.2.7",
                new AuditEvent.SessionLinked(SESSION, "https://x/\u00e9\u0000\"/"));
        var fact = new EvidenceEntry(
                UUID.fromString("0199e5a0-0000-7000-8000-00000000000c"),
                NOW.truncatedTo(ChronoUnit.SECONDS),
                SESSION,
                new RecordingFact.Checked(2, 4711, "00ff"));
        try (var journal = JournaledAuditLog.open(folder, database)) {
            journal.append(audit);
            journal.append(fact);
            assertThat(journal.awaitDrained(DEADLINE)).isTrue();
        }
        log.take();
        assertThat(log.leaves(0).map(LogLeaf::data))
                .containsExactly(
                        "{\"kind\":\"audit\",\"id\":\"0199e5a0-0000-7000-8000-00000000000b\","
                                + "\"time\":\"2026-11-21T08:30:00.123456Z\","
                                + "\"actor_id\":\"0199e5a0-0000-7000-8000-00000000000a\",\"actor_name\":\"engineer\","
                                + "\"source\":\"192.0.2.7\",\"action\":\"session.linked\","
                                + "\"session\":\"0199e5a0-0000-7000-8000-000000000001\","
                                + "\"detail\":{\"url\":\"https://x/\\u00E9\\u0000\\\"/\"}}",
                        "{\"kind\":\"recording.checked\",\"id\":\"0199e5a0-0000-7000-8000-00000000000c\","
                                + "\"time\":\"2026-11-21T08:30:00.000000Z\","
                                + "\"session\":\"0199e5a0-0000-7000-8000-000000000001\","
                                + "\"detail\":{\"part\":2,\"bytes\":4711,\"chain\":\"00ff\"}}");
        LogLeaf second = log.leaf(fact.id()).orElseThrow();
        assertThat(second.hash()).isEqualTo(Hash.ofLeaf(second.bytes()));
        assertThat(log.leaves(SESSION, Optional.empty(), 0, 9)).hasSize(2);
        assertThat(log.leaves(SESSION, Optional.of("recording.checked"), 0, 9)).containsExactly(second);
    }

    @Test
    void each_entry_is_one_leaf_whoever_stores_it() throws Exception {
        var store = new AccessStore(database, UUID::randomUUID);
        store.apply(Samples.house(), Samples.applied());
        fill(10);
        store.apply(Samples.house(), Samples.applied());
        log.take();
        assertThat(log.size()).isEqualTo(12);
        assertThat(test.read(
                        "select count(*) from audit_event e join evidence_leaf l using (id) where l.kind = 'audit'"))
                .isEqualTo(test.read("select count(*) from audit_event"))
                .isEqualTo("9");
        signed();
        assertThat(verified().isIntact()).isTrue();
    }

    @Test
    void a_transaction_that_fails_leaves_no_leaf_and_no_gap() throws Exception {
        fill(3);
        assertThatThrownBy(() -> database.transact(dsl -> {
                    AuditRow.of(started(7)).insert(dsl);
                    throw new IllegalStateException("on purpose");
                }))
                .hasMessage("on purpose");
        database.transact(dsl -> AuditRow.of(started(8)).insert(dsl));
        log.take();
        assertThat(log.size()).isEqualTo(4);
        assertThat(log.leaves(0).map(LogLeaf::index)).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void entries_survive_an_outage_and_kills_of_the_carrier_and_are_leaves_once() throws Exception {
        Set<UUID> ids = new HashSet<>();
        Path killed = folder.resolve("killed");
        try (var journal = JournaledAuditLog.open(folder.resolve("journal"), away)) {
            for (int i = 0; i < 240; i++) {
                AuditEntry audit = started(i);
                EvidenceEntry fact = fact(new RecordingFact.Checked(1, i, "ab"));
                journal.append(audit);
                journal.append(fact);
                journal.append(fact);
                ids.add(audit.id());
                ids.add(fact.id());
            }
            // What a machine that was cut off leaves behind.
            copy(folder.resolve("journal"), killed);
        }
        for (Path each : List.of(folder.resolve("journal"), killed)) {
            // Closed in the middle of carrying, over and over.
            for (int i = 0; i < 3; i++) {
                JournaledAuditLog.open(each, database).close();
                log.take();
            }
            try (var journal = JournaledAuditLog.open(each, database)) {
                assertThat(journal.awaitDrained(DEADLINE)).isTrue();
            }
        }
        log.take();
        assertThat(log.leaves(0).map(LogLeaf::id)).hasSize(480).containsExactlyInAnyOrderElementsOf(ids);
        signed();
        assertThat(verified().isIntact()).isTrue();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void several_who_add_at_once_make_one_tree_without_gaps() throws Exception {
        AccessRequestsTest.atOnce(8, i -> () -> {
            for (int j = 0; j < 25; j++) {
                AuditRow row = AuditRow.of(started(25 * i + j));
                database.transact(row::insert);
                if (j % 5 == 0) {
                    log.take();
                }
            }
            return i;
        });
        log.take();
        assertThat(log.leaves(0).map(LogLeaf::index).toList())
                .isEqualTo(Stream.iterate(0L, n -> n + 1).limit(200).toList());
        signed();
        assertThat(verified().isIntact()).isTrue();
    }

    @Test
    void proofs_from_the_stored_hashes_hold_for_us_and_for_others() throws Exception {
        fill(75);
        List<LogLeaf> leaves = log.leaves(0).toList();
        for (long size : new long[] {1, 2, 13, 64, 75}) {
            Hash root = log.root(size);
            for (LogLeaf leaf : leaves.subList(0, (int) size)) {
                InclusionProof proof = log.inclusion(leaf.index(), size);
                assertThat(proof.proves(leaf.hash(), root)).isTrue();
                InclusionProofVerifier.verify(
                        leaf.hash().bytes(),
                        leaf.index(),
                        size,
                        proof.path().stream().map(Hash::bytes).toList(),
                        root.bytes());
            }
            for (long first = 0; first <= size; first += 7) {
                assertThat(log.consistency(first, size).proves(log.root(first), root))
                        .isTrue();
            }
            assertThat(log.frontier(size).root()).isEqualTo(root);
        }
        assertThatThrownBy(() -> log.inclusion(3, 76)).hasMessageContaining("has 75 entries, not 76");
        assertThatThrownBy(() -> log.root(76)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_changed_leaf_is_named() throws Exception {
        fill(20);
        signed();
        test.change("update evidence_leaf set data = replace(data, 'version 6', 'version 9') where index = 6");
        assertThat(findings()).containsExactly(new LogCheck.Finding.Altered(6));
        assertThat(verified().rows()).hasSize(1);
    }

    @Test
    void a_leaf_changed_with_its_hash_and_its_row_is_found_between_check_points() throws Exception {
        fill(8);
        signed();
        fill(8);
        signed();
        test.change("update audit_event set detail = '{\"version\":\"forged\"}'"
                + " where id = (select id from evidence_leaf where index = 9)");
        String forged = test.read(
                "select regexp_replace(data, 'version [0-9]+', 'forged')" + " from evidence_leaf where index = 9");
        test.change("update evidence_leaf set data = '" + forged + "', hash = sha256('\\x00' || '" + forged
                + "'::bytea) where index = 9");
        assertThat(LogLeaf.hash(forged))
                .isEqualTo(log.leaves(9).findFirst().orElseThrow().hash());
        assertThat(findings()).containsExactly(new LogCheck.Finding.AlteredWithin(8, 16));
    }

    @Test
    void a_dropped_leaf_is_named_also_the_last_ones() throws Exception {
        fill(20);
        signed();
        test.change("delete from evidence_leaf where index = 6");
        assertThat(findings()).containsExactly(new LogCheck.Finding.Missing(6, 7));
        test.change("delete from evidence_leaf where index >= 17");
        assertThat(findings())
                .containsExactly(new LogCheck.Finding.Missing(6, 7), new LogCheck.Finding.Truncated(17, 20));
    }

    @Test
    void swapped_leaves_are_named() throws Exception {
        fill(20);
        signed();
        test.change("update evidence_leaf a set data = b.data from evidence_leaf b"
                + " where (a.index, b.index) in ((3, 4), (4, 3))");
        assertThat(findings()).containsExactly(new LogCheck.Finding.Altered(3), new LogCheck.Finding.Altered(4));
    }

    @Test
    void every_column_of_an_audit_row_is_held_to_its_leaf() throws Exception {
        new AccessStore(database, UUID::randomUUID).apply(Samples.house(), Samples.applied());
        var denied = entry(new AuditEvent.AccessDenied("web-1", "root", "shell", "no rule"));
        database.transact(dsl -> AuditRow.of(denied).insert(dsl));
        log.take();
        signed();
        assertThat(verified().isIntact()).isTrue();
        for (String change : List.of(
                "time = time + interval '1 microsecond'",
                "actor_id = gen_random_uuid()",
                "actor_name = 'somebody'",
                "source = '192.0.2.99'",
                "action = 'access.allowed'",
                "session_id = gen_random_uuid()",
                "target = 'db-7'",
                "detail = replace(detail, 'no rule', 'a rule')",
                "detail = 'no json'",
                "id = gen_random_uuid()")) {
            test.change("create table kept as select * from audit_event where id = '" + denied.id() + "'");
            test.change("update audit_event set " + change + " where id = '" + denied.id() + "'");
            assertThat(verified().rows())
                    .as(change)
                    .first()
                    .isInstanceOfAny(Verification.RowAltered.class, Verification.RowMissing.class);
            test.change("delete from audit_event where action in ('access.denied', 'access.allowed')");
            assertThat(verified().rows()).containsExactly(new Verification.RowMissing(1, denied.id()));
            test.change("insert into audit_event overriding system value select * from kept");
            test.change("drop table kept");
            assertThat(verified().isIntact()).isTrue();
        }
    }

    @Test
    void a_changed_or_dropped_inner_hash_is_named() throws Exception {
        fill(20);
        signed();
        test.change("update evidence_node set hash = sha256('x') where level = 2 and index = 1");
        test.change("delete from evidence_node where level = 1 and index = 4");
        assertThat(verified().rows())
                .containsExactlyInAnyOrder(
                        new Verification.NodeAltered(new Node(2, 1)), new Verification.NodeAltered(new Node(1, 4)));
        assertThatThrownBy(() -> log.inclusion(10, 20))
                .isInstanceOf(LogDamaged.class)
                .hasMessageContaining("level 1, index 4");
    }

    @Test
    void a_check_point_that_was_kept_elsewhere_convicts_a_log_that_was_made_anew() throws Exception {
        fill(9);
        byte[] kept = signed();
        test.change("truncate evidence_leaf, evidence_node, evidence_checkpoint, audit_event");
        fill(9);
        signed();
        assertThat(verified().isIntact()).isTrue();
        Verification verification = log.verify(LogKeys.LOG, List.of(SIGNING.key()), List.of(kept));
        assertThat(((LogCheck.Answer.Faulty) verification.log()).findings())
                .containsExactly(new LogCheck.Finding.AlteredWithin(0, 9));
    }

    @Test
    void entries_wait_while_the_log_is_damaged_and_nobody_waits_for_them() throws Exception {
        fill(2);
        test.change("create table kept as select * from evidence_node");
        test.change("delete from evidence_node");
        try (var journal = JournaledAuditLog.open(folder.resolve("waiting"), database)) {
            journal.append(started(1));
            assertThat(journal.awaitDrained(DEADLINE)).isTrue();
        }
        assertThatThrownBy(log::take).isInstanceOf(LogDamaged.class);
        assertThat(log.size()).isEqualTo(2);
        test.change("insert into evidence_node select * from kept");
        log.take();
        assertThat(log.size()).isEqualTo(3);
    }

    @Test
    void entries_that_were_cut_off_are_not_written_over() throws Exception {
        fill(8);
        test.change("delete from evidence_leaf where index >= 5");
        database.transact(dsl -> AuditRow.of(started(9)).insert(dsl));
        assertThatThrownBy(log::take).isInstanceOf(LogDamaged.class).hasMessageContaining("from entry 5 on");
        assertThat(log.size()).isEqualTo(5);
    }

    @Test
    void an_audit_event_that_was_slipped_in_is_named() throws Exception {
        fill(3);
        AuditEntry slipped = started(9);
        database.transact(dsl -> AuditRow.insertNew(dsl, List.of(AuditRow.of(slipped))));
        assertThat(verified().rows()).containsExactly(new Verification.LeafMissing(slipped.id()));
    }

    @Test
    void who_gives_entries_their_place_keeps_nobody_from_adding_some() {
        database.transact(taking -> {
            taking.execute("select pg_advisory_xact_lock(8314045600252063591)");
            database.transact(dsl -> AuditRow.of(started(1)).insert(dsl));
        });
        log.take();
        assertThat(log.size()).isEqualTo(1);
    }

    @Test
    void more_than_fit_in_one_transaction_get_their_place_in_their_order() {
        int count = 2 * LogTree.MOST_TAKEN + 1;
        List<UUID> ids = new ArrayList<>();
        database.transact(dsl -> {
            for (int i = 0; i < count; i++) {
                AuditEntry entry = started(i);
                ids.add(entry.id());
                LogTree.add(dsl, AuditRow.of(entry).leaf());
            }
        });
        log.take();
        assertThat(log.leaves(0).map(LogLeaf::id)).containsExactlyElementsOf(ids);
    }

    @Test
    void check_points_are_found_by_hour_and_the_latest_is_the_greatest() throws Exception {
        List<String> notes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            fill(1);
            notes.add(new String(signed(), UTF_8));
        }
        assertThat(log.hourly().stream().map(StoredCheckpoint::size)).containsExactly(1L, 4L);
        assertThat(log.latest().orElseThrow().note()).isEqualTo(notes.getLast());
    }
}
