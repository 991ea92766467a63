package sallyport.bastion.backend;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.sshd.common.SshConstants;
import sallyport.policy.Forward;

/**
 * What the bastion itself connects to. A name is resolved once: each address that it has must be allowed, and what is then
 * connected to is one of these addresses and no name (T31).
 */
final class NetworkForwards extends ForwardBackend {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    private final Gate gate;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("network-", 0).factory());

    NetworkForwards(BackendEvents events, Gate gate) {
        super(events);
        this.gate = gate;
    }

    @Override
    public void connect(
            Forward to,
            OpenedStream.Originator originator,
            ChannelStream opener,
            Consumer<Pipe> over,
            OpenAnswer answer) {
        Joining joining = new Joining(answer);
        if (!(to instanceof Forward.ToPort(String host, long port))) {
            joining.refused(SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, "only ports can be reached from here");
            return;
        }
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(host);
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
        connect(new InetSocketAddress(addresses[0], (int) port), opener, over, joining);
    }

    private void connect(InetSocketAddress to, ChannelStream opener, Consumer<Pipe> over, Joining joining) {
        try {
            SocketStream far = SocketStream.fresh(threads);
            if (!join("direct-tcpip", far, opener, over, joining)) {
                far.cut();
                return;
            }
            try {
                far.connect(to, CONNECT_LIMIT);
            } catch (IOException e) {
                joining.refused(SshConstants.SSH_OPEN_CONNECT_FAILED, String.valueOf(e.getMessage()));
                far.cut();
                return;
            }
            joining.opened();
            far.begin();
        } catch (IOException e) {
            joining.refused(SshConstants.SSH_OPEN_RESOURCE_SHORTAGE, "the bastion can open no more connections");
        }
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
