package sallyport.policy.retention;

import java.time.Duration;
import java.time.Instant;
import sallyport.policy.Environment;

/**
 * How long the recordings of one environment are kept.
 *
 * @param days of 24 hours after the session's end; 0: no longer than the session
 */
public record RetentionRule(Environment environment, int days) {

    /** For the audit log and for people, as {@code production 365 days}. */
    public String words() {
        return environment.word() + " " + days + (days == 1 ? " day" : " days");
    }

    /** Until when the recording of a session that ended at {@code end} is kept, if nobody holds it. */
    public Instant keepsUntil(Instant end) {
        return end.plus(Duration.ofDays(days));
    }
}
