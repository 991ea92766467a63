package sallyport.bastion.session;

import sallyport.policy.session.Ending;

/** What became of an opening. */
public sealed interface OpenOutcome {

    /** It runs. */
    record Opened(LiveSession session) implements OpenOutcome {}

    /**
     * It does not run.
     *
     * @param ending its exit status is the client's
     * @param words what happened, to what, and what to do
     */
    record NotOpened(Ending ending, String words) implements OpenOutcome {}
}
