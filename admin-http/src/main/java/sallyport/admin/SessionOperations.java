package sallyport.admin;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import sallyport.db.DatabaseAway;
import sallyport.db.HistoryFilter;
import sallyport.db.SessionHistory;
import sallyport.policy.Permission;
import sallyport.policy.Reason;
import sallyport.policy.SessionName;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionId;
import sallyport.recorder.store.RecordingStore;

/**
 * Looking at sessions, changing and ending them. People see, change and end their own; those of others need {@link Permission#VIEW_HISTORY} and
 * {@link Permission#REVOKE}. Safe for any thread.
 */
public final class SessionOperations {

    /** Most sessions in one page. */
    public static final int MOST_PER_PAGE = Pages.MOST;

    /** Largest document that {@link #restore} takes and {@link #save} makes, in bytes. */
    public static final int LARGEST_DOCUMENT = SessionDocument.LARGEST;

    private final SessionHistory history;
    private final Journal journal;
    private final Sessions sessions;
    private final Revocations revocations;
    private final SessionChanges changes;
    private final SessionTexts texts;
    private final SessionDocuments documents;

    /** The collaborators belong to the caller and are not closed here. */
    public SessionOperations(
            SessionHistory history,
            LiveSessions live,
            RecordingStore store,
            GrantWithdrawal grants,
            PublicAddress door,
            Journal journal) {
        this.history = history;
        this.journal = journal;
        this.sessions = new Sessions(history, live, door, journal.clock());
        this.revocations = new Revocations(live, grants, journal);
        this.changes = new SessionChanges(live, sessions, journal);
        this.texts = new SessionTexts(live, sessions, store, journal);
        this.documents = new SessionDocuments(history, sessions, texts, store, door, journal);
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
        return new Outcome.Done<>(sessions.live(all ? _ -> true : Sessions.own(caller)));
    }

    /**
     * A page of sessions, live and over, newest first, without those that the caller has cleared.
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
        return list(caller, all, false, filter, after, limit);
    }

    /**
     * As {@link #list(Caller, boolean, HistoryFilter, Optional, int)}.
     *
     * @param cleared whether also those are shown that the caller has cleared
     */
    public Outcome<SessionPage> list(
            Caller caller, boolean all, boolean cleared, HistoryFilter filter, Optional<SessionId> after, int limit) {
        if (all && !caller.person().may(Permission.VIEW_HISTORY)) {
            return Permissions.lacking("seeing other people's sessions", Permission.VIEW_HISTORY);
        }
        return Pages.checked(filter, limit)
                .then(_ -> new Outcome.Done<>(Pages.of(
                        history,
                        sessions,
                        all ? filter : Pages.ownOnly(filter, caller),
                        cleared ? Optional.empty() : Optional.of(caller.person().id()),
                        after,
                        limit)));
    }

    /**
     * One session.
     *
     * @param idOrName the id, the first four or more characters of a code, or a name
     * @throws DatabaseAway if the database does not answer and no live session is meant
     */
    public Outcome<SessionView> show(Caller caller, String idOrName) {
        return sessions.find(
                caller.person(),
                idOrName,
                Sessions.own(caller).or(_ -> caller.person().may(Permission.VIEW_HISTORY)));
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
        return sessions.find(caller, idOrName, Permission.REVOKE, "ending other people's sessions")
                .then(view -> revocations.revoke(caller, view, why));
    }

    /**
     * Gives a session another name: one's own only, live or over.
     *
     * @return {@link Outcome.Refused} if another live session of the caller has the name
     */
    public Outcome<SessionView> rename(Caller caller, String idOrName, SessionName to) {
        return changes.rename(caller, idOrName, to);
    }

    /**
     * Points a session at a ticket or a chat thread, or takes the pointer away: one's own only, live or over.
     *
     * @param url http, https, ssh or mailto, at most 2,000 characters
     */
    public Outcome<SessionView> link(Caller caller, String idOrName, Optional<String> url) {
        return changes.link(caller, idOrName, url);
    }

    /**
     * Fixes the size of a live session's terminal: one's own only.
     *
     * @param columns 1 to 1000, or 0 with 0 rows: it follows whoever types
     * @param rows 1 to 500
     */
    public Outcome<SessionView> size(Caller caller, String idOrName, int columns, int rows) {
        return changes.size(caller, idOrName, columns, rows);
    }

    /**
     * Sends everybody out of a live session, which runs on. One's own always; those of others need {@link Permission#REVOKE}.
     *
     * @return {@link Outcome.Refused} if nobody is in it
     */
    public Outcome<SessionView> detach(Caller caller, String idOrName) {
        return changes.detach(caller, idOrName);
    }

    /** Ends a live session. One's own always; those of others need {@link Permission#REVOKE}. */
    public Outcome<SessionView> destroy(Caller caller, String idOrName) {
        return changes.destroy(caller, idOrName);
    }

    /**
     * The caller's live shells that nobody was in or typed in for {@code idle}, longest unused first; needs no database. A
     * command that runs alone is not among them, however long nobody looked.
     */
    public Outcome<List<SessionView>> idle(Caller caller, Duration idle) {
        return changes.idle(caller, idle);
    }

    /**
     * Hides sessions of the caller that are over from the caller's list. Nothing is deleted, nobody else's list changes.
     *
     * @param idOrName empty: all that are over
     * @return how many are hidden now that were not before
     */
    public Outcome<Long> clear(Caller caller, Optional<String> idOrName) {
        if (idOrName.isEmpty()) {
            return new Outcome.Done<>(clearOwn(caller, Optional.empty()));
        }
        return sessions.find(caller.person(), idOrName.get(), Sessions.own(caller))
                .then(view -> view.isLive()
                        ? new Outcome.Refused<>(
                                "session " + view.code() + " still runs; only ended ones can be cleared")
                        : new Outcome.Done<>(clearOwn(caller, Optional.of(view.id()))));
    }

    private long clearOwn(Caller caller, Optional<SessionId> which) {
        long cleared = history.clear(caller.person().id(), which);
        if (cleared > 0) {
            journal.write(caller, new AuditEvent.SessionsCleared(cleared));
        }
        return cleared;
    }

    /** What a session shows or showed. One's own always; those of others need {@link Permission#VIEW_RECORDING}. */
    public Outcome<ScreenText> text(Caller caller, String idOrName, TextQuery query) {
        return texts.text(caller, idOrName, query);
    }

    /**
     * A session's description and scrollback as a document (docs/session-document.md), UTF-8 JSON. One's own always; those
     * of others need {@link Permission#DOWNLOAD_RECORDING}.
     */
    public Outcome<byte[]> save(Caller caller, String idOrName) {
        return documents.save(caller, idOrName);
    }

    /** Makes an ended session of the caller from such a document, under a new id, which says where it came from. */
    public Outcome<SessionView> restore(Caller caller, byte[] document) {
        return documents.restore(caller, document);
    }
}
