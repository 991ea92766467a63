package sallyport.admin;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.db.DatabaseAway;
import sallyport.db.HistoryFilter;
import sallyport.db.SessionHistory;
import sallyport.policy.Permission;
import sallyport.policy.Reason;
import sallyport.policy.SessionName;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.Ending;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;
import sallyport.recorder.RecordingStore;

/**
 * Looking at sessions and ending them. People see and end their own; those of others need {@link Permission#VIEW_HISTORY} and
 * {@link Permission#REVOKE}. Safe for any thread.
 */
public final class SessionOperations {

    /** Most sessions in one page. */
    public static final int MOST_PER_PAGE = Pages.MOST;

    private static final Logger LOG = LoggerFactory.getLogger(SessionOperations.class);

    private final SessionHistory history;
    private final LiveSessions live;
    private final GrantWithdrawal grants;
    private final Journal journal;
    private final Sessions sessions;

    /** The collaborators belong to the caller and are not closed here. */
    public SessionOperations(
            SessionHistory history,
            LiveSessions live,
            RecordingStore store,
            GrantWithdrawal grants,
            PublicAddress door,
            Journal journal) {
        this.history = history;
        this.live = live;
        this.grants = grants;
        this.journal = journal;
        this.sessions = new Sessions(history, live, door, journal.clock());
    }

    /**
     * The sessions that live now, newest first; needs no database.
     *
     * @param all those of everybody, which needs {@link Permission#VIEW_HISTORY}; else one's own
     */
    public Outcome<List<SessionView>> live(Caller caller, boolean all) {
        if (all && !caller.person().may(Permission.VIEW_HISTORY)) {
            return Permissions.lacking("seeing other people's sessions", Permission.VIEW_HISTORY);
        }
        return new Outcome.Done<>(sessions.live(all ? _ -> true : own(caller)));
    }

    /**
     * A page of sessions, live and over, newest first.
     *
     * @param all those of everybody, which needs {@link Permission#VIEW_HISTORY}; else one's own, whatever
     *     {@code filter.person} says
     * @param filter a state is compared with the state of now; a page may therefore hold fewer than {@code limit} although
     *     there is a next one
     * @param after {@link SessionPage#next} of the page before
     * @param limit 1 to {@link #MOST_PER_PAGE}
     * @throws DatabaseAway if the database does not answer
     */
    public Outcome<SessionPage> list(
            Caller caller, boolean all, HistoryFilter filter, Optional<SessionId> after, int limit) {
        if (all && !caller.person().may(Permission.VIEW_HISTORY)) {
            return Permissions.lacking("seeing other people's sessions", Permission.VIEW_HISTORY);
        }
        return Pages.checked(filter, limit)
                .then(_ -> new Outcome.Done<>(
                        Pages.of(history, sessions, all ? filter : Pages.ownOnly(filter, caller), after, limit)));
    }

    /**
     * One session.
     *
     * @param idOrName the id, the first four or more characters of a code, or a name
     * @throws DatabaseAway if the database does not answer and no live session is meant
     */
    public Outcome<SessionView> show(Caller caller, String idOrName) {
        return sessions.find(
                caller.person(), idOrName, own(caller).or(_ -> caller.person().may(Permission.VIEW_HISTORY)));
    }

    /**
     * Ends a live session, at once and without asking the database, and withdraws the grant that it rests on. The session
     * ends before anything is written: to end one is the safe direction, so a full journal does not keep it alive. What
     * could not be written is in {@link Revocation#warning} and in the log.
     *
     * <p>One's own sessions always; those of others need {@link Permission#REVOKE}.
     *
     * @param reason shown to whoever is in the session, and kept
     * @throws DatabaseAway if no live session is meant and the database, which would know one that is over, does not answer
     */
    public Outcome<Revocation> revoke(Caller caller, String idOrName, String reason) {
        Reason why;
        try {
            why = new Reason(reason);
        } catch (IllegalArgumentException refused) {
            return new Outcome.Invalid<>("a revocation needs a reason that people can read: " + refused.getMessage());
        }
        Predicate<SessionRow> visible = own(caller)
                .or(_ -> caller.person().may(Permission.REVOKE))
                .or(_ -> caller.person().may(Permission.VIEW_HISTORY));
        return sessions.findLive(caller.person(), idOrName, visible)
                .orElseGet(() -> sessions.find(caller.person(), idOrName, visible))
                .then(view -> revoke(caller, view, why));
    }

    /**
     * Gives a session another name: one's own only, live or over.
     *
     * @return {@link Outcome.Refused} if another live session of the caller has the name
     */
    public Outcome<SessionView> rename(Caller caller, String idOrName, SessionName to) {
        return new Outcome.Refused<>("rename is not built yet");
    }

    /**
     * Points a session at a ticket or a chat thread, or takes the pointer away: one's own only, live or over.
     *
     * @param url http, https, ssh or mailto, at most 2,000 characters
     */
    public Outcome<SessionView> link(Caller caller, String idOrName, Optional<String> url) {
        return new Outcome.Refused<>("link is not built yet");
    }

    /**
     * Fixes the size of a live session's terminal: one's own only.
     *
     * @param columns 1 to 1000, or 0 with 0 rows: it follows whoever types
     * @param rows 1 to 500
     */
    public Outcome<SessionView> size(Caller caller, String idOrName, int columns, int rows) {
        return new Outcome.Refused<>("size is not built yet");
    }

    /**
     * Sends everybody out of a live session, which runs on. One's own always; those of others need {@link Permission#REVOKE}.
     *
     * @return {@link Outcome.Refused} if nobody is in it
     */
    public Outcome<SessionView> detach(Caller caller, String idOrName) {
        return new Outcome.Refused<>("detach is not built yet");
    }

    /** Ends a live session. One's own always; those of others need {@link Permission#REVOKE}. */
    public Outcome<SessionView> destroy(Caller caller, String idOrName) {
        return new Outcome.Refused<>("destroy is not built yet");
    }

    /** The caller's live sessions that nobody has used for {@code idle}, longest unused first. Needs no database. */
    public Outcome<List<SessionView>> idle(Caller caller, Duration idle) {
        return new Outcome.Refused<>("idle is not built yet");
    }

    /**
     * Hides sessions of the caller that are over from the caller's list. Nothing is deleted, nobody else's list changes.
     *
     * @param idOrName empty: all that are over
     * @return how many are hidden now that were not before
     */
    public Outcome<Long> clear(Caller caller, Optional<String> idOrName) {
        return new Outcome.Refused<>("clear is not built yet");
    }

    /** What a session shows or showed. One's own always; those of others need {@link Permission#VIEW_RECORDING}. */
    public Outcome<ScreenText> text(Caller caller, String idOrName, TextQuery query) {
        return new Outcome.Refused<>("text is not built yet");
    }

    /**
     * A session's description and scrollback as a document (docs/session-document.md), UTF-8 JSON. One's own always; those
     * of others need {@link Permission#DOWNLOAD_RECORDING}.
     */
    public Outcome<byte[]> save(Caller caller, String idOrName) {
        return new Outcome.Refused<>("save is not built yet");
    }

    /** Makes an ended session of the caller from such a document, under a new id, which says where it came from. */
    public Outcome<SessionView> restore(Caller caller, byte[] document) {
        return new Outcome.Refused<>("restore is not built yet");
    }

    private Outcome<Revocation> revoke(Caller caller, SessionView view, Reason why) {
        if (!own(caller).test(view.row()) && !caller.person().may(Permission.REVOKE)) {
            return Permissions.lacking("ending other people's sessions", Permission.REVOKE);
        }
        Ending.Revoked ending = new Ending.Revoked(caller.person().name(), why.value());
        if (!live.revoke(view.id(), ending)) {
            return new Outcome.Refused<>(over(view.row()));
        }
        // The grant is taken back with the session, so whatever else runs on it has lost its right too (T17).
        view.row()
                .grant()
                .ifPresent(grant -> live.list().stream()
                        .filter(other ->
                                other.row().grant().filter(grant::equals).isPresent())
                        .forEach(other -> live.revoke(other.id(), ending)));
        Optional<String> unwritten = audit(caller, view, why);
        Optional<UUID> grant = view.row().grant();
        if (grant.isEmpty()) {
            return new Outcome.Done<>(new Revocation(view, false, unwritten));
        }
        Optional<String> standing = withdraw(view, grant.get(), journal.now());
        return new Outcome.Done<>(new Revocation(view, standing.isEmpty(), join(unwritten, standing)));
    }

    private Optional<String> audit(Caller caller, SessionView view, Reason why) {
        try {
            journal.write(caller, new AuditEvent.SessionRevoked(view.id(), why.value()));
            return Optional.empty();
        } catch (UncheckedIOException unkept) {
            LOG.error(
                    "session {} was revoked by {} ({}), but the audit journal did not take the entry; free its disk",
                    view.id(),
                    caller.person().name(),
                    Quoted.of(why.value()),
                    unkept);
            return Optional.of("the audit journal did not take the entry about who ended it; tell the operator");
        }
    }

    private Optional<String> withdraw(SessionView view, UUID grant, Instant now) {
        try {
            grants.withdraw(grant, now);
            return Optional.empty();
        } catch (DatabaseAway away) {
            LOG.error(
                    "session {} was revoked, but its grant {} could not be withdrawn while the database is away",
                    view.id(),
                    grant,
                    away);
            return Optional.of("the approval it rested on could not be withdrawn while the database is away, so "
                    + view.row().personName()
                    + " may open another session on it once the database is back; look again then");
        }
    }

    private static Optional<String> join(Optional<String> first, Optional<String> second) {
        return first.isPresent() && second.isPresent()
                ? Optional.of(first.get() + "; " + second.get())
                : first.or(() -> second);
    }

    private static String over(SessionRow row) {
        if (row.endedAt().isEmpty()) {
            return "session " + row.id().code() + " does not run on this bastion any more; its ending is being written";
        }
        return "session " + row.id().code() + " is over since "
                + Times.utc(row.endedAt().get())
                + row.ending().map(e -> " (" + e.replace('_', ' ') + ")").orElse("")
                + "; nothing was changed";
    }

    private static Predicate<SessionRow> own(Caller caller) {
        return row -> row.person().equals(caller.person().id());
    }
}
