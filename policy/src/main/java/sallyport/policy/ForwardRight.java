package sallyport.policy;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One thing that a rule lets through besides sessions: an item of {@code forward} in {@code access.yaml}. */
public sealed interface ForwardRight {

    /** Ports of a target's own loopback, from {@link #LOWEST_PORT} on. */
    record TargetLoopback() implements ForwardRight {}

    /**
     * UNIX sockets of a target.
     *
     * @param glob an absolute path; {@code *} and {@code ?} stand for anything within one part of it
     */
    record TargetSockets(String glob) implements ForwardRight {
        /** @throws IllegalArgumentException in words if it is no path */
        public TargetSockets {
            if (!isPlain(glob)) {
                throw new IllegalArgumentException("\"" + glob
                        + "\" is no absolute path without empty parts, \".\" and \"..\"; write it as /run/app/*.sock");
            }
        }

        boolean matches(String path) {
            if (!isPlain(path)) {
                return false;
            }
            StringBuilder pattern = new StringBuilder();
            glob.codePoints()
                    .forEach(c -> pattern.append(
                            switch (c) {
                                case '*' -> "[^/]*";
                                case '?' -> "[^/]";
                                default -> Pattern.quote(Character.toString(c));
                            }));
            return Pattern.compile(pattern.toString(), Pattern.DOTALL)
                    .matcher(path)
                    .matches();
        }

        /** Absolute, and written in the one way that leads where it says. */
        private static boolean isPlain(String path) {
            if (path.length() < 2
                    || path.length() > Forward.LONGEST_NAME
                    || !path.startsWith("/")
                    || path.indexOf('\0') >= 0) {
                return false;
            }
            for (String part : path.substring(1).split("/", -1)) {
                if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Listening on a target: ports of its loopback, and sockets that {@link TargetSockets} allows. */
    record Remote() implements ForwardRight {}

    /** The client's ssh agent, for programs on a target. */
    record Agent() implements ForwardRight {}

    /** The client's X11 display, for programs on a target. */
    record X11() implements ForwardRight {}

    /**
     * A place that the bastion itself connects to, for connections that are to no target.
     *
     * @param host a name or an address, in lower case
     */
    record Address(String host, int port) implements ForwardRight {

        private static final Pattern HOST = Pattern.compile("[a-z0-9_.-]{1,253}|[0-9a-f:.]{2,45}");

        private static final Pattern SPELLED = Pattern.compile("(?:\\[([0-9a-f:.]+)]|([^:\\[\\]]+)):([0-9]{1,5})");

        /** @throws IllegalArgumentException in words if it is no place */
        public Address {
            if (!HOST.matcher(host).matches() || port < 1 || port > HIGHEST_PORT) {
                throw new IllegalArgumentException(
                        "\"" + host + "\" and port " + port + " are no place; write it as db.example:5432");
            }
        }

        private static Optional<ForwardRight> spelled(String word) {
            Matcher place = SPELLED.matcher(word);
            return place.matches()
                    ? Optional.of(new Address(
                            place.group(1) == null ? place.group(2) : place.group(1), Integer.parseInt(place.group(3))))
                    : Optional.empty();
        }
    }

    /** Ports below this one belong to the system, the ssh port among them. */
    int LOWEST_PORT = 1024;

    int HIGHEST_PORT = 65_535;

    /**
     * The one that is spelled so.
     *
     * @throws IllegalArgumentException in words if there is none
     */
    static ForwardRight of(String word) {
        return switch (word) {
            case "target-loopback" -> new TargetLoopback();
            case "remote" -> new Remote();
            case "agent" -> new Agent();
            case "x11" -> new X11();
            default ->
                word.startsWith("/")
                        ? new TargetSockets(word)
                        : Address.spelled(word)
                                .orElseThrow(() -> new IllegalArgumentException("\"" + word
                                        + "\" is none of target-loopback, remote, agent, x11, a path"
                                        + " of sockets as /run/app/*.sock, and host:port"));
        };
    }

    /** As it is spelled in files and rows. */
    default String word() {
        return switch (this) {
            case TargetLoopback _ -> "target-loopback";
            case TargetSockets(String glob) -> glob;
            case Remote _ -> "remote";
            case Agent _ -> "agent";
            case X11 _ -> "x11";
            case Address(String host, int port) -> Forward.hostAndPort(host, port);
        };
    }
}
