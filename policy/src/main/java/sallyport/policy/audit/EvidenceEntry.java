package sallyport.policy.audit;

import java.time.Instant;
import java.util.UUID;
import sallyport.policy.session.SessionId;

/**
 * A fact about a recording that somebody may want to hold the bastion to. It goes into the log that proves what was there, beside
 * the audit entries; it is not one of them, since nobody did it.
 *
 * @param id a UUIDv7; the same entry delivered twice is stored once
 */
public record EvidenceEntry(UUID id, Instant time, SessionId session, RecordingFact fact) implements LogEntry {}
