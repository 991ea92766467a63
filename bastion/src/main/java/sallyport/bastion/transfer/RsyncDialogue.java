package sallyport.bastion.transfer;

import java.util.List;
import java.util.stream.Collectors;
import sallyport.policy.FileRights;
import sallyport.policy.TransferCommand;
import sallyport.policy.session.SessionId;

/**
 * What passes between two rsyncs, as far as the command says it: direction and paths; and how much. Their protocol has many versions, and
 * its file list may be compressed, so it is not read, and everything is recorded.
 */
final class RsyncDialogue implements Dialogue {

    private static final String UNKNOWN = "its list of files is not read";

    private final SessionId session;
    private final TransferCommand.Rsync command;
    private long bytesFromTarget;
    private long bytesFromClient;

    RsyncDialogue(SessionId session, TransferCommand.Rsync command) {
        this.session = session;
        this.command = command;
    }

    @Override
    public boolean isAllowed(FileRights now) {
        return TransferCommand.refusal(command, now).isEmpty();
    }

    @Override
    public boolean leavesOut() {
        return false;
    }

    @Override
    public Heard fromClient(byte[] bytes) {
        bytesFromClient += bytes.length;
        return Heard.understood(List.of());
    }

    @Override
    public Heard fromTarget(byte[] bytes) {
        bytesFromTarget += bytes.length;
        return Heard.understood(List.of());
    }

    @Override
    public List<Note> end() {
        List<FileName> paths = command.paths().stream().map(FileName::of).toList();
        return List.of(Copied.note(
                session,
                command,
                paths.stream().map(FileName::text).collect(Collectors.joining(", ")),
                paths.isEmpty()
                        ? "what it was told later"
                        : paths.stream().map(FileName::quoted).collect(Collectors.joining(" ")),
                bytesFromTarget,
                bytesFromClient,
                UNKNOWN));
    }
}
