package sallyport.bastion.ssh;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;

/**
 * How many refusals are noted. Whoever is refused can be so as often as they like, and must not fill the audit journal: then nobody
 * could open a session any more.
 */
final class Refusals {

    /** Noted within one {@link #WINDOW}; more are not. */
    static final int MOST_NOTED = 60;

    static final Duration WINDOW = Duration.ofMinutes(1);

    @GuardedBy("this")
    private Instant windowBegan = Instant.EPOCH;

    @GuardedBy("this")
    private int noted;

    /** Counts one at {@code now}; whether it may be noted. */
    synchronized boolean mayNote(Instant now) {
        if (!now.isBefore(windowBegan.plus(WINDOW)) || now.isBefore(windowBegan)) {
            windowBegan = now;
            noted = 0;
        }
        return noted++ < MOST_NOTED;
    }
}
