package sallyport.policy;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Whether something may be passed on to or from a target. Pure, as all of this package. */
final class ForwardPolicy {

    /** Names and addresses of a machine's own loopback, in the spellings that mean nothing else. */
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|::1");

    private ForwardPolicy() {}

    /** Why {@code rights} do not allow {@code what} on {@code target}, in words without a full stop; empty: they do. */
    static Optional<String> whyNot(Set<ForwardRight> rights, Forward what, Target target) {
        return switch (what) {
            case Forward.ToPort(String host, long port) ->
                lacking(rights, new ForwardRight.TargetLoopback()).or(() -> whyNotLoopback(host, port, target));
            case Forward.FromPort(String host, long port) ->
                lacking(rights, new ForwardRight.Remote())
                        .or(() -> port == 0 ? whyNotHost(host) : whyNotLoopback(host, port, target));
            case Forward.ToSocket(String path) -> whyNotSocket(rights, path);
            case Forward.FromSocket(String path) ->
                lacking(rights, new ForwardRight.Remote()).or(() -> whyNotSocket(rights, path));
            case Forward.Agent _ -> lacking(rights, new ForwardRight.Agent());
            case Forward.X11 _ -> lacking(rights, new ForwardRight.X11());
        };
    }

    private static Optional<String> lacking(Set<ForwardRight> rights, ForwardRight needed) {
        return rights.contains(needed)
                ? Optional.empty()
                : Optional.of("no rule allows it (forward: " + needed.word() + ")");
    }

    private static Optional<String> whyNotLoopback(String host, long port, Target target) {
        Optional<String> wrongHost = whyNotHost(host);
        if (wrongHost.isPresent()) {
            return wrongHost;
        }
        if (port < ForwardRight.LOWEST_PORT || port > ForwardRight.HIGHEST_PORT) {
            return Optional.of("only ports from " + ForwardRight.LOWEST_PORT + " to " + ForwardRight.HIGHEST_PORT
                    + " can be forwarded");
        }
        return port == target.port()
                ? Optional.of("port " + port + " is its ssh, which is not forwarded")
                : Optional.empty();
    }

    private static Optional<String> whyNotHost(String host) {
        return LOOPBACK.matcher(host).matches()
                ? Optional.empty()
                : Optional.of("only its own loopback can be forwarded: localhost, 127.0.0.1 or ::1");
    }

    private static Optional<String> whyNotSocket(Set<ForwardRight> rights, String path) {
        boolean allowed = rights.stream()
                .anyMatch(right -> right instanceof ForwardRight.TargetSockets sockets && sockets.matches(path));
        return allowed ? Optional.empty() : Optional.of("no rule allows that socket (forward: /path/of/sockets)");
    }
}
