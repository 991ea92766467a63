package sallyport.policy.session;

import java.time.Instant;
import java.util.Optional;
import sallyport.policy.Mode;

/**
 * What a session lives under.
 *
 * @param mode what it was opened for
 * @param until when the grant it rests on ends, and the session with it
 * @param limits its other clocks; they do not concern a session that ends with its connection
 */
public record SessionTerms(Mode mode, Optional<Instant> until, SessionLimits limits) {

    /** Whether it lives on when the last client has left. */
    public boolean outlivesConnection() {
        return mode.outlivesConnection();
    }

    /** Whether inactivity ends it, rather than sending its people away. */
    boolean endsWhenInactive() {
        return limits.whenInactive() == SessionLimits.WhenInactive.END && !(mode instanceof Mode.Job);
    }
}
