package sallyport.admin;

import java.time.Instant;
import java.util.Optional;

/** What came of looking whether recordings are to be removed. */
public sealed interface Swept {

    /**
     * What was removed.
     *
     * @param recordings how many
     * @param bytes of those that were sealed
     * @param oldestEnd when the session of the oldest one ended
     * @param left how many more are due, for the next sweep
     * @param failed how many count as removed while something of them is still on the disk; tried again
     */
    record Done(long recordings, long bytes, Optional<Instant> oldestEnd, long left, long failed) implements Swept {}

    /** This hour's sweep is done already, here or on another bastion. */
    record NotYet() implements Swept {}

    /**
     * Nothing is removed.
     *
     * @param words why the clock is not believed, one sentence without a full stop
     */
    record Halted(String words) implements Swept {}
}
