package sallyport.bastion.ssh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@code direct-tcpip} channel (RFC 4254 section 7.2), which is how {@code ssh -J bastion root@web-1} reaches web-1. What comes
 * on it is the transport of another ssh connection, and that is answered here, by a {@link JumpSession}: so {@code -J} and
 * {@code login+target@bastion} are the same visits. Runs on I/O threads; the answer to its opening on a thread that may wait.
 */
final class JumpChannel extends DoorChannel {

    private static final Logger log = LoggerFactory.getLogger(JumpChannel.class);

    private final SshFront front;
    private volatile @Nullable JumpTransport transport;

    JumpChannel(SshFront front) {
        this.front = front;
    }

    @Override
    protected OpenFuture doInit(Buffer buffer) {
        OpenFuture opened = new DefaultOpenFuture(this, this);
        // Who is said to have connected to the client, and from where, is the client's word and decides nothing.
        String host = new String(buffer.getBytes(), StandardCharsets.UTF_8);
        long port = buffer.getUInt();
        front.aside(() -> answer(host, port, opened));
        return opened;
    }

    private void answer(String host, long port, OpenFuture opened) {
        FrontSession outer = (FrontSession) getSession();
        Optional<Connection> connection = outer.connection();
        try {
            JumpDoor.Answer answer = connection.isEmpty() || outer instanceof JumpSession
                    ? new JumpDoor.Answer.Refused(
                            "the bastion forwards nothing from inside a target. Jump to each of them: ssh -J bastion"
                                    + " TARGET")
                    : front.jumps().answer(outer, connection.get(), host, port);
            switch (answer) {
                case JumpDoor.Answer.Open(Jump jump) -> open(jump, opened);
                case JumpDoor.Answer.Refused(String words) -> {
                    log.info("{} is refused a way to {}:{}", outer, Visible.text(host), port);
                    refuse(words);
                }
            }
        } catch (Exception e) {
            log.error("a jump of {} to {}:{} broke", outer, Visible.text(host), port, e);
            close(false);
        }
    }

    private void open(Jump jump, OpenFuture opened) throws Exception {
        JumpTransport made = new JumpTransport(this, jump, front);
        transport = made;
        // The client's first bytes may come with its next packet; they wait in the transport.
        signalChannelOpenSuccess();
        opened.setOpened();
        front.serve(made);
        made.resumeRead();
        if (isClosing()) {
            made.lost();
        }
    }

    /** The library would say no more than that it failed. */
    private void refuse(String words) throws IOException {
        Buffer failure = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN_FAILURE);
        failure.putUInt(getRecipient());
        failure.putUInt(SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED);
        failure.putString(words);
        failure.putString("");
        getSession().writePacket(failure);
        close(true);
    }

    // --- bytes ---

    @Override
    protected void doWriteData(byte[] data, int off, long len) {
        JumpTransport to = transport;
        if (to == null) {
            // A client that does not wait for the answer breaks the protocol.
            close(false);
            return;
        }
        to.receive(Arrays.copyOfRange(data, off, off + (int) len));
    }

    @Override
    public void handleWindowAdjust(Buffer buffer) throws IOException {
        super.handleWindowAdjust(buffer);
        JumpTransport to = transport;
        if (to != null) {
            to.windowExpanded();
        }
    }

    @Override
    public void handleEof() throws IOException {
        super.handleEof();
        JumpTransport to = transport;
        if (to != null) {
            to.end();
        }
    }

    @Override
    protected void preClose() {
        try {
            super.preClose();
        } finally {
            JumpTransport to = transport;
            if (to != null) {
                to.lost();
            }
        }
    }
}
