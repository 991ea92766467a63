package sallyport.bastion.console;

import java.time.Instant;
import java.util.Optional;

/**
 * A stretch of time.
 *
 * @param since its first moment; empty: from the beginning
 * @param until the first moment behind it; empty: it goes on
 */
record TimeRange(Optional<Instant> since, Optional<Instant> until) {

    private static final String TO = "..";

    static final TimeRange ALWAYS = new TimeRange(Optional.empty(), Optional.empty());

    /**
     * Reads {@code FROM} or {@code FROM..TO}, each as {@link Spoken#moment} does; either side of the dots may be empty.
     *
     * @throws IllegalArgumentException in words
     */
    static TimeRange of(String text, Instant now) {
        int dots = text.indexOf(TO);
        if (dots < 0) {
            return new TimeRange(Optional.of(Spoken.moment(text, now)), Optional.empty());
        }
        if (text.equals(TO)) {
            throw new IllegalArgumentException("the time range .. has neither a beginning nor an end");
        }
        return new TimeRange(side(text.substring(0, dots), now), side(text.substring(dots + TO.length()), now));
    }

    private static Optional<Instant> side(String text, Instant now) {
        return text.isEmpty() ? Optional.empty() : Optional.of(Spoken.moment(text, now));
    }
}
