package sallyport.policy.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import sallyport.policy.Person;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;

/**
 * One line of the audit trail.
 *
 * @param id a UUIDv7; the same entry delivered twice is stored once
 * @param actor who did it; empty for the bastion itself
 * @param source the client address, empty for the bastion itself
 */
public record AuditEntry(
        UUID id,
        Instant time,
        Optional<PersonId> actor,
        Optional<PersonName> actorName,
        String source,
        AuditEvent event)
        implements LogEntry {

    /** What {@code person} did from {@code source}. */
    public static AuditEntry by(UUID id, Instant time, Person person, String source, AuditEvent event) {
        return new AuditEntry(id, time, Optional.of(person.id()), Optional.of(person.name()), source, event);
    }

    /** What the bastion itself did or noticed. */
    public static AuditEntry byBastion(UUID id, Instant time, AuditEvent event) {
        return new AuditEntry(id, time, Optional.empty(), Optional.empty(), "", event);
    }
}
