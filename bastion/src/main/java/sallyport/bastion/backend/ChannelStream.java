package sallyport.bastion.backend;

import java.io.IOException;
import java.util.function.IntConsumer;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.AbstractChannel;
import org.apache.sshd.core.CoreModuleProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An ssh channel as an end of something that passes. The channel brings what it receives to {@link Intake}'s methods; credit is
 * given back only by {@link #release}, so a reader who stops holds up the writer, and nothing here grows.
 */
public final class ChannelStream implements StreamEnd, Intake {

    /** Most bytes that wait in one direction of one channel: OpenSSH has four times as much, and no two hundred of them. */
    public static final long WINDOW_BYTES = 512 * 1024;

    private static final Logger log = LoggerFactory.getLogger(ChannelStream.class);

    private final AbstractChannel channel;
    private final EofSender eof;
    private final ChannelWriter writer;
    private volatile @Nullable Intake events;
    private volatile boolean endWanted;
    private volatile boolean lost;

    /** Sends SSH_MSG_CHANNEL_EOF, which only a channel itself can. */
    @FunctionalInterface
    public interface EofSender {
        /** Sends it if the channel is open. */
        void send() throws IOException;
    }

    /** An end over {@code channel}, whose window is to be configured behind this. */
    public ChannelStream(AbstractChannel channel, EofSender eof) {
        this.channel = channel;
        this.eof = eof;
        this.writer = new ChannelWriter(channel);
        CoreModuleProperties.WINDOW_SIZE.set(channel, WINDOW_BYTES);
    }

    @Override
    public void tell(Intake whom) {
        events = whom;
        if (lost) {
            whom.lost();
        }
    }

    @Override
    public void send(byte[] bytes, IntConsumer taken) {
        writer.offer(false, bytes, taken);
    }

    @Override
    public void sendEnd() {
        endWanted = true;
        writer.whenDrained(this::sendEof);
    }

    private void sendEof() {
        try {
            eof.send();
        } catch (IOException e) {
            log.debug("{} broke before its end could be sent: {}", channel, e.toString());
            channel.close(true);
        }
    }

    @Override
    public void release(int bytes) {
        if (channel.isClosing()) {
            return;
        }
        try {
            channel.getLocalWindow().release(bytes);
        } catch (IOException e) {
            log.debug("window of {} could not be adjusted: {}", channel, e.toString());
            channel.close(true);
        }
    }

    @Override
    public void finish() {
        writer.whenDrained(() -> {
            if (endWanted) {
                sendEof();
            }
            channel.close(false);
        });
    }

    @Override
    public void cut() {
        writer.dropQueued();
        channel.close(false);
    }

    // --- what the channel brings ---

    @Override
    public void receive(byte[] bytes) {
        Intake to = events;
        if (to == null) {
            // It is not joined and so not confirmed, and a peer that does not wait for the answer has it now.
            OpenRefusal.send(
                    channel, SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, "bytes came before it was open");
        } else if (bytes.length > 0) {
            to.receive(bytes);
        }
    }

    @Override
    public void end() {
        Intake to = events;
        if (to != null) {
            to.end();
        }
    }

    @Override
    public void windowExpanded() {
        writer.windowExpanded();
    }

    @Override
    public void lost() {
        lost = true;
        writer.close();
        Intake to = events;
        if (to != null) {
            to.lost();
        }
    }
}
