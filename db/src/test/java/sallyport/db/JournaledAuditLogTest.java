package sallyport.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static sallyport.db.Samples.NOW;
import static sallyport.db.Samples.ended;
import static sallyport.db.Samples.entry;
import static sallyport.db.Samples.house;
import static sallyport.db.Samples.key;
import static sallyport.db.Samples.opened;
import static sallyport.db.Samples.personOf;
import static sallyport.db.Samples.session;
import static sallyport.db.Samples.targetOf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sallyport.policy.SessionName;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;

class JournaledAuditLogTest {

    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final TestDatabase test = TestDatabase.create();
    private final Database database = test.connect();

    /** Nobody listens on port 1. */
    private final Database away =
            Database.connect(new DatabaseSettings("jdbc:postgresql://127.0.0.1:1/x", "x", "x"), InstantSource.system());

    private final AccessStore store = new AccessStore(database, UUID::randomUUID);
    private final SessionHistory history = new SessionHistory(database);

    @TempDir
    Path temporary;

    private Path folder;
    private SessionRow row;

    @BeforeEach
    void furnish() {
        folder = temporary.resolve("journal");
        store.apply(house(), Samples.applied());
        AccessSnapshot snapshot = store.snapshot();
        row = session(personOf(snapshot, "engineer"), targetOf(snapshot, "web-1"), "deploy", NOW, Optional.empty());
        history.open(row, opened(row));
    }

    @AfterEach
    void close() {
        database.close();
        away.close();
    }

    private static AuditEntry started(int number) {
        return entry(new AuditEvent.BastionStarted("version " + number));
    }

    private String count(String action) {
        return test.read("select count(*) from audit_event where action = '" + action + "'");
    }

    private SessionRow stored() {
        return history.find(row.id()).orElseThrow();
    }

    private static void drain(JournaledAuditLog log) throws InterruptedException {
        assertThat(log.awaitDrained(DEADLINE)).isTrue();
        assertThat(log.waitingBytes()).isZero();
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(suffix)).sorted().toList();
        }
    }

    @Test
    void what_an_entry_says_about_its_session_is_in_the_row() throws Exception {
        try (var log = JournaledAuditLog.open(folder, database)) {
            log.append(entry(new AuditEvent.SessionAttached(row.id(), key(1), "driver", 80, 24)));
            drain(log);
            assertThat(stored().state()).isEqualTo("running");
            log.append(entry(new AuditEvent.SessionDetached(row.id(), "connection lost")));
            drain(log);
            assertThat(stored().state()).isEqualTo("detached");
            log.append(ended(row, "failed", "exited", 3));
            log.append(entry(new AuditEvent.RecordingSealed(row.id(), 4711, "ab12")));
            drain(log);
        }
        SessionRow stored = stored();
        assertThat(stored.state()).isEqualTo("failed");
        assertThat(stored.ending()).contains("exited");
        assertThat(stored.endingDetail()).contains("how");
        assertThat(stored.exitStatus()).contains(3);
        assertThat(stored.endedAt()).contains(NOW);
        assertThat(stored.recordingBytes()).contains(4711L);
        assertThat(stored.recordingSha256()).contains("ab12");
        assertThat(test.read("select string_agg(action, ' ' order by sequence) from audit_event"))
                .isEqualTo("policy.applied session.opened session.attached session.detached session.ended"
                        + " recording.sealed");
    }

    @Test
    void a_new_name_and_a_link_are_in_the_row_also_once_it_is_over() throws Exception {
        try (var log = JournaledAuditLog.open(folder, database)) {
            log.append(entry(new AuditEvent.SessionRenamed(row.id(), "deploy", "deploy-42")));
            log.append(entry(new AuditEvent.SessionLinked(row.id(), "https://tickets.example/INC-42")));
            drain(log);
            assertThat(stored())
                    .isEqualTo(row.withName(new SessionName("deploy-42"))
                            .withLink(Optional.of("https://tickets.example/INC-42")));
            log.append(ended(row, "ended", "exited", 0));
            log.append(entry(new AuditEvent.SessionRenamed(row.id(), "deploy-42", "done")));
            log.append(entry(new AuditEvent.SessionLinked(row.id(), "")));
            drain(log);
        }
        assertThat(stored().name()).isEqualTo(new SessionName("done"));
        assertThat(stored().link()).isEmpty();
    }

    @Test
    void the_first_ending_stands_and_nothing_resurrects_a_session() throws Exception {
        try (var log = JournaledAuditLog.open(folder, database)) {
            log.append(ended(row, "ended", "revoked"));
            log.append(ended(row, "failed", "bastion_died"));
            log.append(entry(new AuditEvent.SessionAttached(row.id(), key(1), "driver", 80, 24)));
            log.append(entry(new AuditEvent.SessionDetached(row.id(), "late")));
            drain(log);
        }
        assertThat(stored().state()).isEqualTo("ended");
        assertThat(stored().ending()).contains("revoked");
        assertThat(count("session.ended")).isEqualTo("2");
    }

    @Test
    void an_entry_about_a_session_that_was_never_stored_does_no_harm() throws Exception {
        SessionId unknown = new SessionId(UUID.randomUUID());
        try (var log = JournaledAuditLog.open(folder, database)) {
            log.append(entry(new AuditEvent.SessionEnded(
                    unknown, "failed", "bastion_failed", "", Optional.empty(), 0, Optional.empty())));
            drain(log);
        }
        assertThat(count("session.ended")).isEqualTo("1");
    }

    @Test
    void the_same_entry_twice_is_stored_once_and_takes_effect_once() throws Exception {
        AuditEntry attached = entry(new AuditEvent.SessionAttached(row.id(), key(1), "driver", 80, 24));
        try (var log = JournaledAuditLog.open(folder, database)) {
            log.append(attached);
            log.append(attached);
            drain(log);
            log.append(entry(new AuditEvent.SessionDetached(row.id(), "left")));
            log.append(attached);
            drain(log);
        }
        assertThat(count("session.attached")).isEqualTo("1");
        assertThat(stored().state()).isEqualTo("detached");
    }

    @Test
    void entries_of_fifty_threads_all_arrive() throws Exception {
        try (var log = JournaledAuditLog.open(folder, database)) {
            AccessRequestsTest.atOnce(50, i -> () -> {
                for (int j = 0; j < 20; j++) {
                    log.append(started(20 * i + j));
                }
                return i;
            });
            drain(log);
        }
        assertThat(test.read("select count(distinct detail) from audit_event where action = 'bastion.started'"))
                .isEqualTo("1000");
        assertThat(count("bastion.started")).isEqualTo("1000");
        assertThat(files(".journal")).isEmpty();
    }

    @Test
    void entries_survive_a_kill_and_a_torn_tail_and_are_stored_once() throws Exception {
        Path killed = temporary.resolve("killed");
        try (var log = JournaledAuditLog.open(folder, away)) {
            for (int i = 0; i < 250; i++) {
                log.append(started(i));
            }
            log.append(ended(row, "ended", "exited", 0));
            assertThat(log.isTaking()).isTrue();
            copy(folder, killed);
        }
        Path segment = killed.resolve(files(".journal").getFirst().getFileName());
        Files.writeString(segment, "0badc0de {\"id\":\"half a li", StandardOpenOption.APPEND);
        Path again = temporary.resolve("again");
        copy(killed, again);
        for (Path place : List.of(killed, again)) {
            try (var log = JournaledAuditLog.open(place, database)) {
                drain(log);
                assertThat(count("bastion.started")).isEqualTo("250");
                assertThat(count("session.ended")).isEqualTo("1");
                assertThat(stored().state()).isEqualTo("ended");
            }
        }
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
    void cut_at_any_byte_the_whole_lines_before_are_kept() throws Exception {
        List<AuditRow> rows = new ArrayList<>();
        var bytes = new ByteArrayOutputStream();
        List<Integer> ends = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            rows.add(AuditRow.of(started(i)));
            bytes.writeBytes(JournalLine.encode(rows.getLast().json()));
            ends.add(bytes.size());
        }
        Path file = temporary.resolve("0000000000000000.journal");
        for (int length = 0; length <= bytes.size(); length++) {
            int cut = length;
            Files.write(file, Arrays.copyOf(bytes.toByteArray(), cut));
            int whole = (int) ends.stream().filter(end -> end <= cut).count();
            JournalSegment segment = JournalSegment.found(file);
            assertThat(segment.size).isEqualTo(whole == 0 ? 0 : ends.get(whole - 1));
            assertThat(Files.size(file)).isEqualTo(segment.size);
            if (whole > 0) {
                JournalSegment.Batch batch = segment.read(0, segment.size);
                assertThat(batch.rows()).isEqualTo(rows.subList(0, whole));
                assertThat(batch.damaged()).isFalse();
            }
        }
    }

    @Test
    void a_damaged_line_costs_itself_and_its_file_is_kept() throws Exception {
        try (var log = JournaledAuditLog.open(folder, away)) {
            for (int i = 0; i < 3; i++) {
                log.append(started(i));
            }
        }
        Path file = files(".journal").getFirst();
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        try (var log = JournaledAuditLog.open(folder, database)) {
            drain(log);
            assertThat(count("bastion.started")).isEqualTo("2");
            assertThat(files(".journal.damaged")).hasSize(1);
            assertThat(Files.readAllBytes(files(".journal.damaged").getFirst())).isEqualTo(bytes);
        }
    }

    @Test
    void an_entry_that_the_database_never_takes_is_set_aside_and_holds_up_nobody() throws Exception {
        try (var log = JournaledAuditLog.open(folder, away)) {
            log.append(started(1));
            log.append(ended(row, "no such state", "exited", 0));
            log.append(started(2));
        }
        try (var log = JournaledAuditLog.open(folder, database)) {
            drain(log);
            assertThat(count("bastion.started")).isEqualTo("2");
            assertThat(Files.readString(folder.resolve("refused.jsonl"))).contains("no such state");
            assertThat(stored().endedAt()).isEmpty();
        }
    }

    @Test
    void a_full_journal_says_so_before_it_refuses_and_empties_again() throws Exception {
        int limit = 64 << 10;
        String bulk = "x".repeat(4_000);
        try (var log = JournaledAuditLog.open(folder, away, limit)) {
            boolean stopped = false;
            long taken = 0;
            while (true) {
                try {
                    log.append(entry(new AuditEvent.LoginRefused(bulk, "unknown key")));
                    taken++;
                    stopped |= !log.isTaking();
                } catch (UncheckedIOException full) {
                    assertThat(full).hasMessageContaining("it is full");
                    break;
                }
            }
            assertThat(stopped)
                    .as("openings stop while endings are still taken")
                    .isTrue();
            assertThat(taken).isBetween(14L, 16L);
            assertThat(log.isTaking()).isFalse();
        }
        try (var log = JournaledAuditLog.open(folder, database, limit)) {
            drain(log);
            assertThat(log.isTaking()).isTrue();
            log.append(started(1));
            drain(log);
        }
    }

    @Test
    void an_interrupted_caller_leaves_the_journal_whole() throws Exception {
        try (var log = JournaledAuditLog.open(folder, database)) {
            Thread.currentThread().interrupt();
            log.append(started(1));
            assertThat(Thread.interrupted()).isTrue();
            log.append(started(2));
            drain(log);
        }
        assertThat(count("bastion.started")).isEqualTo("2");
    }

    @Test
    void when_the_disk_refuses_openings_stop_until_it_takes_bytes_again() throws Exception {
        try (var log = JournaledAuditLog.open(folder, database)) {
            Path elsewhere = temporary.resolve("elsewhere");
            Files.move(folder, elsewhere);
            assertThatThrownBy(() -> log.append(started(1)))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("look at the disk");
            assertThat(log.isTaking()).isFalse();
            Files.move(elsewhere, folder);
            await().atMost(DEADLINE).until(log::isTaking);
            log.append(started(2));
            drain(log);
        }
        assertThat(test.read("select detail from audit_event where action = 'bastion.started'"))
                .isEqualTo("{\"version\":\"version 2\"}");
    }

    @Test
    void a_folder_serves_one_bastion_at_a_time() {
        try (var log = JournaledAuditLog.open(folder, database)) {
            assertThatThrownBy(() -> JournaledAuditLog.open(folder, database))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasStackTraceContaining("in use by another bastion");
            assertThat(log.isTaking()).isTrue();
        }
        JournaledAuditLog.open(folder, database).close();
    }

    @Test
    void a_closed_log_takes_nothing() {
        var log = JournaledAuditLog.open(folder, database);
        log.close();
        log.close();
        assertThat(log.isTaking()).isFalse();
        assertThatThrownBy(() -> log.append(started(1))).hasMessageContaining("it is closed");
    }
}
