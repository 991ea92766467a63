package sallyport.bastion.session;

import sallyport.bastion.backend.TerminalSize;
import sallyport.policy.DetachKey;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;

/**
 * A client that wants to be in a session.
 *
 * @param client its side
 * @param source the client's address, as people see it
 * @param size of its terminal
 * @param display what can be sent to it
 * @param linesBefore how many of the last lines it gets first, if it cannot be drawn on
 * @param detachKey the key with which its person leaves
 */
public record Newcomer(
        ClientEnd client,
        PersonId person,
        PersonName name,
        KeyFingerprint key,
        String source,
        TerminalSize size,
        Display display,
        int linesBefore,
        DetachKey detachKey) {

    /** What a client can be sent. */
    public enum Display {
        /** All that a terminal understands. */
        FULL,
        /** The program's output and plain lines: its terminal only prints. */
        DUMB,
        /** The program's output from now on, and nothing else: it is no terminal. */
        STREAM
    }
}
