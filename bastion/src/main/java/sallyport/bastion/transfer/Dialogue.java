package sallyport.bastion.transfer;

import java.util.List;
import java.util.Optional;
import sallyport.policy.FileRights;
import sallyport.policy.TransferCommand;
import sallyport.policy.session.SessionId;

/**
 * The two streams of a command that copies files, read while they pass. All that passes goes on as it is; this says what is to be
 * written down, and from where on a stream is not what the command's protocol has.
 */
public sealed interface Dialogue extends Transfer permits ScpDialogue {

    /** What reads that command's streams; empty: nobody here can. */
    static Optional<Dialogue> of(SessionId session, TransferCommand command) {
        return switch (command) {
            case TransferCommand.Scp scp -> Optional.of(new ScpDialogue(session, scp));
            case TransferCommand.Rsync _, TransferCommand.Git _ -> Optional.empty();
        };
    }

    /** Whether it may go on where this is what the rules allow. */
    boolean isAllowed(FileRights now);

    /** The client sent this. */
    Heard fromClient(byte[] bytes);

    /** The target sent this on its stdout. */
    Heard fromTarget(byte[] bytes);

    /** Nothing more passes: what there is to say of what is not finished. Called once. */
    List<Note> end();
}
