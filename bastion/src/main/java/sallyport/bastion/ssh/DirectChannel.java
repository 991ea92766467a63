package sallyport.bastion.ssh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.bastion.backend.ChannelStream;
import sallyport.bastion.backend.Intake;
import sallyport.bastion.backend.OpenedStream.Originator;
import sallyport.db.DatabaseAway;
import sallyport.policy.Forward;

/**
 * A channel that a client opens to lead somewhere. {@code direct-tcpip} (RFC 4254 section 7.2) is how {@code ssh -J bastion
 * root@web-1} reaches web-1: what comes on it is the transport of another ssh connection, and that is answered here, by a {@link
 * JumpSession}, so {@code -J} and {@code login+target@bastion} are the same visits. It is also how {@code -L}, {@code -D} and {@code
 * -W} reach a port, and {@code direct-streamlocal@openssh.com} a UNIX socket: {@link Forwards} decides about those. Runs on I/O
 * threads; the answer to its opening on a thread that may wait.
 */
final class DirectChannel extends DoorChannel {

    /** What it is to lead to. */
    enum Kind {
        TCP("direct-tcpip"),
        SOCKET("direct-streamlocal@openssh.com");

        private final String type;

        Kind(String type) {
            this.type = type;
        }

        String type() {
            return type;
        }
    }

    private static final Logger log = LoggerFactory.getLogger(DirectChannel.class);

    private final SshFront front;
    private final Kind kind;
    private final ChannelStream stream = new ChannelStream(this, this::sendEof);
    private final OpenFuture opened = new DefaultOpenFuture(this, this);
    private final CompletableFuture<Void> answered = new CompletableFuture<>();

    private volatile Intake intake = stream;

    DirectChannel(SshFront front, Kind kind) {
        this.front = front;
        this.kind = kind;
    }

    /** What passes through it, if it is no jump. */
    ChannelStream stream() {
        return stream;
    }

    @Override
    protected OpenFuture doInit(Buffer buffer) {
        Forward to;
        Originator originator = new Originator("", 0);
        if (kind == Kind.TCP) {
            to = new Forward.ToPort(text(buffer), buffer.getUInt());
            originator = new Originator(text(buffer), buffer.getUInt());
        } else {
            to = new Forward.ToSocket(text(buffer));
        }
        Optional<Forwards> forwards = ((FrontSession) getSession()).forwards();
        if (forwards.isEmpty()) {
            refuse("nobody has logged in");
        } else if (!forwards.get().places().take()) {
            refuse("%d forwards are open in this connection, more are not possible. Connect once more for more"
                    .formatted(SshFront.MOST_FORWARDS));
        } else {
            CompletableFuture<Void> closed = new CompletableFuture<>();
            addCloseFutureListener(_ -> closed.complete(null));
            // Its place is taken until there is nothing left of it, whatever the client does meanwhile.
            var _ = closed.runAfterBoth(answered, forwards.get().places()::free);
            Originator from = originator;
            front.aside(() -> answer(forwards.get(), to, from));
        }
        return opened;
    }

    private static String text(Buffer buffer) {
        return new String(buffer.getBytes(), StandardCharsets.UTF_8);
    }

    private void answer(Forwards forwards, Forward to, Originator originator) {
        FrontSession session = (FrontSession) getSession();
        try {
            Optional<String> noJump = Optional.empty();
            if (to instanceof Forward.ToPort(String host, long port) && !(session instanceof JumpSession)) {
                switch (forwards.inTurn(() -> front.jumps().answer(session, forwards.connection(), host, port))) {
                    case JumpDoor.Answer.Open(Jump jump) -> {
                        jump(forwards, jump);
                        return;
                    }
                    case JumpDoor.Answer.Elsewhere(String words) -> noJump = Optional.of(words);
                }
            }
            forwards.connect(to, originator, this, noJump);
        } catch (DatabaseAway away) {
            refuse("nothing new can be opened: the database does not answer. Try again in a minute");
        } catch (Exception e) {
            log.error("a way of {} to {} broke", session, Visible.text(to.text()), e);
            refuse("something inside the bastion broke. Tell whoever runs it; the log of this minute says more");
        } finally {
            answered.complete(null);
        }
    }

    private void jump(Forwards forwards, Jump jump) throws Exception {
        if (!forwards.jumps().take()) {
            refuse("%d jumps are open in this connection, more are not possible".formatted(SshFront.MOST_SESSIONS));
            return;
        }
        addCloseFutureListener(_ -> forwards.jumps().free());
        JumpTransport made = new JumpTransport(this, jump, front);
        intake = made;
        CoreModuleProperties.WINDOW_SIZE.set(this, CoreModuleProperties.WINDOW_SIZE.getRequiredDefault());
        configureWindow();
        // The client's first bytes may come with its next packet; they wait in the transport.
        confirm();
        front.serve(made);
        made.resumeRead();
        if (isClosing()) {
            made.lost();
        }
    }

    /** Tells the client that it is open, if it did not close it meanwhile. */
    void confirm() {
        if (isClosing()) {
            return;
        }
        signalChannelOpenSuccess();
        opened.setOpened();
    }

    /** Tells the client why it leads nowhere. */
    void refuse(String words) {
        refuse(SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, words);
    }

    // --- bytes ---

    @Override
    protected void doWriteData(byte[] data, int off, long len) {
        intake.receive(Arrays.copyOfRange(data, off, off + (int) len));
    }

    @Override
    public void handleWindowAdjust(Buffer buffer) throws IOException {
        super.handleWindowAdjust(buffer);
        intake.windowExpanded();
    }

    @Override
    public void handleEof() throws IOException {
        super.handleEof();
        intake.end();
    }

    @Override
    protected void preClose() {
        try {
            super.preClose();
        } finally {
            intake.lost();
        }
    }
}
