package sallyport.policy.session;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** How a session moves from state to state. Pure and total: every event has an answer in every state. */
public final class SessionLifecycle {

    private SessionLifecycle() {}

    /**
     * A moment at which a clock cuts a session short if nobody does anything before.
     *
     * @param into what it is then: ended, or detached by its inactivity
     */
    public record Cut(Instant at, SessionState into) {}

    /**
     * The state after {@code event}. The first ending stands: whatever comes after it changes nothing. A clock that has run
     * out comes before the event, so nobody slips in behind it.
     *
     * @param now on a clock that only goes forward
     */
    public static SessionState next(SessionState state, SessionEvent event, SessionTerms terms, Instant now) {
        if (state.isOver()) {
            return state;
        }
        if (event instanceof SessionEvent.EndedBy(Ending ending)) {
            return new SessionState.Ended(ending, now);
        }
        SessionState current = cut(state, terms)
                .filter(cut -> !now.isBefore(cut.at()))
                .map(Cut::into)
                .orElse(state);
        return current.isOver() ? current : moved(current, event, terms, now);
    }

    private static SessionState moved(SessionState state, SessionEvent event, SessionTerms terms, Instant now) {
        return switch (event) {
            case SessionEvent.EndedBy(Ending ending) -> new SessionState.Ended(ending, now);
            case SessionEvent.Ticked _ -> state;
            case SessionEvent.Opened _ ->
                state instanceof SessionState.Starting ? new SessionState.Detached(now, false) : state;
            case SessionEvent.Attached _ -> new SessionState.Running(attachments(state) + 1, now);
            case SessionEvent.Typed _ ->
                state instanceof SessionState.Running(int attachments, Instant _)
                        ? new SessionState.Running(attachments, now)
                        : state;
            case SessionEvent.Left(boolean dropped) -> left(state, dropped, terms, now);
        };
    }

    private static SessionState left(SessionState state, boolean dropped, SessionTerms terms, Instant now) {
        if (state instanceof SessionState.Running(int attachments, Instant active) && attachments > 1) {
            return new SessionState.Running(attachments - 1, active);
        }
        if (!terms.outlivesConnection()) {
            return new SessionState.Ended(new Ending.ClientGone(), now);
        }
        return state instanceof SessionState.Running ? new SessionState.Detached(now, dropped) : state;
    }

    /** The next cut that awaits a session in {@code state} if nobody comes, types or leaves. */
    public static Optional<Cut> cut(SessionState state, SessionTerms terms) {
        Optional<Cut> grant = state.isOver()
                ? Optional.empty()
                : terms.until().map(until -> new Cut(until, new SessionState.Ended(new Ending.GrantEnded(), until)));
        if (!terms.outlivesConnection()) {
            return grant;
        }
        SessionLimits limits = terms.limits();
        Optional<Cut> clock = switch (state) {
            case SessionState.Running(int _, Instant active) -> {
                Instant at = active.plus(limits.inactivity());
                yield Optional.of(new Cut(
                        at,
                        terms.endsWhenInactive()
                                ? new SessionState.Ended(new Ending.Inactive(limits.inactivity()), at)
                                : new SessionState.Detached(at, false)));
            }
            case SessionState.Detached(Instant since, boolean dropped) -> {
                Ending ending =
                        dropped ? new Ending.GraceOver(limits.grace()) : new Ending.DetachedTooLong(limits.detached());
                Instant at = since.plus(dropped ? limits.grace() : limits.detached());
                yield Optional.of(new Cut(at, new SessionState.Ended(ending, at)));
            }
            case SessionState.Starting _, SessionState.Ended _ -> Optional.empty();
        };
        return Stream.concat(grant.stream(), clock.stream()).reduce((a, b) -> b.at().isBefore(a.at()) ? b : a);
    }

    private static int attachments(SessionState state) {
        return state instanceof SessionState.Running(int attachments, Instant _) ? attachments : 0;
    }
}
