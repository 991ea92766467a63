package sallyport.db;

import static sallyport.db.schema.Tables.ACCESS_GRANT;
import static sallyport.db.schema.Tables.SESSION;
import static sallyport.db.schema.Tables.SESSION_CLEARED;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import sallyport.policy.Crockford;
import sallyport.policy.PersonId;
import sallyport.policy.SessionName;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;

/** Sessions as they are remembered, and the export of all that happened. */
public final class SessionHistory {

    /** How many sessions {@link #byCode} and {@link #byName} return at most: more than anybody wants to choose from. */
    public static final int MOST_CANDIDATES = 20;

    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private static final Pattern CODE_PREFIX = Pattern.compile("[0-9A-HJKMNP-TV-Z]{4," + SessionId.CODE_LENGTH + "}");

    private final Database database;

    public SessionHistory(Database database) {
        this.database = database;
    }

    /**
     * Stores a session that is about to start and {@code entry} about it, and starts the clock of the grant it rests on if
     * this is its first use: one transaction, to be committed before the backend starts.
     *
     * @return when the grant ends and the session with it; empty if it rests on none. May be earlier than the permit said, if
     *     another session used the grant first in between
     * @throws GrantGone if the grant is not live at {@code row.startedAt()}, or not for this person, target and login
     * @throws DatabaseAway if the database does not answer; if it happened during the commit, the row may be there: append a
     *     {@code SessionEnded} for it to the audit log, which does no harm if it is not
     */
    public Optional<Instant> open(SessionRow row, AuditEntry entry) {
        return database.inTransaction(dsl -> {
            Optional<Instant> until = row.grant().map(grant -> use(dsl, grant, row));
            dsl.insertInto(SESSION).set(SessionRows.record(row)).execute();
            AuditRow.of(entry).insert(dsl);
            return until;
        });
    }

    /**
     * Uses a grant: checks and starts its clock in one statement. PostgreSQL makes a second user wait for the row and puts
     * the conditions again to what the first has left, so however many come at once, one starts the clock (T14).
     */
    private static Instant use(DSLContext dsl, UUID grant, SessionRow row) {
        Instant now = StoredTime.of(row.startedAt());
        Condition live = DSL.condition(
                "case when {0} is null then {1} < {2} else {1} < {0} + {3} * interval '1 second' end",
                ACCESS_GRANT.FIRST_USED_AT,
                DSL.val(now, ACCESS_GRANT.USE_BY),
                ACCESS_GRANT.USE_BY,
                ACCESS_GRANT.DURATION_SECONDS);
        return dsl.update(ACCESS_GRANT)
                .set(
                        ACCESS_GRANT.FIRST_USED_AT,
                        DSL.coalesce(ACCESS_GRANT.FIRST_USED_AT, DSL.val(now, ACCESS_GRANT.FIRST_USED_AT)))
                .where(ACCESS_GRANT.ID.eq(grant))
                .and(ACCESS_GRANT.PERSON_ID.eq(row.person().value()))
                .and(ACCESS_GRANT.TARGET_ID.eq(row.targetId().orElse(null)))
                .and(ACCESS_GRANT.LOGIN.eq(row.login().value()))
                .and(ACCESS_GRANT.WITHDRAWN_AT.isNull())
                .and(live)
                .returning(ACCESS_GRANT.FIRST_USED_AT, ACCESS_GRANT.DURATION_SECONDS)
                .fetchOptional()
                .map(used -> used.getFirstUsedAt().plus(Duration.ofSeconds(used.getDurationSeconds())))
                .orElseThrow(GrantGone::new);
    }

    /** That session. */
    public Optional<SessionRow> find(SessionId id) {
        return database.ask(
                dsl -> dsl.selectFrom(SESSION).where(SESSION.ID.eq(id.value())).fetchOptional(SessionRows::value));
    }

    /**
     * Sessions whose {@link SessionId#code} starts with {@code prefix} (four characters at least, as people type them), or
     * the one with exactly that id; newest first, {@value #MOST_CANDIDATES} at most. Anything else: none.
     */
    public List<SessionRow> byCode(String prefix) {
        String id = prefix.strip().toLowerCase(Locale.ROOT);
        if (UUID_TEXT.matcher(id).matches()) {
            return find(new SessionId(UUID.fromString(id))).stream().toList();
        }
        String code = Crockford.normalise(prefix);
        return CODE_PREFIX.matcher(code).matches() ? newest(SESSION.CODE.startsWith(code)) : List.of();
    }

    /** That person's sessions of that name, newest first, {@value #MOST_CANDIDATES} at most. */
    public List<SessionRow> byName(PersonId owner, SessionName name) {
        return newest(SESSION.PERSON_ID.eq(owner.value()).and(SESSION.NAME.eq(name.value())));
    }

    private List<SessionRow> newest(Condition which) {
        return database.ask(dsl -> dsl.selectFrom(SESSION)
                .where(which)
                .orderBy(SESSION.STARTED_AT.desc(), SESSION.ID.desc())
                .limit(MOST_CANDIDATES)
                .fetch(SessionRows::value));
    }

    /**
     * One page of sessions, newest first.
     *
     * @param after the last session of the page before; empty for the first page. If there is no such session, the page is
     *     empty
     * @param limit how many at most, 1 or more
     */
    public List<SessionRow> page(HistoryFilter filter, Optional<SessionId> after, int limit) {
        return page(filter, Optional.empty(), after, limit);
    }

    /**
     * As {@link #page(HistoryFilter, Optional, int)}, without the sessions that {@code reader} has cleared.
     *
     * @param reader empty: nothing is left out
     */
    public List<SessionRow> page(
            HistoryFilter filter, Optional<PersonId> reader, Optional<SessionId> after, int limit) {
        Condition beyond = after.map(id -> DSL.row(SESSION.STARTED_AT, SESSION.ID)
                        .lt(DSL.select(SESSION.STARTED_AT, SESSION.ID)
                                .from(SESSION)
                                .where(SESSION.ID.eq(id.value()))))
                .orElse(DSL.noCondition());
        return database.ask(dsl -> dsl.selectFrom(SESSION)
                .where(HistoryConditions.sessions(filter))
                .and(reader.map(HistoryConditions::notCleared).orElse(DSL.noCondition()))
                .and(beyond)
                .orderBy(SESSION.STARTED_AT.desc(), SESSION.ID.desc())
                .limit(limit)
                .fetch(SessionRows::value));
    }

    /**
     * Leaves sessions of {@code owner} that are over out of {@code owner}'s pages from now on. Nothing is deleted.
     *
     * @param which empty: all that are over
     * @return how many are left out now that were not before
     */
    public long clear(PersonId owner, Optional<SessionId> which) {
        Condition meant = which.map(id -> SESSION.ID.eq(id.value())).orElse(DSL.noCondition());
        return database.ask(
                dsl -> dsl.insertInto(SESSION_CLEARED, SESSION_CLEARED.PERSON_ID, SESSION_CLEARED.SESSION_ID)
                        .select(DSL.select(SESSION.PERSON_ID, SESSION.ID)
                                .from(SESSION)
                                .where(SESSION.PERSON_ID.eq(owner.value()))
                                .and(SESSION.ENDED_AT.isNotNull())
                                .and(meant))
                        .onConflictDoNothing()
                        .execute());
    }

    /** Those of {@code sessions} that have no row. */
    public List<UUID> unknown(Collection<UUID> sessions) {
        Set<UUID> known = database.ask(dsl -> dsl.select(SESSION.ID)
                .from(SESSION)
                .where(SESSION.ID.in(sessions))
                .fetchSet(SESSION.ID));
        return sessions.stream().filter(id -> !known.contains(id)).toList();
    }

    /**
     * Stores a session that came out of a document or of its own recording, and {@code entry} about it, in one transaction.
     *
     * @param row over, and with an origin
     */
    public void restore(SessionRow row, AuditEntry entry) {
        if (row.endedAt().isEmpty() || row.origin().isEmpty()) {
            throw new IllegalArgumentException(
                    "session " + row.id() + " is not a restored one: it must be over and say where it came from");
        }
        database.transact(dsl -> {
            dsl.insertInto(SESSION).set(SessionRows.record(row)).execute();
            AuditRow.of(entry).insert(dsl);
        });
    }

    /**
     * Sessions that have not ended, oldest first. At a start these are the ones that the bastion died with, but only once
     * {@link JournaledAuditLog#awaitDrained} is true: until then an ending may still be in the journal.
     */
    public List<SessionRow> unfinished() {
        return database.ask(dsl -> dsl.selectFrom(SESSION)
                .where(SESSION.ENDED_AT.isNull())
                .orderBy(SESSION.STARTED_AT, SESSION.ID)
                .fetch(SessionRows::value));
    }

    /**
     * Sessions and audit events in the order of time, read page by page as the stream is consumed: constant memory, no
     * transaction or connection held between pages, so a slow reader slows nobody. Events that are stored after the call are
     * not in it. Pulling may throw {@link DatabaseAway}; nothing needs closing.
     */
    public Stream<HistoryRecord> records(HistoryFilter filter) {
        return HistoryExport.stream(database, filter);
    }
}
