package sallyport.policy.audit;

import java.time.Instant;
import java.util.UUID;

/** What becomes a leaf of the log that proves what was there: exactly one each, whatever happens on the way. */
public sealed interface LogEntry permits AuditEntry, EvidenceEntry {

    /** A UUIDv7; the same entry delivered twice is stored once. */
    UUID id();

    /** When it happened. */
    Instant time();
}
