package sallyport.bastion.session;

import java.util.List;
import sallyport.admin.PersonInSession;

/** What became of a wish to be in a session. */
public sealed interface JoinOutcome {

    /** They are in it. */
    record Joined(Attachment attachment) implements JoinOutcome {}

    /** Others are in it who may type, and the newcomer wanted to be alone. */
    record Occupied(List<PersonInSession> by) implements JoinOutcome {}

    /** It has ended, or there is no room for one more. */
    record Closed(String words) implements JoinOutcome {}
}
