package sallyport.bastion.app;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.channel.AbstractClientChannel;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;

/** A channel of any type, from either side; it answers nothing by itself. */
final class RawChannel extends AbstractClientChannel {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final byte[] details;
    private final LinkedBlockingQueue<Boolean> answers = new LinkedBlockingQueue<>();

    private RawChannel(String type, byte[] details) {
        super(type);
        this.details = details;
    }

    /** One that is not opened yet. */
    static RawChannel in(Session session, String type, byte[] details) throws IOException {
        RawChannel channel = new RawChannel(type, details);
        session.getService(ConnectionService.class).registerChannel(channel);
        return channel;
    }

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

    /** Whether it was opened or refused. */
    boolean isAnswered() {
        OpenFuture future = openFuture;
        return future != null && future.isDone();
    }

    @Override
    protected void doOpen() {}

    /** One that was never confirmed has nobody to close. */
    @Override
    public void handleClose() throws IOException {
        if (isAnswered()) {
            super.handleClose();
        } else {
            close(true);
        }
    }

    @Override
    public void handleSuccess() {
        answers.add(true);
    }

    @Override
    public void handleFailure() {
        answers.add(false);
    }

    /** What is answered to a request of this channel; null if nothing is. */
    Boolean request(String name, byte[] details) throws Exception {
        send(name, details);
        return answers.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** How many answers were not looked at. */
    int answered() {
        return answers.size();
    }

    /** Sends a request that wants an answer. */
    void send(String name, byte[] details) throws IOException {
        Buffer buffer = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST);
        buffer.putUInt(getRecipient());
        buffer.putString(name);
        buffer.putBoolean(true);
        buffer.putRawBytes(details);
        writePacket(buffer);
    }
}
