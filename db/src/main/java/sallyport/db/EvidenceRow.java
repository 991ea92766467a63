package sallyport.db;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import sallyport.policy.audit.EvidenceEntry;
import sallyport.policy.audit.RecordingFact;

/** A fact about a recording as the journal keeps it. The database has it as a leaf and nowhere else. */
record EvidenceRow(UUID id, Instant time, UUID session, String kind, JsonNode detail) implements JournalRow {

    static EvidenceRow of(EvidenceEntry entry) {
        return new EvidenceRow(
                entry.id(),
                StoredTime.of(entry.time()),
                entry.session().value(),
                entry.fact().kind(),
                detail(entry.fact()));
    }

    private static JsonNode detail(RecordingFact fact) {
        ObjectNode json = AuditEventJson.object();
        switch (fact) {
            case RecordingFact.Opened f -> AuditEventJson.put(json, "header_sha256", f.headerSha256());
            case RecordingFact.Checked f -> {
                json.put("part", f.part());
                json.put("bytes", f.bytes());
                AuditEventJson.put(json, "chain", f.chain());
            }
            case RecordingFact.Sealed f -> AuditEventJson.put(json, "sha256", f.sha256());
            case RecordingFact.Deleted f -> AuditEventJson.put(json, "rule", f.rule());
        }
        return json;
    }

    @Override
    public String json() {
        ObjectNode json = AuditEventJson.object();
        json.put("kind", kind);
        json.put("id", id.toString());
        json.put("time", time.toString());
        json.put("session", session.toString());
        json.set("detail", detail);
        return AuditEventJson.text(json);
    }

    static EvidenceRow read(JsonNode json) {
        return new EvidenceRow(
                UUID.fromString(json.required("id").textValue()),
                Instant.parse(json.required("time").textValue()),
                UUID.fromString(json.required("session").textValue()),
                json.required("kind").textValue(),
                json.required("detail"));
    }

    @Override
    public NewLeaf leaf() {
        return NewLeaf.of(this);
    }

    /**
     * The ids of those of {@code rows} that neither are leaves nor wait to be. An entry is in one journal, and a journal has one
     * carrier, so nobody makes them one meanwhile.
     */
    static Set<UUID> notStored(DSLContext dsl, Collection<EvidenceRow> rows) {
        return LogTree.unknown(dsl, rows.stream().map(EvidenceRow::id).toList());
    }
}
