package sallyport.bastion.ssh;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.bastion.backend.ForwardBackend;
import sallyport.bastion.backend.Resolver;
import sallyport.policy.NetworkAddress;
import sallyport.policy.Target;

/**
 * Where nobody is led, whatever rules list: to a target's ssh, which would be a way round the recorder (T31); and in a connection to
 * no target to the bastion itself, and to where no machine or many are.
 */
final class NetworkGate implements ForwardBackend.Gate {

    private static final Logger log = LoggerFactory.getLogger(NetworkGate.class);

    private final Supplier<List<Target>> targets;
    private final Resolver resolver;

    /** @param targets all there are now; asked about every address, so it must not lead to the database */
    NetworkGate(Supplier<List<Target>> targets, Resolver resolver) {
        this.targets = targets;
        this.resolver = resolver;
    }

    @Override
    public Optional<String> whyNever(InetAddress address, int port) {
        return NetworkAddress.whyNever(address.getAddress())
                .or(() -> whyNotHere(address))
                .or(() -> whyNotSsh(address, port));
    }

    private static Optional<String> whyNotHere(InetAddress address) {
        try {
            return isHere(address) ? Optional.of("its address is the bastion's own") : Optional.empty();
        } catch (SocketException e) {
            log.warn("the bastion's own addresses could not be looked at: {}", e.toString());
            return Optional.of("the bastion cannot tell whether that is itself");
        }
    }

    private static boolean isHere(InetAddress address) throws SocketException {
        try (Stream<NetworkInterface> all = NetworkInterface.networkInterfaces()) {
            return all.flatMap(NetworkInterface::inetAddresses).anyMatch(own -> mayBeSame(own, address));
        }
    }

    private static boolean mayBeSame(InetAddress one, InetAddress other) {
        return NetworkAddress.mayBeSame(one.getAddress(), other.getAddress());
    }

    private Optional<String> whyNotSsh(InetAddress address, int port) {
        try {
            for (Target target : targets.get()) {
                if (target.port() == port
                        && resolver.addresses(target.host()).stream().anyMatch(its -> mayBeSame(its, address))) {
                    return Optional.of("that is a target's ssh, which is reached with ssh -J bastion TARGET");
                }
            }
            return Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.of(
                    "the bastion cannot tell whether that is a target's ssh: the name of one has no address");
        }
    }

    /**
     * Why {@code port} of {@code target}'s own loopback is not forwarded: it is the ssh of another target, on the same machine. In
     * words without a full stop; empty: it is not. May wait.
     */
    Optional<String> whyNotLoopback(Target target, long port) {
        try {
            for (Target other : targets.get()) {
                if (other.port() == port && mayBeOneMachine(other.host(), target.host())) {
                    return Optional.of("port " + port + " is a target's ssh, which is not forwarded");
                }
            }
            return Optional.empty();
        } catch (UnknownHostException | SocketException e) {
            log.warn("whether another target is where {} is could not be looked at: {}", target.name(), e.toString());
            return Optional.of("the bastion cannot tell whether port " + port + " is a target's ssh");
        }
    }

    private boolean mayBeOneMachine(String other, String host) throws UnknownHostException, SocketException {
        if (other.equals(host)) {
            return true;
        }
        List<InetAddress> others = resolver.addresses(other);
        // Each target means its own by it, or there is one machine for all.
        if (others.stream().anyMatch(address -> NetworkAddress.isLoopback(address.getAddress()))) {
            return true;
        }
        List<InetAddress> addresses = resolver.addresses(host);
        return others.stream().anyMatch(one -> addresses.stream().anyMatch(two -> mayBeSame(one, two)))
                || (areHere(others) && areHere(addresses));
    }

    private static boolean areHere(List<InetAddress> addresses) throws SocketException {
        for (InetAddress address : addresses) {
            if (NetworkAddress.isLoopback(address.getAddress()) || isHere(address)) {
                return true;
            }
        }
        return false;
    }
}
