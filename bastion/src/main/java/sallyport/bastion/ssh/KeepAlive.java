package sallyport.bastion.ssh;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.nio2.Nio2Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out that a client is gone without a word, as a laptop whose network went away (R8). The kernel asks after silence, and
 * the client's kernel answers: so a client that is merely suspended, or whose terminal nobody looks at, is left alone, which a
 * question in the ssh protocol would not do. The questions are not sent while bytes wait to be acknowledged; for those there
 * is the stall limit of terminals.
 */
final class KeepAlive {

    // Together 50 s from the last sign of life until the connection counts as lost.
    private static final int IDLE_SECONDS = 20;
    private static final int INTERVAL_SECONDS = 10;
    private static final int MOST_UNANSWERED = 3;

    private static final Map<SocketOption<Integer>, Integer> OPTIONS = Map.of(
            ExtendedSocketOptions.TCP_KEEPIDLE, IDLE_SECONDS,
            ExtendedSocketOptions.TCP_KEEPINTERVAL, INTERVAL_SECONDS,
            ExtendedSocketOptions.TCP_KEEPCOUNT, MOST_UNANSWERED);

    private static final Logger log = LoggerFactory.getLogger(KeepAlive.class);

    private KeepAlive() {}

    /** Asks the kernel to watch over a connection that was just accepted. One that cannot be watched is served all the same. */
    static void watch(IoSession accepted) {
        if (!(accepted instanceof Nio2Session session)) {
            return;
        }
        NetworkChannel socket = session.getSocket();
        try {
            socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            for (var option : OPTIONS.entrySet()) {
                if (socket.supportedOptions().contains(option.getKey())) {
                    socket.setOption(option.getKey(), option.getValue());
                }
            }
        } catch (IOException e) {
            log.warn("{}: the kernel does not watch over it: {}", accepted.getRemoteAddress(), e.toString());
        }
    }
}
