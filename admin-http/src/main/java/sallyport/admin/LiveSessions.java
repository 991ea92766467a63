package sallyport.admin;

import java.util.List;
import java.util.Optional;
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
     * Sends all clients of a session away; the program runs on.
     *
     * @return true if somebody was attached
     */
    boolean detach(SessionId id);
}
