package sallyport.bastion.backend;

import java.io.IOException;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.AbstractChannel;
import org.apache.sshd.common.util.buffer.Buffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SSH_MSG_CHANNEL_OPEN_FAILURE in words of ours (RFC 4254 section 5.1); the library would say no more than that it failed. */
public final class OpenRefusal {

    private static final Logger log = LoggerFactory.getLogger(OpenRefusal.class);

    private OpenRefusal() {}

    /** Tells the peer why {@code channel}, which it asked for, is not opened, and closes it. Does nothing if it is closing. */
    public static void send(AbstractChannel channel, int reason, String words) {
        if (channel.isClosing()) {
            return;
        }
        try {
            Buffer failure = channel.getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN_FAILURE);
            failure.putUInt(channel.getRecipient());
            failure.putUInt(reason);
            failure.putString(words);
            failure.putString("");
            channel.getSession().writePacket(failure);
        } catch (IOException e) {
            log.debug("{} was closed before it was refused: {}", channel, e.toString());
        }
        channel.close(true);
    }
}
