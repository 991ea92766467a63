package sallyport.bastion.ssh;

import java.io.IOException;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.AbstractServerChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A channel that a client opened. What its own kind takes in, it gives window credit back for when it is through with it. */
abstract class DoorChannel extends AbstractServerChannel {

    private static final Logger log = LoggerFactory.getLogger(DoorChannel.class);

    DoorChannel() {
        super(null);
    }

    /** Clients have no extended data to send; what comes is given back unread. */
    @Override
    protected final void doWriteExtendedData(byte[] data, int off, long len) {
        release((int) len);
    }

    /** Tells the client why it is not opened; the library would say no more than that it failed. */
    final void refuse(int reason, String words) {
        if (isClosing()) {
            return;
        }
        try {
            Buffer failure = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN_FAILURE);
            failure.putUInt(getRecipient());
            failure.putUInt(reason);
            failure.putString(words);
            failure.putString("");
            getSession().writePacket(failure);
        } catch (IOException e) {
            log.debug("{} was closed before it was refused: {}", this, e.toString());
        }
        close(true);
    }

    /** Gives window credit back to the client, in bytes. */
    final void release(int bytes) {
        if (isClosing()) {
            return;
        }
        try {
            getLocalWindow().release(bytes);
        } catch (IOException e) {
            log.debug("window of {} could not be adjusted: {}", this, e.toString());
            close(true);
        }
    }
}
