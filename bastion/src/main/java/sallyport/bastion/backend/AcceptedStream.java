package sallyport.bastion.backend;

import java.io.IOException;
import java.util.Arrays;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.AbstractServerChannel;
import org.jspecify.annotations.Nullable;

/** A channel that a target opens: somebody there connected to what it listens on for a client, or wants what the client lends. */
public final class AcceptedStream extends AbstractServerChannel {

    /** Somebody connected to a port there (RFC 4254 section 7.2). */
    static final String TCP = "forwarded-tcpip";

    /** Somebody connected to a UNIX socket there (OpenSSH's PROTOCOL section 2.4). */
    static final String SOCKET = "forwarded-streamlocal@openssh.com";

    /** A program there wants the client's agent. */
    public static final String AGENT = "auth-agent@openssh.com";

    /** A program there wants the client's X11 display (RFC 4254 section 6.3.2). */
    public static final String X11 = "x11";

    private final String type;
    private final ChannelStream stream;
    private byte[] details = new byte[0];
    private @Nullable OpenFuture opened;

    private AcceptedStream(String type) {
        super(null);
        this.type = type;
        this.stream = new ChannelStream(this, this::sendEof);
    }

    /** Makes them for targets' channels of {@code type}. */
    static ChannelFactory factory(String type) {
        return new ChannelFactory() {
            @Override
            public String getName() {
                return type;
            }

            @Override
            public Channel createChannel(Session session) {
                return new AcceptedStream(type);
            }
        };
    }

    /** The channel type that the target named. */
    public String type() {
        return type;
    }

    /** What followed the packet size in the target's SSH_MSG_CHANNEL_OPEN. */
    public byte[] details() {
        return details.clone();
    }

    ChannelStream stream() {
        return stream;
    }

    @Override
    protected OpenFuture doInit(Buffer buffer) {
        OpenFuture future = new DefaultOpenFuture(this, this);
        opened = future;
        details = buffer.getCompactData();
        TargetForwards.arrived(getSession(), this);
        return future;
    }

    void accept() {
        signalChannelOpenSuccess();
        OpenFuture future = opened;
        if (future != null) {
            future.setOpened();
        }
    }

    /** Tells the target that it leads nowhere. */
    public void refuse(int reason, String words) {
        OpenRefusal.send(this, reason, words);
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
            stream.lost();
        }
    }
}
