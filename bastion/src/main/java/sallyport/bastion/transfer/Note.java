package sallyport.bastion.transfer;

import java.util.Optional;
import sallyport.policy.audit.AuditEvent;

/**
 * Something to be written down.
 *
 * @param line for the session's recording, without its end; inert; empty: nothing
 * @param event for the audit trail
 */
public record Note(Optional<String> line, Optional<AuditEvent> event) {

    /** Whether its event is of something that has happened, rather than of something that begins once this is written down. */
    public boolean hasHappened() {
        return event.filter(what -> !(what instanceof AuditEvent.ForwardOpened)).isPresent();
    }

    static Note line(String line) {
        return new Note(Optional.of(line), Optional.empty());
    }

    static Note event(AuditEvent event) {
        return new Note(Optional.empty(), Optional.of(event));
    }

    static Note of(String line, AuditEvent event) {
        return new Note(Optional.of(line), Optional.of(event));
    }
}
