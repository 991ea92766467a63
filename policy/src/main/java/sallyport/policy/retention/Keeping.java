package sallyport.policy.retention;

import java.time.Instant;
import java.util.List;

/** How long a recording stays. */
public sealed interface Keeping {

    /**
     * Its session lives, and it stays at least as long.
     *
     * @param rule counts from the end
     */
    record WhileLive(RetentionRule rule) implements Keeping {}

    /** The first sweep that is at {@code until} or later may remove it. */
    record Until(Instant until, RetentionRule rule) implements Keeping {
        /** Whether that time has come. */
        public boolean isDueAt(Instant now) {
            return !now.isBefore(until);
        }
    }

    /**
     * It stays until every hold is released.
     *
     * @param holds one or more
     * @param then what holds from then on
     */
    record Held(List<Hold> holds, Keeping then) implements Keeping {
        public Held {
            holds = List.copyOf(holds);
        }
    }

    /** It is gone. */
    record Gone(Purge purge) implements Keeping {}
}
