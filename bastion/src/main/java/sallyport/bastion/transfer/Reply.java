package sallyport.bastion.transfer;

import java.util.List;

/** What becomes of something that the target sent. */
public sealed interface Reply {

    /**
     * It goes on to the client as it is.
     *
     * @param notes to be written down first
     */
    record Pass(List<Note> notes) implements Reply {}

    /** The client gets another answer instead. */
    record Instead(Verdict.Refused refused) implements Reply {}

    /**
     * It was an answer to what was asked from here, and the client gets nothing of it.
     *
     * @param verdict what becomes of the request that waited for it
     */
    record Settled(Verdict verdict) implements Reply {}
}
