package sallyport.db;

import java.util.List;
import sallyport.policy.retention.Hold;

/** What came of releasing a hold. */
public sealed interface ReleaseOutcome {

    /**
     * It is released.
     *
     * @param left other holds, by which the recording stays
     */
    record Done(Hold released, List<Hold> left) implements ReleaseOutcome {
        public Done {
            left = List.copyOf(left);
        }
    }

    /** Nobody holds it, or not under that number. */
    record NoSuch() implements ReleaseOutcome {}

    /** There are several, and none was named. */
    record Several(List<Hold> holds) implements ReleaseOutcome {
        public Several {
            holds = List.copyOf(holds);
        }
    }
}
