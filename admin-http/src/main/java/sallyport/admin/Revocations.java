package sallyport.admin;

import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.db.DatabaseAway;
import sallyport.policy.Reason;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.Ending;

/** Ends a session and takes back what it rests on, in the order that is safe whatever fails. */
final class Revocations {

    private static final Logger LOG = LoggerFactory.getLogger(Revocations.class);

    private final LiveSessions live;
    private final GrantWithdrawal grants;
    private final Journal journal;

    Revocations(LiveSessions live, GrantWithdrawal grants, Journal journal) {
        this.live = live;
        this.grants = grants;
        this.journal = journal;
    }

    Outcome<Revocation> revoke(Caller caller, SessionView view, Reason why) {
        Ending.Revoked ending = new Ending.Revoked(caller.person().name(), why.value());
        if (!live.revoke(view.id(), ending)) {
            return Sessions.over(view.row());
        }
        // The grant is taken back with the session, so whatever else runs on it has lost its right too (T17).
        view.row()
                .grant()
                .ifPresent(grant -> live.list().stream()
                        .filter(other ->
                                other.row().grant().filter(grant::equals).isPresent())
                        .forEach(other -> live.revoke(other.id(), ending)));
        boolean written = isWritten(caller, view, why);
        Optional<UUID> grant = view.row().grant();
        boolean withdrawn = grant.isPresent() && (isWithdrawn(view, grant.get()) || written);
        return new Outcome.Done<>(new Revocation(view, withdrawn, warning(written, grant.isPresent() && !withdrawn)));
    }

    private boolean isWritten(Caller caller, SessionView view, Reason why) {
        try {
            journal.write(caller, new AuditEvent.SessionRevoked(view.id(), why.value()));
            return true;
        } catch (UncheckedIOException unkept) {
            LOG.error(
                    "session {} was revoked by {} ({}), but the audit journal did not take the entry; free its disk",
                    view.id(),
                    caller.person().name(),
                    Quoted.of(why.value()),
                    unkept);
            return false;
        }
    }

    /** The entry takes the grant back too, once it is stored; this is for the moment before, and for a full journal. */
    private boolean isWithdrawn(SessionView view, UUID grant) {
        try {
            grants.withdraw(grant, journal.now());
            return true;
        } catch (DatabaseAway away) {
            LOG.warn("session {} was revoked while the database is away; its grant {} waits", view.id(), grant, away);
            return false;
        }
    }

    private static Optional<String> warning(boolean written, boolean standing) {
        if (written) {
            return Optional.empty();
        }
        return Optional.of("the audit journal did not take the entry about who ended it"
                + (standing
                        ? ", and the database is away, so the approval it rested on still stands; tell the operator"
                        : "; tell the operator"));
    }
}
