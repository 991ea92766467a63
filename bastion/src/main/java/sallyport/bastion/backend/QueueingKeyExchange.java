package sallyport.bastion.backend;

import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.common.session.helpers.KeyExchangeMessageHandler;
import org.slf4j.Logger;

/**
 * During a key exchange packets wait in the session's queue, and the thread that writes them goes on. The library would hold
 * such a thread until the exchange is over, which a peer can put off for good: a thread that ends somebody's session must
 * not wait for that (T19, T51). What can wait there is bounded by the one chunk that each {@link ChannelWriter} has under
 * way.
 */
public final class QueueingKeyExchange extends KeyExchangeMessageHandler {

    /** For {@code session}, which logs to {@code log}. */
    public QueueingKeyExchange(AbstractSession session, Logger log) {
        super(session, log);
    }

    @Override
    protected boolean isBlockAllowed(int command) {
        return false;
    }
}
