package sallyport.db;

import static sallyport.db.schema.Tables.AUDIT_EVENT;
import static sallyport.db.schema.Tables.RECORDING_HOLD;
import static sallyport.db.schema.Tables.RETENTION;
import static sallyport.db.schema.Tables.SESSION;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import sallyport.db.schema.tables.records.RecordingHoldRecord;
import sallyport.db.schema.tables.records.SessionRecord;
import sallyport.policy.Environment;
import sallyport.policy.Person;
import sallyport.policy.PersonName;
import sallyport.policy.Reason;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.retention.Hold;
import sallyport.policy.retention.Purge;
import sallyport.policy.retention.RecordingFacts;
import sallyport.policy.retention.RetentionRule;
import sallyport.policy.session.SessionId;

/**
 * What is known of recordings beside their files: who holds them, and which were removed by which rule. Rows of the history and
 * of the audit log stay when a recording goes.
 *
 * <p>Removing takes two steps, so that a crash leaves either a recording that is kept or a row that says it is removed:
 * {@link #purge} decides it for good and writes the audit entry in the same transaction, then the files go, then
 * {@link #removed} says so. Whatever was purged and is not removed is in {@link #unremoved}.
 */
public final class KeptRecordings {

    private final Database database;

    public KeptRecordings(Database database) {
        this.database = database;
    }

    /** What decides about the recordings of these sessions; those that there are. */
    public Map<SessionId, RecordingFacts> facts(Collection<SessionId> sessions) {
        List<UUID> ids = sessions.stream().map(SessionId::value).toList();
        return database.readAtOneMoment(dsl -> {
            Map<UUID, List<Hold>> holds = dsl
                    .selectFrom(RECORDING_HOLD)
                    .where(RECORDING_HOLD.SESSION_ID.in(ids))
                    .and(RECORDING_HOLD.RELEASED_AT.isNull())
                    .orderBy(RECORDING_HOLD.SESSION_ID, RECORDING_HOLD.NUMBER)
                    .stream()
                    .collect(Collectors.groupingBy(
                            RecordingHoldRecord::getSessionId,
                            Collectors.mapping(KeptRecordings::hold, Collectors.toList())));
            Map<SessionId, RecordingFacts> facts = new HashMap<>();
            dsl.selectFrom(SESSION)
                    .where(SESSION.ID.in(ids))
                    .forEach(row -> facts.put(
                            new SessionId(row.getId()), facts(row, holds.getOrDefault(row.getId(), List.of()))));
            return facts;
        });
    }

    private static RecordingFacts facts(SessionRecord row, List<Hold> holds) {
        return new RecordingFacts(
                AccessTables.environment(row.getEnvironment()),
                Optional.ofNullable(row.getEndedAt()),
                holds,
                purge(row));
    }

    private static Optional<Purge> purge(SessionRecord row) {
        return Optional.ofNullable(row.getRecordingPurgedAt()).map(at -> new Purge(at, row.getRecordingPurgeRule()));
    }

    private static Hold hold(RecordingHoldRecord row) {
        return new Hold(
                row.getNumber(), new Reason(row.getReason()), new PersonName(row.getHeldByName()), row.getHeldAt());
    }

    /**
     * Holds a recording, beside those who hold it already.
     *
     * @param session there is such a session
     * @param entry about the hold of that number; stored with it
     */
    public HoldOutcome hold(SessionId session, Reason reason, Person by, Instant now, IntFunction<AuditEntry> entry) {
        return database.inTransaction(dsl -> {
            Optional<Purge> purge = purge(lock(dsl, session).orElseThrow());
            if (purge.isPresent()) {
                return new HoldOutcome.TooLate(purge.get());
            }
            int number = dsl.fetchCount(RECORDING_HOLD, RECORDING_HOLD.SESSION_ID.eq(session.value())) + 1;
            RecordingHoldRecord row = new RecordingHoldRecord();
            row.setSessionId(session.value());
            row.setNumber(number);
            row.setReason(StoredText.of(reason.value()));
            row.setHeldBy(by.id().value());
            row.setHeldByName(by.name().value());
            row.setHeldAt(StoredTime.of(now));
            dsl.insertInto(RECORDING_HOLD).set(row).execute();
            AuditRow.of(entry.apply(number)).insert(dsl);
            return new HoldOutcome.Done(hold(row));
        });
    }

    /**
     * Lets go of a hold.
     *
     * @param session there is such a session
     * @param number which one; empty if there is only one
     * @param entry about the hold of that number; stored with the release
     */
    public ReleaseOutcome release(
            SessionId session,
            Optional<Integer> number,
            Reason reason,
            Person by,
            Instant now,
            IntFunction<AuditEntry> entry) {
        return database.inTransaction(dsl -> {
            var _ = lock(dsl, session);
            List<Hold> inForce = dsl.selectFrom(RECORDING_HOLD)
                    .where(RECORDING_HOLD.SESSION_ID.eq(session.value()))
                    .and(RECORDING_HOLD.RELEASED_AT.isNull())
                    .orderBy(RECORDING_HOLD.NUMBER)
                    .fetch(KeptRecordings::hold);
            List<Hold> meant = inForce.stream()
                    .filter(hold -> number.isEmpty() || number.get() == hold.number())
                    .toList();
            if (meant.isEmpty()) {
                return new ReleaseOutcome.NoSuch();
            }
            if (meant.size() > 1) {
                return new ReleaseOutcome.Several(meant);
            }
            Hold released = meant.getFirst();
            dsl.update(RECORDING_HOLD)
                    .set(RECORDING_HOLD.RELEASED_BY, by.id().value())
                    .set(RECORDING_HOLD.RELEASED_BY_NAME, by.name().value())
                    .set(RECORDING_HOLD.RELEASED_AT, StoredTime.of(now))
                    .set(RECORDING_HOLD.RELEASE_REASON, StoredText.of(reason.value()))
                    .where(RECORDING_HOLD.SESSION_ID.eq(session.value()))
                    .and(RECORDING_HOLD.NUMBER.eq(released.number()))
                    .execute();
            AuditRow.of(entry.apply(released.number())).insert(dsl);
            return new ReleaseOutcome.Done(
                    released,
                    inForce.stream().filter(hold -> !hold.equals(released)).toList());
        });
    }

    /**
     * Keeps holds and sweeps of one session apart: whoever comes second waits here, and the statements that follow see what
     * the first has committed.
     */
    private static Optional<SessionRecord> lock(DSLContext dsl, SessionId session) {
        return dsl.selectFrom(SESSION)
                .where(SESSION.ID.eq(session.value()))
                .forNoKeyUpdate()
                .fetchOptional();
    }

    /**
     * Takes this hour's sweep, if it is not taken: of several bastions one gets it.
     *
     * @param apart how long ago the last one must have begun
     */
    public Optional<SweepTurn> takeTurn(Instant now, Duration apart) {
        return database.inTransaction(dsl -> {
            Optional<Instant> before = Optional.ofNullable(
                    dsl.select(RETENTION.SWEPT_AT).from(RETENTION).forUpdate().fetchSingle(RETENTION.SWEPT_AT));
            if (before.isPresent() && before.get().plus(apart).isAfter(now)) {
                return Optional.empty();
            }
            dsl.update(RETENTION).set(RETENTION.SWEPT_AT, StoredTime.of(now)).execute();
            return Optional.of(new SweepTurn(before, dsl.fetchCount(SESSION, kept())));
        });
    }

    /** Says that {@code now} is a time to go by, whatever the last sweep was, with {@code entry} about it. */
    public void trust(Instant now, AuditEntry entry) {
        database.transact(dsl -> {
            dsl.update(RETENTION).set(RETENTION.SWEPT_AT, StoredTime.of(now)).execute();
            AuditRow.of(entry).insert(dsl);
        });
    }

    /** When a sweep last began, or {@link #trust} was said. */
    public Optional<Instant> lastSweep() {
        return database.ask(KeptRecordings::lastSweep);
    }

    private static Optional<Instant> lastSweep(DSLContext dsl) {
        return Optional.ofNullable(
                dsl.select(RETENTION.SWEPT_AT).from(RETENTION).fetchSingle(RETENTION.SWEPT_AT));
    }

    /** The latest time that anything stored bears: what is known of time where no sweep has ever been. */
    public Optional<Instant> newestEvidence() {
        return database.ask(dsl -> {
            Stream<@Nullable Instant> newest = Stream.of(
                    dsl.select(DSL.max(SESSION.STARTED_AT)).from(SESSION).fetchSingle(DSL.max(SESSION.STARTED_AT)),
                    dsl.select(AUDIT_EVENT.TIME)
                            .from(AUDIT_EVENT)
                            .orderBy(AUDIT_EVENT.SEQUENCE.desc())
                            .limit(1)
                            .fetchOne(AUDIT_EVENT.TIME));
            return newest.flatMap(Stream::ofNullable).max(Instant::compareTo);
        });
    }

    /**
     * Recordings whose time is over and that nobody holds, those first whose sessions ended first.
     *
     * @param endedBy for each environment when a session must have ended, at the latest; of others there are none
     * @param notBefore when a session must have ended, at the earliest
     */
    public List<DueRecording> due(SequencedMap<Environment, Instant> endedBy, Optional<Instant> notBefore, int limit) {
        return database.ask(dsl -> dsl.selectFrom(SESSION)
                .where(due(endedBy))
                .and(notBefore
                        .map(since -> SESSION.ENDED_AT.ge(StoredTime.of(since)))
                        .orElse(DSL.noCondition()))
                .orderBy(SESSION.ENDED_AT, SESSION.ID)
                .limit(limit)
                .fetch(row -> new DueRecording(
                        new SessionId(row.getId()),
                        AccessTables.environment(row.getEnvironment()),
                        row.getEndedAt(),
                        Optional.ofNullable(row.getRecordingBytes()),
                        Optional.ofNullable(row.getRecordingSha256()))));
    }

    /** How things stand. */
    public KeptCounts counts(SequencedMap<Environment, Instant> endedBy) {
        return database.readAtOneMoment(dsl -> new KeptCounts(
                dsl.fetchCount(SESSION, kept()),
                dsl.fetchCount(SESSION, kept().and(held())),
                dsl.fetchCount(SESSION, due(endedBy)),
                dsl.fetchCount(SESSION, unremovedCondition()),
                lastSweep(dsl)));
    }

    private static Condition kept() {
        return SESSION.RECORDING_PURGED_AT.isNull();
    }

    private static Condition unremovedCondition() {
        return SESSION.RECORDING_PURGED_AT.isNotNull().and(SESSION.RECORDING_REMOVED_AT.isNull());
    }

    private static Condition held() {
        return DSL.exists(DSL.selectOne()
                .from(RECORDING_HOLD)
                .where(RECORDING_HOLD.SESSION_ID.eq(SESSION.ID))
                .and(RECORDING_HOLD.RELEASED_AT.isNull()));
    }

    private static Condition due(SequencedMap<Environment, Instant> endedBy) {
        Condition any = endedBy.entrySet().stream()
                .map(entry -> SESSION.ENVIRONMENT
                        .eq(entry.getKey().word())
                        .and(SESSION.ENDED_AT.le(StoredTime.of(entry.getValue()))))
                .reduce(DSL.falseCondition(), Condition::or);
        // What no environment can reach is left out first, so that the index on the end is used for all of them.
        Instant latest = endedBy.values().stream().max(Instant::compareTo).orElse(Instant.EPOCH);
        return kept().and(SESSION.ENDED_AT.le(StoredTime.of(latest))).and(any).andNot(held());
    }

    /**
     * Decides for good that a recording is removed, unless somebody holds it by now, it is removed already, or its time is not
     * over by {@code rule}. The files come after this; see {@link #removed}.
     *
     * @param entry stored with it
     * @return whether it was decided now
     */
    public boolean purge(SessionId session, RetentionRule rule, Instant now, AuditEntry entry) {
        return database.inTransaction(dsl -> {
            var _ = lock(dsl, session);
            boolean decided = dsl.update(SESSION)
                            .set(SESSION.RECORDING_PURGED_AT, StoredTime.of(now))
                            .set(SESSION.RECORDING_PURGE_RULE, rule.words())
                            .where(SESSION.ID.eq(session.value()))
                            .and(SESSION.ENVIRONMENT.eq(rule.environment().word()))
                            .and(SESSION.ENDED_AT.le(StoredTime.of(now.minus(Duration.ofDays(rule.days())))))
                            .and(kept())
                            .andNot(held())
                            .execute()
                    == 1;
            if (decided) {
                AuditRow.of(entry).insert(dsl);
            }
            return decided;
        });
    }

    /** The files of a purged recording are gone. */
    public void removed(SessionId session, Instant now) {
        database.transact(dsl -> dsl.update(SESSION)
                .set(SESSION.RECORDING_REMOVED_AT, StoredTime.of(now))
                .where(SESSION.ID.eq(session.value()))
                .and(unremovedCondition())
                .execute());
    }

    /**
     * Recordings that were purged and whose files are still to go, oldest purge first, with the rule's words: what a crash
     * left behind, or what could not be removed.
     */
    public List<UnremovedRecording> unremoved(int limit) {
        return database.ask(dsl -> dsl.selectFrom(SESSION)
                .where(unremovedCondition())
                .orderBy(SESSION.RECORDING_PURGED_AT, SESSION.ID)
                .limit(limit)
                .fetch(row -> new UnremovedRecording(new SessionId(row.getId()), row.getRecordingPurgeRule())));
    }
}
