package sallyport.policy;

import java.time.Duration;
import java.util.SortedSet;

/** Why the answer is no. */
public sealed interface Denial {

    /** The target does not exist, or is none of this person's: the same answer, so that nobody learns which (T11). */
    record NoSuchTarget(TargetName target) implements Denial {}

    /** The target is theirs, the account is not. */
    record LoginNotAllowed(TargetName target, Login login, SortedSet<Login> allowed) implements Denial {}

    /** No rule allows this kind of request. */
    record ModeNotAllowed(TargetName target, Mode mode) implements Denial {}

    /**
     * The target is theirs, and what they want passed on is not allowed there.
     *
     * @param why in words, without a full stop
     */
    record ForwardNotAllowed(TargetName target, Forward what, String why) implements Denial {}

    /**
     * The command copies files in a way that no rule allows, or that cannot be held to what the rules say.
     *
     * @param words what is not allowed, for the person
     */
    record TransferNotAllowed(TargetName target, String words) implements Denial {}

    /** The command is the beginning of a mosh, whose UDP does not pass. */
    record NeedsUdp(TargetName target) implements Denial {}

    /** They asked for longer than the rule gives. */
    record TooLong(TargetName target, Duration asked, Duration longest, String rule) implements Denial {}

    /** Another person has denied their request, and they are being told so now. */
    record RequestDenied(AccessRequest request, AccessRequest.State.Denied denied) implements Denial {}
}
