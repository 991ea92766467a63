package sallyport.policy.retention;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * From when on a bastion knows how much time has passed: a moment that was looked at with both clocks. A wall clock that was
 * set makes every recording look older than it is, so nothing is removed by one that cannot be believed (T45, R10).
 *
 * <p>The doubt is no state: each sweep asks anew, so a clock that is put right is believed again by itself.
 *
 * @param wall what the wall clock said
 * @param nanos what the monotonic clock said at that moment
 */
public record ClockWatch(Instant wall, long nanos) {

    /**
     * How far the two clocks may have gone apart since. Above what a time service corrects in years, below what would make a
     * difference to a rule in days.
     */
    public static final Duration MOST_DRIFT = Duration.ofHours(1);

    /**
     * How long nothing may have swept. The monotonic clock does not outlive a process, so after a restart a clock that was set
     * forward looks the same as a bastion that was off: beyond this a person has to say which it was.
     */
    public static final Duration LONGEST_GAP = Duration.ofDays(3);

    /** Whether the wall clock can be believed. */
    public sealed interface Answer {

        /** It can. */
        record Sound() implements Answer {}

        /**
         * It cannot.
         *
         * @param words what is seen, one sentence without a full stop
         */
        record Doubtful(String words) implements Answer {}
    }

    /**
     * Judges the wall clock.
     *
     * @param lastKnown the last time that is known to have been right: of the last sweep of any bastion; empty if there was none
     * @param nowWall what the wall clock says
     * @param nowNanos what the monotonic clock says
     */
    public Answer judge(Optional<Instant> lastKnown, Instant nowWall, long nowNanos) {
        Duration passed = Duration.ofNanos(nowNanos - nanos);
        Duration step = Duration.between(wall, nowWall).minus(passed);
        if (step.abs().compareTo(MOST_DRIFT) > 0) {
            return new Answer.Doubtful("the clock was set " + (step.isNegative() ? "back" : "forward") + " by "
                    + words(step.abs()) + " while the bastion ran");
        }
        if (lastKnown.isEmpty()) {
            return new Answer.Sound();
        }
        Duration gap = Duration.between(lastKnown.get(), nowWall);
        if (gap.compareTo(LONGEST_GAP) > 0) {
            return new Answer.Doubtful("the clock is " + words(gap) + " ahead of what was known last ("
                    + lastKnown.get() + "): either no bastion ran for so long, or the clock is wrong");
        }
        if (gap.negated().compareTo(MOST_DRIFT) > 0) {
            return new Answer.Doubtful("the clock is " + words(gap.negated()) + " behind what was known last ("
                    + lastKnown.get() + "): it is wrong now, or was wrong then");
        }
        return new Answer.Sound();
    }

    private static String words(Duration time) {
        return time.compareTo(Duration.ofDays(2)) < 0
                ? time.toHours() + " h " + time.toMinutesPart() + " min"
                : time.toDays() + " days";
    }
}
