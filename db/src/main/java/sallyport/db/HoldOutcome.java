package sallyport.db;

import sallyport.policy.retention.Hold;
import sallyport.policy.retention.Purge;

/** What came of holding a recording. */
public sealed interface HoldOutcome {

    /** It is held, and stays so through every sweep that follows. */
    record Done(Hold hold) implements HoldOutcome {}

    /** A sweep was first. */
    record TooLate(Purge purge) implements HoldOutcome {}
}
