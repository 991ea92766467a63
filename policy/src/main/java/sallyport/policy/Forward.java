package sallyport.policy;

/** Something that a client asks to be passed on through its connection, besides what runs in sessions. */
public sealed interface Forward {

    /** Longest host name or path that is looked at, in characters. */
    int LONGEST_NAME = 1024;

    /** A connection to a port, as {@code -L}, {@code -D} and {@code -W} make them (direct-tcpip, RFC 4254 section 7.2). */
    record ToPort(String host, long port) implements Forward {}

    /** A connection to a UNIX socket (direct-streamlocal@openssh.com, OpenSSH's PROTOCOL section 2.4). */
    record ToSocket(String path) implements Forward {}

    /**
     * Connections from a port that the target is to listen on, as {@code -R} has it (tcpip-forward, RFC 4254 section 7.1).
     *
     * @param port 0: any that is free
     */
    record FromPort(String host, long port) implements Forward {}

    /** Connections from a UNIX socket that the target is to listen on (streamlocal-forward@openssh.com). */
    record FromSocket(String path) implements Forward {}

    /** The client's ssh agent, for programs on the target. */
    record Agent() implements Forward {}

    /** The client's X11 display, for programs on the target (RFC 4254 section 6.3). */
    record X11() implements Forward {}

    /** The word for its kind in rows and data. */
    default String kind() {
        return switch (this) {
            case ToPort _, ToSocket _ -> "local";
            case FromPort _, FromSocket _ -> "remote";
            case Agent _ -> "agent";
            case X11 _ -> "x11";
        };
    }

    /** What is asked for, as the client named it: not to be shown before it is made inert. */
    default String text() {
        return switch (this) {
            case ToPort(String host, long port) -> hostAndPort(host, port);
            case ToSocket(String path) -> path;
            case FromPort(String host, long port) -> hostAndPort(host, port);
            case FromSocket(String path) -> path;
            case Agent _ -> "the ssh agent";
            case X11 _ -> "the X11 display";
        };
    }

    /** As people write it; an IPv6 address in brackets. */
    static String hostAndPort(String host, long port) {
        return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
    }
}
