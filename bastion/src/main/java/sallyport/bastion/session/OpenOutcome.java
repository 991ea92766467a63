package sallyport.bastion.session;

import java.util.Optional;
import sallyport.policy.session.Ending;

/** What became of an opening. */
public sealed interface OpenOutcome {

    /** It runs, or has run already, and the client, if it has one, is in it. */
    record Opened(LiveSession session, Optional<Attachment> attachment) implements OpenOutcome {}

    /**
     * It does not run.
     *
     * @param ending its exit status is the client's
     * @param words what happened, to what, and what to do
     */
    record NotOpened(Ending ending, String words) implements OpenOutcome {}
}
