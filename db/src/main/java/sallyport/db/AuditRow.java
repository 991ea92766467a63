package sallyport.db;

import static sallyport.db.schema.Tables.AUDIT_EVENT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import sallyport.db.schema.tables.records.AuditEventRecord;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionId;

/**
 * An audit entry as the table and the journal keep it: what can be asked for in columns, the rest as JSON.
 *
 * @param target the target that the event itself names
 */
record AuditRow(
        UUID id,
        Instant time,
        Optional<UUID> actor,
        Optional<String> actorName,
        String source,
        String action,
        Optional<UUID> session,
        Optional<String> target,
        JsonNode detail)
        implements JournalRow {

    static AuditRow of(AuditEntry entry) {
        AuditEvent event = entry.event();
        return new AuditRow(
                entry.id(),
                StoredTime.of(entry.time()),
                entry.actor().map(PersonId::value),
                entry.actorName().map(PersonName::value),
                AuditEventJson.cut(entry.source()),
                event.action(),
                event instanceof AuditEvent.OfSession of
                        ? Optional.of(of.session().value())
                        : Optional.empty(),
                AuditEventJson.target(event).map(AuditEventJson::cut),
                AuditEventJson.detail(event));
    }

    @Override
    public String kind() {
        return action;
    }

    @Override
    public String json() {
        ObjectNode json = AuditEventJson.object();
        json.put("id", id.toString());
        json.put("time", time.toString());
        actor.ifPresent(a -> json.put("actor", a.toString()));
        actorName.ifPresent(n -> json.put("actor_name", n));
        json.put("source", source);
        json.put("action", action);
        session.ifPresent(s -> json.put("session", s.toString()));
        target.ifPresent(t -> json.put("target", t));
        json.set("detail", detail);
        return AuditEventJson.text(json);
    }

    /** What {@link #json} wrote. */
    static AuditRow read(JsonNode json) {
        return new AuditRow(
                UUID.fromString(json.required("id").textValue()),
                Instant.parse(json.required("time").textValue()),
                text(json, "actor").map(UUID::fromString),
                text(json, "actor_name"),
                json.required("source").textValue(),
                json.required("action").textValue(),
                text(json, "session").map(UUID::fromString),
                text(json, "target"),
                json.required("detail"));
    }

    private static Optional<String> text(JsonNode json, String field) {
        return Optional.ofNullable(json.get(field)).map(JsonNode::textValue);
    }

    @Override
    public NewLeaf leaf() {
        return NewLeaf.of(columns());
    }

    /** Stores it, which must not have happened before, as a row and as a leaf of the log. */
    void insert(DSLContext dsl) {
        dsl.insertInto(AUDIT_EVENT).set(columns()).execute();
        LogTree.add(dsl, leaf());
    }

    /** Stores those of {@code rows} that are not stored yet, in their order, as rows alone, and returns the ids of these. */
    static Set<UUID> insertNew(DSLContext dsl, Collection<AuditRow> rows) {
        if (rows.isEmpty()) {
            return Set.of();
        }
        return dsl.insertInto(AUDIT_EVENT)
                .set(rows.stream().map(AuditRow::columns).toList())
                .onConflict(AUDIT_EVENT.ID)
                .doNothing()
                .returning(AUDIT_EVENT.ID)
                .fetchSet(AUDIT_EVENT.ID);
    }

    private AuditEventRecord columns() {
        AuditEventRecord row = new AuditEventRecord();
        row.setId(id);
        row.setTime(time);
        row.setActorId(orNull(actor));
        row.setActorName(orNull(actorName));
        row.setSource(StoredText.of(source));
        row.setAction(action);
        row.setSessionId(orNull(session));
        row.setTarget(orNull(target.map(StoredText::of)));
        row.setDetail(AuditEventJson.text(detail));
        return row;
    }

    private static <T> @Nullable T orNull(Optional<T> value) {
        return value.orElse(null);
    }

    /** A row of the table as a value. */
    static StoredEvent stored(AuditEventRecord row) {
        return new StoredEvent(
                row.getSequence(),
                row.getId(),
                row.getTime(),
                Optional.ofNullable(row.getActorId()).map(PersonId::new),
                Optional.ofNullable(row.getActorName()).map(PersonName::new),
                row.getSource(),
                row.getAction(),
                Optional.ofNullable(row.getSessionId()).map(SessionId::new),
                row.getDetail());
    }
}
