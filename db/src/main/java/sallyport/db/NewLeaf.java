package sallyport.db;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import sallyport.db.schema.tables.records.AuditEventRecord;

/**
 * A leaf that has no place in the log yet.
 *
 * <p>{@code data} is what is hashed: JSON on one line of ASCII, the fields always in the same order, made from what the row
 * holds and nothing else, so that whoever has the row can make it again. {@code docs/proof.md} is its definition; a change here
 * would make every proof of earlier rows fail.
 *
 * @param id the entry's
 */
record NewLeaf(UUID id, Instant time, String kind, Optional<UUID> session, String data) {

    /** What audit entries are called in the log. */
    static final String AUDIT = "audit";

    private static final DateTimeFormatter MICROSECONDS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** That of a row of the audit table. */
    static NewLeaf of(AuditEventRecord row) {
        ObjectNode json = begun(AUDIT, row.getId(), row.getTime());
        if (row.getActorId() != null) {
            json.put("actor_id", row.getActorId().toString());
        }
        if (row.getActorName() != null) {
            json.put("actor_name", row.getActorName());
        }
        json.put("source", row.getSource());
        json.put("action", row.getAction());
        Optional<UUID> session = Optional.ofNullable(row.getSessionId());
        session.ifPresent(s -> json.put("session", s.toString()));
        // As it is stored: reading and writing it again might change how a number or an escape is spelt.
        json.putRawValue("detail", new RawValue(row.getDetail()));
        return new NewLeaf(row.getId(), row.getTime(), AUDIT, session, AuditEventJson.text(json));
    }

    /** That of a fact about a recording. */
    static NewLeaf of(EvidenceRow row) {
        ObjectNode json = begun(row.kind(), row.id(), row.time());
        json.put("session", row.session().toString());
        json.set("detail", row.detail());
        return new NewLeaf(row.id(), row.time(), row.kind(), Optional.of(row.session()), AuditEventJson.text(json));
    }

    private static ObjectNode begun(String kind, UUID id, Instant time) {
        ObjectNode json = AuditEventJson.object();
        json.put("kind", kind);
        json.put("id", id.toString());
        json.put("time", MICROSECONDS.format(time));
        return json;
    }

    /** The target that the detail in an audit leaf names. */
    static Optional<String> target(String detail) {
        return Optional.ofNullable(AuditEventJson.read(detail).get("target")).map(JsonNode::textValue);
    }
}
