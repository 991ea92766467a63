package sallyport.db;

import sallyport.policy.AccessRequest;

/**
 * What became of a {@link Verdict}. Each case but the first carries the request as it stands now. Only {@link Decided} and
 * {@link Voided} have changed it.
 */
public sealed interface DecideOutcome {

    /** No request has that code. */
    record NoSuchRequest() implements DecideOutcome {}

    /** The verdict holds; {@code request} is the request after it. */
    record Decided(AccessRequest request) implements DecideOutcome {}

    /** Somebody else was first, or the asker took it back, or a change of the rules voided it. */
    record AlreadyDecided(AccessRequest request) implements DecideOutcome {}

    /** Nobody decided in time. */
    record Lapsed(AccessRequest request) implements DecideOutcome {}

    /** Approving or denying one's own request; take it back instead. */
    record OwnRequest(AccessRequest request) implements DecideOutcome {}

    /** Taking back somebody else's request. */
    record NotOwnRequest(AccessRequest request) implements DecideOutcome {}

    /** The asker or the target has been disabled meanwhile; the request is cancelled now. */
    record Voided(AccessRequest request) implements DecideOutcome {}
}
