package sallyport.bastion.session;

import java.util.function.IntConsumer;
import sallyport.policy.session.Ending;

/** The client's side of an attachment. May be called on any thread; never blocks. */
public interface ClientEnd {

    /**
     * Sends output, in the order of the calls.
     *
     * @param stderr whether it belongs to the extended data stream
     * @param bytes taken over: nobody changes them afterwards
     * @param taken told how many bytes the client's transport has, or never will; calls with the same {@code taken} may be
     *     answered together
     */
    void output(boolean stderr, byte[] bytes, IntConsumer taken);

    /** Forgets what was output and has not begun to be sent, since something newer shows the same. It counts as taken. */
    void dropQueued();

    /**
     * The session is over. What was output before is sent first if {@code drain}; otherwise what is still queued is
     * dropped. Then come {@code words}, the exit-status or exit-signal, and the close of the channel.
     *
     * @param words lines for people, without the prefix; empty to say nothing
     */
    void end(Ending ending, String words, boolean drain);

    /**
     * The client is no longer part of the session, which lives on: say why, and close the channel.
     *
     * @param exitStatus 0 if they wanted it, 253 if a time limit did
     */
    void dismiss(String words, int exitStatus);
}
