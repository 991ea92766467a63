package sallyport.db;

import static sallyport.db.schema.Tables.ACCESS_GRANT;
import static sallyport.db.schema.Tables.ACCESS_REQUEST;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.SelectConditionStep;
import sallyport.policy.AccessRequest;
import sallyport.policy.Grant;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Login;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;
import sallyport.policy.Reason;
import sallyport.policy.RequestCode;
import sallyport.policy.Target;
import sallyport.policy.TargetName;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;

/** Reads requests and grants as values, within a transaction of the caller's. */
final class RequestRows {

    private RequestRows() {}

    /** Requests, each with the id of its grant beside it. */
    static SelectConditionStep<Record> requests(DSLContext dsl, Condition which) {
        return dsl.select(ACCESS_REQUEST.fields())
                .select(ACCESS_GRANT.ID)
                .from(ACCESS_REQUEST)
                .leftJoin(ACCESS_GRANT)
                .on(ACCESS_GRANT.CODE.eq(ACCESS_REQUEST.CODE))
                .where(which);
    }

    static Optional<AccessRequest> request(DSLContext dsl, RequestCode code) {
        return requests(dsl, ACCESS_REQUEST.CODE.eq(code.value())).fetchOptional(RequestRows::request);
    }

    /** The request of that person, target and login that {@link AccessStore#facts} speaks of. */
    static Optional<AccessRequest> untoldRequest(
            DSLContext dsl, PersonId person, Target target, Login login, Instant now) {
        return requests(dsl, ACCESS_REQUEST.PERSON_ID.eq(person.value()))
                .and(ACCESS_REQUEST.TARGET_ID.eq(target.id()))
                .and(ACCESS_REQUEST.LOGIN.eq(login.value()))
                .orderBy(ACCESS_REQUEST.MADE_AT.desc(), ACCESS_REQUEST.ID.desc())
                .limit(1)
                .fetchOptional()
                .filter(row -> !row.get(ACCESS_REQUEST.TOLD))
                .map(RequestRows::request)
                .filter(r -> r.isOpen(now) || r.state() instanceof AccessRequest.State.Denied);
    }

    /** The newest grant of that person, target and login that has not ended. */
    static Optional<Grant> liveGrant(DSLContext dsl, PersonId person, Target target, Login login, Instant now) {
        return dsl
                .selectFrom(ACCESS_GRANT)
                .where(ACCESS_GRANT.PERSON_ID.eq(person.value()))
                .and(ACCESS_GRANT.TARGET_ID.eq(target.id()))
                .and(ACCESS_GRANT.LOGIN.eq(login.value()))
                .and(ACCESS_GRANT.WITHDRAWN_AT.isNull())
                .orderBy(ACCESS_GRANT.APPROVED_AT.desc(), ACCESS_GRANT.ID.desc())
                .stream()
                .map(RequestRows::grant)
                .filter(g -> g.isLive(now))
                .findFirst();
    }

    static AccessRequest request(Record row) {
        return new AccessRequest(
                row.get(ACCESS_REQUEST.ID),
                new RequestCode(row.get(ACCESS_REQUEST.CODE)),
                new PersonId(row.get(ACCESS_REQUEST.PERSON_ID)),
                new PersonName(row.get(ACCESS_REQUEST.PERSON_NAME)),
                new KeyFingerprint(row.get(ACCESS_REQUEST.KEY)),
                row.get(ACCESS_REQUEST.SOURCE),
                row.get(ACCESS_REQUEST.TARGET_ID),
                new TargetName(row.get(ACCESS_REQUEST.TARGET_NAME)),
                AccessTables.environment(row.get(ACCESS_REQUEST.ENVIRONMENT)),
                new Login(row.get(ACCESS_REQUEST.LOGIN)),
                new Reason(row.get(ACCESS_REQUEST.REASON)),
                Duration.ofSeconds(row.get(ACCESS_REQUEST.DURATION_SECONDS)),
                row.get(ACCESS_REQUEST.RULE),
                row.get(ACCESS_REQUEST.MADE_AT),
                row.get(ACCESS_REQUEST.OPEN_UNTIL),
                state(row));
    }

    private static AccessRequest.State state(Record row) {
        String state = row.get(ACCESS_REQUEST.STATE);
        return switch (state) {
            case "waiting" -> new AccessRequest.State.Waiting();
            case "approved" ->
                new AccessRequest.State.Approved(
                        new PersonId(row.get(ACCESS_REQUEST.DECIDED_BY)),
                        new PersonName(row.get(ACCESS_REQUEST.DECIDED_BY_NAME)),
                        row.get(ACCESS_REQUEST.DECIDED_AT),
                        row.get(ACCESS_REQUEST.NOTE),
                        row.get(ACCESS_GRANT.ID));
            case "denied" ->
                new AccessRequest.State.Denied(
                        new PersonId(row.get(ACCESS_REQUEST.DECIDED_BY)),
                        new PersonName(row.get(ACCESS_REQUEST.DECIDED_BY_NAME)),
                        row.get(ACCESS_REQUEST.DECIDED_AT),
                        row.get(ACCESS_REQUEST.NOTE));
            case "cancelled" -> new AccessRequest.State.Cancelled(row.get(ACCESS_REQUEST.DECIDED_AT));
            default -> throw new IllegalStateException("a stored request is \"" + state + "\"");
        };
    }

    private static Grant grant(Record row) {
        return new Grant(
                row.get(ACCESS_GRANT.ID),
                new RequestCode(row.get(ACCESS_GRANT.CODE)),
                new PersonId(row.get(ACCESS_GRANT.PERSON_ID)),
                row.get(ACCESS_GRANT.TARGET_ID),
                new Login(row.get(ACCESS_GRANT.LOGIN)),
                new Reason(row.get(ACCESS_GRANT.REASON)),
                new PersonName(row.get(ACCESS_GRANT.APPROVED_BY_NAME)),
                row.get(ACCESS_GRANT.APPROVED_AT),
                Duration.ofSeconds(row.get(ACCESS_GRANT.DURATION_SECONDS)),
                row.get(ACCESS_GRANT.USE_BY),
                Optional.ofNullable(row.get(ACCESS_GRANT.FIRST_USED_AT)),
                Optional.ofNullable(row.get(ACCESS_GRANT.WITHDRAWN_AT)));
    }

    /**
     * Takes {@code request} back on behalf of nobody in particular: its ground is gone. The caller holds
     * {@link AccessLock}.
     */
    static void voided(DSLContext dsl, AccessRequest request, UUID entryId, Instant now) {
        int changed = dsl.update(ACCESS_REQUEST)
                .set(ACCESS_REQUEST.STATE, "cancelled")
                .set(ACCESS_REQUEST.DECIDED_AT, StoredTime.of(now))
                .where(ACCESS_REQUEST.ID.eq(request.id()))
                .and(ACCESS_REQUEST.STATE.eq("waiting"))
                .execute();
        if (changed == 1) {
            AuditRow.of(AuditEntry.byBastion(entryId, now, new AuditEvent.RequestCancelled(request.code())))
                    .insert(dsl);
        }
    }

    /** Voids the waiting requests that the step from {@code before} to {@code after} touches (T15). */
    static void voidTouched(
            DSLContext dsl, AccessSnapshot before, AccessSnapshot after, Supplier<UUID> ids, Instant now) {
        List<AccessRequest> waiting =
                requests(dsl, ACCESS_REQUEST.STATE.eq("waiting")).fetch(RequestRows::request);
        for (AccessRequest request : waiting) {
            boolean same = same(
                            before,
                            after,
                            s -> s.people().stream()
                                    .filter(p -> p.id().equals(request.person()))
                                    .map(p -> p.roles()))
                    && same(before, after, s -> s.targets().stream().filter(t -> t.id().equals(request.targetId())))
                    && same(
                            before,
                            after,
                            s -> s.rules().stream().filter(r -> r.name().equals(request.rule())));
            if (!same) {
                voided(dsl, request, ids.get(), now);
            }
        }
    }

    /** Whether {@code part} is there on both sides, and equal. */
    private static <T> boolean same(
            AccessSnapshot before, AccessSnapshot after, Function<AccessSnapshot, Stream<T>> part) {
        Optional<T> was = part.apply(before).findFirst();
        return was.isPresent() && Objects.equals(was, part.apply(after).findFirst());
    }
}
