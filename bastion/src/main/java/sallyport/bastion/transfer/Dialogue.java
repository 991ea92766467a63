package sallyport.bastion.transfer;

import java.util.List;
import sallyport.policy.FileRights;
import sallyport.policy.TransferCommand;
import sallyport.policy.session.SessionId;

/**
 * The two streams of a command that copies files, read while they pass. All that passes goes on as it is; this says what is to be
 * written down, and from where on a stream is not what the command's protocol has.
 */
public sealed interface Dialogue extends Transfer permits ScpDialogue, GitDialogue, RsyncDialogue {

    /** What reads that command's streams. */
    static Dialogue of(SessionId session, TransferCommand command) {
        return switch (command) {
            case TransferCommand.Scp scp -> new ScpDialogue(session, scp);
            case TransferCommand.Git git -> new GitDialogue(session, git);
            case TransferCommand.Rsync rsync -> new RsyncDialogue(session, rsync);
        };
    }

    /** Whether it may go on where this is what the rules allow. */
    boolean isAllowed(FileRights now);

    /** Whether what follows the protocol is left out of the recording, where its notes stand instead. */
    boolean leavesOut();

    /** The client sent this. */
    Heard fromClient(byte[] bytes);

    /** The target sent this on its stdout. */
    Heard fromTarget(byte[] bytes);

    /** Nothing more passes: what there is to say of what is not finished. Called once. */
    List<Note> end();
}
