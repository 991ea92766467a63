package sallyport.bastion.ssh;

import java.io.IOException;
import org.apache.sshd.server.channel.AbstractServerChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.bastion.backend.OpenRefusal;

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

    /** Tells the client why it is not opened. */
    final void refuse(int reason, String words) {
        OpenRefusal.send(this, reason, words);
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
