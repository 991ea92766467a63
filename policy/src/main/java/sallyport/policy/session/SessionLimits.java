package sallyport.policy.session;

import java.time.Duration;
import sallyport.policy.Environment;

/**
 * The clocks of a session that outlives its connection, set per environment. None of them lets a session outlive its grant.
 *
 * @param inactivity how long somebody may be in it without anybody typing
 * @param whenInactive what happens then
 * @param detached how long it waits for somebody to come back
 * @param grace how long it waits if the connection was lost instead; not longer than {@code detached}
 */
public record SessionLimits(Duration inactivity, WhenInactive whenInactive, Duration detached, Duration grace) {

    /** What the inactivity clock does. A job is never ended by it: nobody has to type for it. */
    public enum WhenInactive {
        DETACH,
        END
    }

    private static final SessionLimits USUAL =
            new SessionLimits(Duration.ofHours(24), WhenInactive.DETACH, Duration.ofDays(7), Duration.ofDays(7));

    private static final SessionLimits USUAL_IN_PRODUCTION =
            new SessionLimits(Duration.ofHours(1), WhenInactive.DETACH, Duration.ofDays(7), Duration.ofHours(1));

    /** What holds on {@code environment} where nothing is configured. */
    public static SessionLimits usual(Environment environment) {
        return environment.isProduction() ? USUAL_IN_PRODUCTION : USUAL;
    }

    /** @throws IllegalArgumentException in words if a clock is not positive, or the grace is the longer one */
    public SessionLimits {
        if (!inactivity.isPositive() || !detached.isPositive() || !grace.isPositive()) {
            throw new IllegalArgumentException("a clock of a session must be longer than nothing");
        }
        if (grace.compareTo(detached) > 0) {
            throw new IllegalArgumentException("the grace window is longer than the life after detaching");
        }
    }
}
