package sallyport.db;

import static org.assertj.core.api.Assertions.assertThat;
import static sallyport.db.Samples.NOW;
import static sallyport.db.Samples.house;
import static sallyport.db.Samples.opened;
import static sallyport.db.Samples.personOf;
import static sallyport.db.Samples.session;
import static sallyport.db.Samples.targetOf;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sallyport.policy.Environment;
import sallyport.policy.Person;
import sallyport.policy.Reason;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.retention.Hold;
import sallyport.policy.retention.Purge;
import sallyport.policy.retention.RecordingFacts;
import sallyport.policy.retention.RetentionRule;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;

class KeptRecordingsTest {

    private static final RetentionRule NINETY = new RetentionRule(Environment.STAGING, 90);
    private static final Instant DUE = NOW.plus(Duration.ofDays(90));
    private static final Reason CASE = new Reason("case 7");

    private final TestDatabase test = TestDatabase.create();
    private final Database database = test.connect();
    private final AccessStore store = new AccessStore(database, UUID::randomUUID);
    private final SessionHistory history = new SessionHistory(database);
    private final KeptRecordings kept = new KeptRecordings(database);
    private Person engineer;

    @BeforeEach
    void furnish() {
        store.apply(house(), Samples.applied());
        engineer = personOf(store.snapshot(), "engineer");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private SessionId live(String target) {
        SessionRow row = session(engineer, targetOf(store.snapshot(), target), "deploy", NOW, Optional.empty());
        history.open(row, opened(row));
        return row.id();
    }

    private SessionId ended(String target, Instant at) {
        SessionId id = live(target);
        test.change("update session set state = 'ended', ending = 'exited', ended_at = '" + at
                + "', recording_bytes = 17, recording_sha256 = 'ab' where id = '" + id + "'");
        return id;
    }

    private static SequencedMap<Environment, Instant> endedBy(Instant staging, Instant production) {
        return new TreeMap<>(Map.of(Environment.STAGING, staging, Environment.PRODUCTION, production));
    }

    private Hold hold(SessionId id) {
        HoldOutcome outcome = kept.hold(
                id, CASE, engineer, NOW, n -> Samples.entry(new AuditEvent.RecordingHeld(id, n, CASE.value())));
        return ((HoldOutcome.Done) outcome).hold();
    }

    private ReleaseOutcome release(SessionId id, Optional<Integer> number) {
        return kept.release(
                id,
                number,
                new Reason("closed"),
                engineer,
                NOW,
                n -> Samples.entry(new AuditEvent.RecordingReleased(id, n, "closed")));
    }

    private boolean purge(SessionId id, Instant now) {
        return kept.purge(id, NINETY, now, purged(id));
    }

    private static AuditEntry purged(SessionId id) {
        return Samples.entry(
                new AuditEvent.RecordingPurged(id, NINETY.words(), DUE, Optional.of(17L), Optional.of("ab")));
    }

    private List<SessionId> due(Instant staging, Instant production) {
        return kept.due(endedBy(staging, production), Optional.empty(), 10).stream()
                .map(DueRecording::session)
                .toList();
    }

    @Test
    void due_are_those_that_ended_by_the_time_of_their_environment_oldest_first() {
        SessionId second = ended("web-1", NOW);
        SessionId first = ended("web-1", NOW.minusSeconds(1));
        ended("web-1", NOW.plusNanos(1_000));
        SessionId production = ended("db-7", NOW.minusSeconds(2));
        live("web-1");

        assertThat(due(NOW, NOW.minusSeconds(3))).containsExactly(first, second);
        assertThat(due(NOW, NOW.minusSeconds(2))).containsExactly(production, first, second);
        assertThat(kept.due(endedBy(NOW, NOW), Optional.empty(), 1))
                .containsExactly(new DueRecording(
                        production, Environment.PRODUCTION, NOW.minusSeconds(2), Optional.of(17L), Optional.of("ab")));
        assertThat(kept.due(endedBy(NOW, NOW.minusSeconds(9)), Optional.of(NOW), 10))
                .extracting(DueRecording::session)
                .containsExactly(second);
    }

    @Test
    void what_is_held_is_not_due_and_cannot_be_purged_until_the_last_hold_is_released() {
        SessionId id = ended("web-1", NOW);
        Hold one = hold(id);
        Hold two = hold(id);
        assertThat(List.of(one.number(), two.number())).containsExactly(1, 2);
        assertThat(due(NOW, NOW)).isEmpty();
        assertThat(purge(id, DUE)).isFalse();
        assertThat(release(id, Optional.empty())).isEqualTo(new ReleaseOutcome.Several(List.of(one, two)));
        assertThat(release(id, Optional.of(1))).isEqualTo(new ReleaseOutcome.Done(one, List.of(two)));
        assertThat(release(id, Optional.of(1))).isEqualTo(new ReleaseOutcome.NoSuch());
        assertThat(purge(id, DUE)).isFalse();
        assertThat(release(id, Optional.empty())).isEqualTo(new ReleaseOutcome.Done(two, List.of()));
        assertThat(hold(id).number()).isEqualTo(3);
        assertThat(release(id, Optional.of(3))).isInstanceOf(ReleaseOutcome.Done.class);
        assertThat(due(NOW, NOW)).containsExactly(id);
        assertThat(purge(id, DUE)).isTrue();
        assertThat(test.read("select count(*) from recording_hold where release_reason = 'closed'"))
                .isEqualTo("3");
        assertThat(test.read("select string_agg(action, ' ' order by sequence) from audit_event"
                        + " where session_id = '" + id + "'"))
                .isEqualTo("session.opened recording.held recording.held recording.released recording.released"
                        + " recording.held recording.released recording.purged");
    }

    @Test
    void a_purge_needs_the_days_the_end_and_the_environment_and_happens_once() {
        SessionId id = ended("web-1", NOW);
        assertThat(purge(id, DUE.minusNanos(1_000))).isFalse();
        assertThat(purge(live("web-1"), DUE)).isFalse();
        assertThat(purge(ended("db-7", NOW), DUE)).isFalse();
        assertThat(purge(id, DUE)).isTrue();
        assertThat(purge(id, DUE)).isFalse();
        assertThat(test.read("select count(*) from audit_event where action = 'recording.purged'"))
                .isEqualTo("1");
        assertThat(test.read("select detail from audit_event where action = 'recording.purged'"))
                .isEqualTo("{\"rule\":\"staging 90 days\",\"kept_until\":\"2027-02-19T08:30:00.123456Z\","
                        + "\"bytes\":17,\"sha256\":\"ab\"}");
        assertThat(kept.hold(id, CASE, engineer, DUE, _ -> purged(id)))
                .isEqualTo(new HoldOutcome.TooLate(new Purge(DUE, "staging 90 days")));
    }

    @Test
    void what_was_purged_is_to_be_removed_until_it_is_said_to_be() {
        SessionId id = ended("web-1", NOW);
        assertThat(kept.unremoved(10)).isEmpty();
        kept.removed(id, DUE);
        assertThat(purge(id, DUE)).isTrue();
        assertThat(kept.unremoved(10)).containsExactly(new UnremovedRecording(id, "staging 90 days"));
        kept.removed(id, DUE.plusSeconds(1));
        kept.removed(id, DUE.plusSeconds(2));
        assertThat(kept.unremoved(10)).isEmpty();
        assertThat(test.read("select extract(epoch from recording_removed_at - recording_purged_at)::int from session"
                        + " where id = '" + id + "'"))
                .isEqualTo("1");
        assertThat(history.find(id)).isPresent();
    }

    @Test
    void of_a_hold_and_a_purge_at_the_same_moment_one_wins() throws Exception {
        try (ExecutorService both = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 20; round++) {
                SessionId id = ended("web-1", NOW);
                CyclicBarrier together = new CyclicBarrier(2);
                Future<HoldOutcome> holding = both.submit(() -> {
                    together.await();
                    return kept.hold(
                            id,
                            CASE,
                            engineer,
                            NOW,
                            n -> Samples.entry(new AuditEvent.RecordingHeld(id, n, CASE.value())));
                });
                Future<Boolean> purging = both.submit(() -> {
                    together.await();
                    return purge(id, DUE);
                });
                assertThat(holding.get() instanceof HoldOutcome.Done).isNotEqualTo(purging.get());
            }
        }
    }

    @Test
    void one_bastion_gets_the_sweep_of_an_hour() throws Exception {
        ended("web-1", NOW);
        live("web-1");
        Duration hour = Duration.ofHours(1);
        assertThat(kept.lastSweep()).isEmpty();
        List<SweepTurn> turns = new ArrayList<>();
        try (ExecutorService several = Executors.newFixedThreadPool(4)) {
            List<Future<Optional<SweepTurn>>> tries = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                tries.add(several.submit(() -> kept.takeTurn(NOW, hour)));
            }
            for (Future<Optional<SweepTurn>> one : tries) {
                one.get().ifPresent(turns::add);
            }
        }
        assertThat(turns).containsExactly(new SweepTurn(Optional.empty(), 2));
        assertThat(kept.takeTurn(NOW.plus(hour).minusNanos(1_000), hour)).isEmpty();
        assertThat(kept.takeTurn(NOW.plus(hour), hour)).contains(new SweepTurn(Optional.of(NOW), 2));
        assertThat(kept.lastSweep()).contains(NOW.plus(hour));
        kept.trust(NOW, Samples.entry(new AuditEvent.RetentionResumed("the clock is right")));
        assertThat(kept.lastSweep()).contains(NOW);
    }

    @Test
    void facts_and_counts_say_how_things_stand() {
        SessionId held = ended("web-1", NOW);
        SessionId due = ended("web-1", NOW);
        SessionId gone = ended("web-1", NOW);
        SessionId lives = live("db-7");
        Hold hold = hold(held);
        purge(gone, DUE);

        assertThat(kept.facts(List.of(held, gone, lives, new SessionId(UUID.randomUUID()))))
                .containsOnly(
                        Map.entry(
                                held,
                                new RecordingFacts(
                                        Environment.STAGING, Optional.of(NOW), List.of(hold), Optional.empty())),
                        Map.entry(
                                gone,
                                new RecordingFacts(
                                        Environment.STAGING,
                                        Optional.of(NOW),
                                        List.of(),
                                        Optional.of(new Purge(DUE, "staging 90 days")))),
                        Map.entry(
                                lives,
                                new RecordingFacts(
                                        Environment.PRODUCTION, Optional.empty(), List.of(), Optional.empty())));
        assertThat(due(NOW, NOW)).containsExactly(due);
        assertThat(kept.counts(endedBy(NOW, NOW))).isEqualTo(new KeptCounts(3, 1, 1, 1, Optional.empty()));
    }

    @Test
    void the_newest_evidence_is_the_latest_session_or_audit_event() {
        assertThat(kept.newestEvidence()).contains(NOW);
        SessionRow row =
                session(engineer, targetOf(store.snapshot(), "web-1"), "late", NOW.plusSeconds(9), Optional.empty());
        history.open(row, opened(row));
        assertThat(kept.newestEvidence()).contains(NOW.plusSeconds(9));
    }
}
