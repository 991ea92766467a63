package sallyport.bastion.ssh;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.bastion.backend.ForwardBackend;
import sallyport.policy.NetworkAddress;
import sallyport.policy.Target;

/**
 * Where nobody is led in a connection to no target, whatever rules list: to the bastion itself, to where no machine or many are, and
 * to a target's ssh, which would be a way round the recorder (T31).
 */
final class NetworkGate implements ForwardBackend.Gate {

    private static final Logger log = LoggerFactory.getLogger(NetworkGate.class);

    private final Supplier<List<Target>> targets;

    /** @param targets all there are now; asked about every address, so it must not lead to the database */
    NetworkGate(Supplier<List<Target>> targets) {
        this.targets = targets;
    }

    @Override
    public Optional<String> whyNever(InetAddress address, int port) {
        return NetworkAddress.whyNever(address.getAddress())
                .or(() -> whyNotHere(address))
                .or(() -> whyNotSsh(address, port));
    }

    private static Optional<String> whyNotHere(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) == null
                    ? Optional.empty()
                    : Optional.of("its address is the bastion's own");
        } catch (SocketException e) {
            log.warn("the bastion's own addresses could not be looked at: {}", e.toString());
            return Optional.of("the bastion cannot tell whether that is itself");
        }
    }

    private Optional<String> whyNotSsh(InetAddress address, int port) {
        try {
            for (Target target : targets.get()) {
                if (target.port() == port
                        && List.of(InetAddress.getAllByName(target.host())).contains(address)) {
                    return Optional.of("that is a target's ssh, which is reached with ssh -J bastion TARGET");
                }
            }
            return Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.of(
                    "the bastion cannot tell whether that is a target's ssh: the name of one has no address");
        }
    }
}
