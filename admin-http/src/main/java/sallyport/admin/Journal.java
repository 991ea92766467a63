package sallyport.admin;

import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.audit.AuditLog;

/**
 * How operations write down what they did: the audit log with the clock and the ids that each entry needs.
 *
 * @param ids makes the ids of entries: UUIDv7
 */
public record Journal(AuditLog log, Supplier<UUID> ids, InstantSource clock) {

    /** The time. */
    public Instant now() {
        return clock.instant();
    }

    /** An entry that says that {@code caller} did {@code event} now; it is not stored yet. */
    public AuditEntry entry(Caller caller, AuditEvent event) {
        return AuditEntry.by(ids.get(), now(), caller.person(), caller.source(), event);
    }

    /** An entry that says that the bastion itself did {@code event} now; it is not stored yet. */
    public AuditEntry entry(AuditEvent event) {
        return AuditEntry.byBastion(ids.get(), now(), event);
    }

    /**
     * Stores that {@code caller} did {@code event}.
     *
     * @throws java.io.UncheckedIOException if it could not be kept; then it must not be done
     */
    public void write(Caller caller, AuditEvent event) {
        log.append(entry(caller, event));
    }
}
