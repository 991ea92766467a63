package sallyport.bastion.backend;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.sshd.common.SshConstants;
import sallyport.policy.Forward;

/**
 * What the bastion itself connects to. A name is resolved once: each address that it has must be allowed, and what is then
 * connected to is the first of these addresses that answers, and no name (T31).
 */
final class NetworkForwards extends ForwardBackend {

    /** How long one address may take to answer, before the next is tried. */
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    /** Most addresses of one name that are tried. */
    static final int MOST_TRIED = 4;

    private final Gate gate;
    private final Resolver resolver;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("network-", 0).factory());

    NetworkForwards(BackendEvents events, Gate gate, Resolver resolver) {
        super(events);
        this.gate = gate;
        this.resolver = resolver;
    }

    @Override
    public void connect(
            Forward to, OpenedStream.Originator originator, StreamEnd opener, Consumer<Pipe> over, OpenAnswer answer) {
        Joining joining = new Joining(answer);
        if (!(to instanceof Forward.ToPort(String host, long port))) {
            joining.refused(SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, "only ports can be reached from here");
            return;
        }
        List<InetAddress> addresses;
        try {
            addresses = resolver.addresses(host);
        } catch (UnknownHostException e) {
            joining.refused(SshConstants.SSH_OPEN_CONNECT_FAILED, "its name has no address");
            return;
        }
        for (InetAddress address : addresses) {
            Optional<String> why = gate.whyNever(address, (int) port);
            if (why.isPresent()) {
                joining.refused(SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, why.get());
                return;
            }
        }
        SocketStream far = new SocketStream(threads);
        if (!join("direct-tcpip", far, opener, over, joining)) {
            far.cut();
            return;
        }
        if (isConnected(far, addresses, (int) port, joining)) {
            joining.opened();
            far.begin();
        } else {
            far.cut();
        }
    }

    /** Tries one after the other; if none answers that is said. */
    private static boolean isConnected(SocketStream far, List<InetAddress> addresses, int port, Joining joining) {
        String words = "";
        for (InetAddress address : addresses.subList(0, Math.min(addresses.size(), MOST_TRIED))) {
            try {
                far.connect(new InetSocketAddress(address, port), CONNECT_LIMIT);
                return true;
            } catch (IOException e) {
                words = String.valueOf(e.getMessage());
            }
        }
        joining.refused(
                SshConstants.SSH_OPEN_CONNECT_FAILED,
                addresses.size() == 1 ? words : "none of its addresses answers; the last one: " + words);
        return false;
    }

    @Override
    void closeMore() {
        threads.shutdown();
    }

    @Override
    public String toString() {
        return "NetworkForwards";
    }
}
