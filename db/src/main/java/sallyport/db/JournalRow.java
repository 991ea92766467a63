package sallyport.db;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.EvidenceEntry;
import sallyport.policy.audit.LogEntry;

/** A line of the journal: what waits to become a leaf of the log, and a row of the audit table if it is an audit entry. */
sealed interface JournalRow permits AuditRow, EvidenceRow {

    UUID id();

    /** The word for what happened. */
    String kind();

    /** It as one line of the journal. */
    String json();

    /** It as a leaf. */
    NewLeaf leaf();

    static JournalRow of(LogEntry entry) {
        return switch (entry) {
            case AuditEntry audit -> AuditRow.of(audit);
            case EvidenceEntry evidence -> EvidenceRow.of(evidence);
        };
    }

    /**
     * What {@link #json} wrote.
     *
     * @throws IllegalArgumentException or another unchecked exception if it is anything else
     */
    static JournalRow read(String line) {
        JsonNode json = AuditEventJson.read(line);
        // Only evidence has a kind: audit entries are as they were before there was anything else.
        return json.has("kind") ? EvidenceRow.read(json) : AuditRow.read(json);
    }
}
