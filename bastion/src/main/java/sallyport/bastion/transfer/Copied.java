package sallyport.bastion.transfer;

import sallyport.policy.FileAccess;
import sallyport.policy.TransferCommand;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionId;

/** What there is to say at the end of a command of whose files nothing more is known. */
final class Copied {

    private Copied() {}

    /** @param what what else is known; may be empty */
    static Note note(
            SessionId session,
            TransferCommand command,
            String path,
            String quoted,
            long fromTarget,
            long fromClient,
            String what) {
        boolean reads = command.access() == FileAccess.READ;
        return Note.of(
                "%s %s %s: %d bytes from the target, %d bytes to it%s"
                        .formatted(
                                command.program(),
                                reads ? "read" : "wrote",
                                quoted,
                                fromTarget,
                                fromClient,
                                what.isEmpty() ? "" : "; " + what),
                new AuditEvent.FilesCopied(
                        session, command.program(), command.access().word(), path, fromTarget, fromClient, what));
    }
}
