package sallyport.bastion.backend;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.client.channel.AbstractClientChannel;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import sallyport.policy.Forward;

/**
 * A channel that the bastion opens for something that passes: at a target's sshd, which then connects to where it leads, or at a
 * client, which does.
 */
public final class OpenedStream extends AbstractClientChannel {

    private final byte[] details;
    private final OpenAnswer answer;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final ChannelStream stream;

    /**
     * Not opened yet.
     *
     * @param details what follows the packet size in SSH_MSG_CHANNEL_OPEN
     */
    public OpenedStream(String type, byte[] details, OpenAnswer answer) {
        super(type);
        this.details = details.clone();
        this.answer = answer;
        this.stream = new ChannelStream(this, this::sendEof);
    }

    /**
     * One that a target's sshd connects to {@code to}.
     *
     * @param originator who connected to the client, as the client says; nobody decides anything by it
     */
    static OpenedStream to(Forward to, Originator originator, OpenAnswer answer) {
        Buffer details = new ByteArrayBuffer();
        return switch (to) {
            case Forward.ToPort(String host, long port) -> {
                details.putString(host);
                details.putUInt(port);
                details.putString(originator.host());
                details.putUInt(originator.port());
                yield new OpenedStream("direct-tcpip", details.getCompactData(), answer);
            }
            case Forward.ToSocket(String path) -> {
                details.putString(path);
                details.putString("");
                details.putUInt(0);
                yield new OpenedStream("direct-streamlocal@openssh.com", details.getCompactData(), answer);
            }
            default -> throw new IllegalArgumentException("nothing that a target connects to: " + to);
        };
    }

    /** Who connected, in a direct-tcpip (RFC 4254 section 7.2). */
    public record Originator(String host, long port) {}

    ChannelStream stream() {
        return stream;
    }

    /** Asks for it in {@code session}; the answer comes by itself. */
    void open(Session session) {
        try {
            session.getService(ConnectionService.class).registerChannel(this);
            open();
        } catch (IOException | RuntimeException e) {
            refused(SshConstants.SSH_OPEN_CONNECT_FAILED, "the connection is closing");
            close(true);
        }
    }

    /** As the library's, with the details behind it. */
    @Override
    public synchronized OpenFuture open() throws IOException {
        openFuture = new DefaultOpenFuture(toString(), futureLock);
        Buffer buffer = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN);
        buffer.putString(getChannelType());
        buffer.putUInt(getChannelId());
        buffer.putUInt(getLocalWindow().getSize());
        buffer.putUInt(getLocalWindow().getPacketSize());
        buffer.putRawBytes(details);
        writePacket(buffer);
        return openFuture;
    }

    @Override
    protected void doOpen() {
        if (!answered.getAndSet(true)) {
            answer.opened();
        }
    }

    @Override
    public void handleOpenFailure(Buffer buffer) {
        super.handleOpenFailure(buffer);
        refused(openFailureReason, String.valueOf(openFailureMsg));
        close(true);
    }

    private void refused(int reason, String words) {
        if (!answered.getAndSet(true)) {
            answer.refused(reason, words);
        }
    }

    @Override
    protected void doWriteData(byte[] data, int off, long len) {
        stream.receive(Arrays.copyOfRange(data, off, off + (int) len));
    }

    /** There is none; what comes is given back unread. */
    @Override
    protected void doWriteExtendedData(byte[] data, int off, long len) {
        stream.release((int) len);
    }

    @Override
    public void handleEof() throws IOException {
        super.handleEof();
        stream.end();
    }

    @Override
    public void handleWindowAdjust(Buffer buffer) throws IOException {
        super.handleWindowAdjust(buffer);
        stream.windowExpanded();
    }

    @Override
    protected void preClose() {
        try {
            super.preClose();
        } finally {
            refused(SshConstants.SSH_OPEN_CONNECT_FAILED, "the connection was closed");
            stream.lost();
        }
    }
}
