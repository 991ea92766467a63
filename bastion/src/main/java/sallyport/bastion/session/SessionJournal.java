package sallyport.bastion.session;

import java.io.UncheckedIOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.admin.Journal;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionRow;

/** Writes what happens to sessions into the audit trail. Once a session runs, an entry that cannot be kept is shouted. */
final class SessionJournal {

    private static final Logger log = LoggerFactory.getLogger(SessionJournal.class);

    private final Journal journal;

    SessionJournal(Journal journal) {
        this.journal = journal;
    }

    /** Keeps {@code event} as something its owner's session did. */
    void note(SessionRow row, AuditEvent event) {
        note(row, row.person(), row.personName(), row.source(), event);
    }

    /** Keeps {@code event} as something {@code who} did in a session. */
    void note(SessionRow row, Newcomer who, AuditEvent event) {
        note(row, who.person(), who.name(), who.source(), event);
    }

    private void note(SessionRow row, PersonId person, PersonName name, String source, AuditEvent event) {
        try {
            journal.log()
                    .append(new AuditEntry(
                            journal.ids().get(), journal.now(), Optional.of(person), Optional.of(name), source, event));
        } catch (UncheckedIOException e) {
            log.error(
                    "audit entry {} of session {} is LOST: {}",
                    event.action(),
                    row.id().code(),
                    e.getMessage());
        }
    }
}
