package sallyport.policy;

import java.time.Duration;
import java.util.Optional;

/** The answer to an {@link Attempt}. */
public sealed interface Decision {

    /** Go ahead, with this proof. */
    record Permitted(Permit permit) implements Decision {}

    /** Say why first; then the question is put again. */
    record ReasonRequired(Target target, String rule) implements Decision {}

    /**
     * Another person must agree first.
     *
     * @param duration how long the grant will last, from its first use
     * @param pending the request that is already waiting; empty if one is to be made with {@code reason}
     */
    record ApprovalRequired(
            Target target, String rule, Reason reason, Duration duration, Optional<AccessRequest> pending)
            implements Decision {}

    /** No. */
    record Denied(Denial why) implements Decision {}
}
