package sallyport.admin;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import sallyport.policy.SessionName;
import sallyport.policy.session.Ending;
import sallyport.policy.session.SessionId;

/**
 * The sessions that live in this process, asked in values. The bastion's registry implements it; none of these methods
 * waits for a network, a disk, the database or a client, and all may be called on any thread.
 */
public interface LiveSessions {

    /** All sessions that are not over, in no promised order. */
    List<LiveSessionView> list();

    /** The session with this id, if it is not over. */
    Optional<LiveSessionView> find(SessionId id);

    /**
     * Ends a session. Returns when its end is decided: from then on no input of it is passed on.
     *
     * @return true if this call ended it, false if it was not live any more
     */
    boolean revoke(SessionId id, Ending.Revoked ending);

    /**
     * Ends a session that its owner, or somebody who may end it, throws away. As {@link #revoke}.
     *
     * @return true if this call ended it, false if it was not live any more
     */
    boolean destroy(SessionId id, Ending.Destroyed ending);

    /**
     * Sends all clients of a session away; the program runs on.
     *
     * @return true if somebody was attached
     */
    boolean detach(SessionId id);

    /** What became of a wish to rename. */
    enum Renamed {
        /** It has the name. */
        DONE,
        /** Another live session of the same person has the name. */
        TAKEN,
        /** It was not live any more. */
        NOT_LIVE
    }

    /** Gives a session another name. From then on it is found by the new one and no other can take it. */
    Renamed rename(SessionId id, SessionName name);

    /**
     * Lets the live row say {@code url} at once; empty takes the link away.
     *
     * @return false if it was not live any more
     */
    boolean link(SessionId id, Optional<String> url);

    /**
     * Fixes the size of a session's terminal; 0 by 0: it follows whoever types.
     *
     * @return false if it was not live any more or has no terminal
     */
    boolean size(SessionId id, int columns, int rows);

    /**
     * The text of a session's terminal. Completes soon, on another thread.
     *
     * @param tailLines how many of the last lines of scrollback and screen; 0: the visible screen
     * @param colours whether lines keep colours and attributes as SGR
     * @return completes with empty if it is not live any more or has no terminal
     */
    CompletableFuture<Optional<ScreenNow>> screen(SessionId id, int tailLines, boolean colours);
}
