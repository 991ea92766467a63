package sallyport.db;

import static sallyport.db.schema.Tables.ACCESS_GRANT;
import static sallyport.db.schema.Tables.ACCESS_REQUEST;
import static sallyport.db.schema.Tables.PERSON;
import static sallyport.db.schema.Tables.TARGET;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import sallyport.policy.AccessRequest;
import sallyport.policy.Attempt;
import sallyport.policy.Decision;
import sallyport.policy.Person;
import sallyport.policy.RequestCode;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;

/** Requests to be let in, their decisions, and the grants that come of them. Each change is stored with its audit entry. */
public final class AccessRequests {

    /** A request code starts with this many characters, and grows when so many in a row are taken. */
    private static final int SHORTEST_CODE = 4;

    private static final int LONGEST_CODE = 8;
    private static final int TRIES_PER_LENGTH = 3;

    private final Database database;
    private final Supplier<UUID> ids;

    /**
     * @param ids makes the ids of requests, grants and audit entries: UUIDv7. Request codes come from the random end of such
     *     ids
     */
    public AccessRequests(Database database, Supplier<UUID> ids) {
        this.database = database;
        this.ids = ids;
    }

    /**
     * Stores a request for what {@code needed} says, open for {@link AccessRequest#OPEN_FOR}, with its audit entry. If the
     * person already has one waiting for that target and login, that one is returned and nothing is stored: two visits at
     * the same moment make one request. Its code has four characters, more when those are taken.
     *
     * @throws DatabaseAway if the database does not answer; if it happened during the commit, the request may be stored: to
     *     ask again finds it
     */
    public AccessRequest make(Attempt attempt, Decision.ApprovalRequired needed, Instant now) {
        return database.inTransaction(dsl -> {
            AccessLock.toDecide(dsl);
            lockAsker(dsl, attempt, needed);
            Optional<AccessRequest> waiting = RequestRows.untoldRequest(
                            dsl, attempt.person().id(), needed.target(), attempt.login(), now)
                    .filter(r -> r.isOpen(now));
            if (waiting.isPresent()) {
                return waiting.get();
            }
            AccessRequest made =
                    RequestRows.request(dsl, insert(dsl, attempt, needed, now)).orElseThrow();
            AuditRow.of(AuditEntry.by(
                            ids.get(),
                            now,
                            attempt.person(),
                            attempt.source(),
                            new AuditEvent.RequestMade(
                                    made.code(),
                                    made.target(),
                                    made.login(),
                                    made.reason().value(),
                                    made.duration())))
                    .insert(dsl);
            return made;
        });
    }

    /** Makes others who ask for the same at the same moment wait until this transaction is over. */
    private static void lockAsker(DSLContext dsl, Attempt attempt, Decision.ApprovalRequired needed) {
        String asked = attempt.person().id() + " " + needed.target().id() + " " + attempt.login();
        dsl.execute("select pg_advisory_xact_lock(hashtextextended({0}, 0))", DSL.val(asked));
    }

    private RequestCode insert(DSLContext dsl, Attempt attempt, Decision.ApprovalRequired needed, Instant now) {
        UUID id = ids.get();
        Instant madeAt = StoredTime.of(now);
        for (int length = SHORTEST_CODE; length <= LONGEST_CODE; length++) {
            for (int i = 0; i < TRIES_PER_LENGTH; i++) {
                RequestCode code = RequestCode.of(ids.get().getLeastSignificantBits(), length);
                int stored = dsl.insertInto(ACCESS_REQUEST)
                        .set(ACCESS_REQUEST.ID, id)
                        .set(ACCESS_REQUEST.CODE, code.value())
                        .set(ACCESS_REQUEST.PERSON_ID, attempt.person().id().value())
                        .set(ACCESS_REQUEST.PERSON_NAME, attempt.person().name().value())
                        .set(ACCESS_REQUEST.KEY, attempt.key().value())
                        .set(ACCESS_REQUEST.SOURCE, StoredText.of(attempt.source()))
                        .set(ACCESS_REQUEST.TARGET_ID, needed.target().id())
                        .set(ACCESS_REQUEST.TARGET_NAME, needed.target().name().value())
                        .set(
                                ACCESS_REQUEST.ENVIRONMENT,
                                needed.target().environment().word())
                        .set(ACCESS_REQUEST.LOGIN, attempt.login().value())
                        .set(ACCESS_REQUEST.REASON, needed.reason().value())
                        .set(ACCESS_REQUEST.DURATION_SECONDS, needed.duration().toSeconds())
                        .set(ACCESS_REQUEST.RULE, needed.rule())
                        .set(ACCESS_REQUEST.MADE_AT, madeAt)
                        .set(ACCESS_REQUEST.OPEN_UNTIL, madeAt.plus(AccessRequest.OPEN_FOR))
                        .set(ACCESS_REQUEST.STATE, "waiting")
                        .onConflict(ACCESS_REQUEST.CODE)
                        .doNothing()
                        .execute();
                if (stored == 1) {
                    return code;
                }
            }
        }
        throw new IllegalStateException("no free request code of " + SHORTEST_CODE + " to " + LONGEST_CODE
                + " characters was found; are the ids random?");
    }

    /** The request of that code, whatever became of it. */
    public Optional<AccessRequest> find(RequestCode code) {
        return database.ask(dsl -> RequestRows.request(dsl, code));
    }

    /** Requests that wait and have not lapsed, oldest first. */
    public List<AccessRequest> open(Instant now) {
        return database.ask(dsl -> RequestRows.requests(dsl, ACCESS_REQUEST.STATE.eq("waiting"))
                .and(ACCESS_REQUEST.OPEN_UNTIL.gt(now))
                .orderBy(ACCESS_REQUEST.MADE_AT, ACCESS_REQUEST.ID)
                .fetch(RequestRows::request));
    }

    /**
     * Decides a waiting request, with its audit entry, in one transaction: of many at the same moment, one is
     * {@link DecideOutcome.Decided}. Approval makes the grant, to be used first within {@link AccessRequest#USE_WITHIN}.
     * Whether {@code by} may approve at all is for the caller to check; that they are not the asker is checked here, by
     * person id (T15).
     *
     * @param source the client address of {@code by}
     * @throws DatabaseAway if the database does not answer; if it happened during the commit, the verdict may hold:
     *     {@link #find} tells
     */
    public DecideOutcome decide(RequestCode code, Verdict verdict, Person by, String source, Instant now) {
        return database.inTransaction(dsl -> {
            AccessLock.toDecide(dsl);
            // Whoever comes second waits here, and then reads what the first has left.
            dsl.select(ACCESS_REQUEST.ID)
                    .from(ACCESS_REQUEST)
                    .where(ACCESS_REQUEST.CODE.eq(code.value()))
                    .forUpdate()
                    .execute();
            Optional<AccessRequest> found = RequestRows.request(dsl, code);
            if (found.isEmpty()) {
                return new DecideOutcome.NoSuchRequest();
            }
            AccessRequest request = found.get();
            boolean own = request.person().equals(by.id());
            if (verdict instanceof Verdict.Cancel && !own) {
                return new DecideOutcome.NotOwnRequest(request);
            }
            if (!(verdict instanceof Verdict.Cancel) && own) {
                return new DecideOutcome.OwnRequest(request);
            }
            if (!(request.state() instanceof AccessRequest.State.Waiting)) {
                return new DecideOutcome.AlreadyDecided(request);
            }
            if (!request.isOpen(now)) {
                return new DecideOutcome.Lapsed(request);
            }
            if (!groundStands(dsl, request)) {
                RequestRows.voided(dsl, request, ids.get(), now);
                return new DecideOutcome.Voided(RequestRows.request(dsl, code).orElseThrow());
            }
            AuditEvent event = store(dsl, request, verdict, by, StoredTime.of(now));
            AuditRow.of(AuditEntry.by(ids.get(), now, by, source, event)).insert(dsl);
            return new DecideOutcome.Decided(RequestRows.request(dsl, code).orElseThrow());
        });
    }

    private static boolean groundStands(DSLContext dsl, AccessRequest request) {
        return dsl.fetchExists(DSL.select(PERSON.ID)
                .from(PERSON, TARGET)
                .where(PERSON.ID.eq(request.person().value()))
                .and(PERSON.ENABLED)
                .and(TARGET.ID.eq(request.targetId()))
                .and(TARGET.ENABLED));
    }

    private AuditEvent store(DSLContext dsl, AccessRequest request, Verdict verdict, Person by, Instant now) {
        return switch (verdict) {
            case Verdict.Approve(String note) -> {
                decided(dsl, request, "approved", by, note, now);
                UUID grant = ids.get();
                insertGrant(dsl, grant, request, by, now);
                yield new AuditEvent.RequestApproved(request.code(), grant, note);
            }
            case Verdict.Deny(String note) -> {
                decided(dsl, request, "denied", by, note, now);
                yield new AuditEvent.RequestDenied(request.code(), note);
            }
            case Verdict.Cancel() -> {
                decided(dsl, request, "cancelled", by, "", now);
                yield new AuditEvent.RequestCancelled(request.code());
            }
        };
    }

    private static void decided(
            DSLContext dsl, AccessRequest request, String state, Person by, String note, Instant now) {
        int changed = dsl.update(ACCESS_REQUEST)
                .set(ACCESS_REQUEST.STATE, state)
                .set(ACCESS_REQUEST.DECIDED_BY, by.id().value())
                .set(ACCESS_REQUEST.DECIDED_BY_NAME, by.name().value())
                .set(ACCESS_REQUEST.DECIDED_AT, now)
                .set(ACCESS_REQUEST.NOTE, StoredText.of(note))
                .where(ACCESS_REQUEST.ID.eq(request.id()))
                .and(ACCESS_REQUEST.STATE.eq("waiting"))
                .execute();
        if (changed != 1) {
            throw new IllegalStateException("request " + request.code() + " was decided under our lock");
        }
    }

    private static void insertGrant(DSLContext dsl, UUID grant, AccessRequest request, Person by, Instant now) {
        dsl.insertInto(ACCESS_GRANT)
                .set(ACCESS_GRANT.ID, grant)
                .set(ACCESS_GRANT.CODE, request.code().value())
                .set(ACCESS_GRANT.PERSON_ID, request.person().value())
                .set(ACCESS_GRANT.TARGET_ID, request.targetId())
                .set(ACCESS_GRANT.LOGIN, request.login().value())
                .set(ACCESS_GRANT.REASON, request.reason().value())
                .set(ACCESS_GRANT.APPROVED_BY, by.id().value())
                .set(ACCESS_GRANT.APPROVED_BY_NAME, by.name().value())
                .set(ACCESS_GRANT.APPROVED_AT, now)
                .set(ACCESS_GRANT.DURATION_SECONDS, request.duration().toSeconds())
                .set(ACCESS_GRANT.USE_BY, now.plus(AccessRequest.USE_WITHIN))
                .execute();
    }

    /** Notes that the asker has been shown the denial of {@code request}. */
    public void markTold(UUID request) {
        database.ask(dsl -> dsl.update(ACCESS_REQUEST)
                .set(ACCESS_REQUEST.TOLD, true)
                .where(ACCESS_REQUEST.ID.eq(request))
                .execute());
    }

    /** Takes {@code grant} back at {@code now}, for good; from then on no session opens on it. Does nothing a second time. */
    public void withdraw(UUID grant, Instant now) {
        database.ask(dsl -> dsl.update(ACCESS_GRANT)
                .set(ACCESS_GRANT.WITHDRAWN_AT, now)
                .where(ACCESS_GRANT.ID.eq(grant))
                .and(ACCESS_GRANT.WITHDRAWN_AT.isNull())
                .execute());
    }
}
