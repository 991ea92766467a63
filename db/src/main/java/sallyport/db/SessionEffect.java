package sallyport.db;

import static sallyport.db.schema.Tables.ACCESS_GRANT;
import static sallyport.db.schema.Tables.SESSION;

import com.fasterxml.jackson.databind.JsonNode;
import org.jooq.DSLContext;
import org.jooq.TableField;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import sallyport.db.schema.tables.records.SessionRecord;

/**
 * What a stored audit event means for the row of its session, and for the grant that it rests on. Applied in the transaction that stores the event, and only if
 * it was stored now; so each is applied once. A session that is over stays as it ended, whatever arrives later; a session
 * without a row (its opening was never committed) is left alone.
 */
final class SessionEffect {

    private SessionEffect() {}

    static void apply(DSLContext dsl, AuditRow event) {
        if (event.session().isEmpty()) {
            return;
        }
        switch (event.action()) {
            case "session.attached" -> {
                if (!event.detail().path("role").asText().equals("viewer")) {
                    goesOn(dsl, event, "running");
                }
            }
            case "session.detached" -> goesOn(dsl, event, "detached");
            case "session.ended" -> ended(dsl, event);
            case "session.renamed" ->
                change(dsl, event, SESSION.NAME, event.detail().required("to").textValue());
            case "session.linked" -> linked(dsl, event);
            case "session.revoked" -> withdrawGrant(dsl, event);
            case "session.output_limited" -> outputLimited(dsl, event);
            case "recording.sealed" -> sealed(dsl, event);
            default -> {
                // The others say nothing that the row keeps.
            }
        }
    }

    private static void goesOn(DSLContext dsl, AuditRow event, String state) {
        dsl.update(SESSION)
                .set(SESSION.STATE, state)
                .where(SESSION.ID.eq(event.session().orElseThrow()))
                .and(SESSION.ENDED_AT.isNull())
                .execute();
    }

    private static void linked(DSLContext dsl, AuditRow event) {
        String url = event.detail().required("url").textValue();
        change(dsl, event, SESSION.LINK, url.isEmpty() ? null : StoredText.of(url));
    }

    private static void change(
            DSLContext dsl, AuditRow event, TableField<SessionRecord, String> column, @Nullable String value) {
        dsl.update(SESSION)
                .set(column, value)
                .where(SESSION.ID.eq(event.session().orElseThrow()))
                .execute();
    }

    /** Whoever ends a session by order takes back what it rests on; also if the database was away when they did. */
    private static void withdrawGrant(DSLContext dsl, AuditRow event) {
        dsl.update(ACCESS_GRANT)
                .set(ACCESS_GRANT.WITHDRAWN_AT, event.time())
                .where(ACCESS_GRANT.ID.eq(DSL.select(SESSION.GRANT_ID)
                        .from(SESSION)
                        .where(SESSION.ID.eq(event.session().orElseThrow()))))
                .and(ACCESS_GRANT.WITHDRAWN_AT.isNull())
                .execute();
    }

    private static void ended(DSLContext dsl, AuditRow event) {
        JsonNode detail = event.detail();
        JsonNode exitStatus = detail.path("exit_status");
        dsl.update(SESSION)
                .set(SESSION.STATE, detail.required("state").textValue())
                .set(SESSION.ENDING, detail.required("ending").textValue())
                .set(
                        SESSION.ENDING_DETAIL,
                        StoredText.of(detail.required("detail").textValue()))
                .set(SESSION.EXIT_STATUS, exitStatus.isInt() ? exitStatus.intValue() : null)
                .set(SESSION.ENDED_AT, event.time())
                .where(SESSION.ID.eq(event.session().orElseThrow()))
                .and(SESSION.ENDED_AT.isNull())
                .execute();
    }

    private static void outputLimited(DSLContext dsl, AuditRow event) {
        dsl.update(SESSION)
                .set(SESSION.OUTPUT_KEPT, event.detail().required("kept_bytes").longValue())
                .where(SESSION.ID.eq(event.session().orElseThrow()))
                .execute();
    }

    private static void sealed(DSLContext dsl, AuditRow event) {
        dsl.update(SESSION)
                .set(SESSION.RECORDING_BYTES, event.detail().required("bytes").longValue())
                .set(SESSION.RECORDING_SHA256, event.detail().required("sha256").textValue())
                .where(SESSION.ID.eq(event.session().orElseThrow()))
                .execute();
    }
}
