package sallyport.policy.session;

import java.time.Instant;
import sallyport.policy.Obligations;

/** How a session moves from state to state. Pure and total: every event has an answer in every state. */
public final class SessionLifecycle {

    private SessionLifecycle() {}

    /**
     * The state after {@code event}. The first ending stands: whatever comes after it changes nothing.
     *
     * @param outlivesConnection whether the session lives on when the last client has left
     */
    public static SessionState next(
            SessionState state, SessionEvent event, Obligations obligations, boolean outlivesConnection, Instant now) {
        if (state.isOver()) {
            return state;
        }
        boolean expired =
                obligations.until().filter(until -> !now.isBefore(until)).isPresent();
        if (expired && !(event instanceof SessionEvent.EndedBy)) {
            return new SessionState.Ended(new Ending.GrantEnded(), now);
        }
        return switch (event) {
            case SessionEvent.EndedBy(Ending ending) -> new SessionState.Ended(ending, now);
            case SessionEvent.Ticked _ -> state;
            case SessionEvent.Opened _ ->
                state instanceof SessionState.Starting ? new SessionState.Detached(now) : state;
            case SessionEvent.Attached _ -> new SessionState.Running(attachments(state) + 1);
            case SessionEvent.Left _ -> left(attachments(state) - 1, outlivesConnection, now);
        };
    }

    private static SessionState left(int remaining, boolean outlivesConnection, Instant now) {
        if (remaining > 0) {
            return new SessionState.Running(remaining);
        }
        return outlivesConnection
                ? new SessionState.Detached(now)
                : new SessionState.Ended(new Ending.ClientGone(), now);
    }

    private static int attachments(SessionState state) {
        return state instanceof SessionState.Running(int attachments) ? attachments : 0;
    }
}
