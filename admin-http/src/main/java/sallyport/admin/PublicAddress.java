package sallyport.admin;

/**
 * Where people reach this bastion's ssh door, as its own texts name it.
 *
 * @param host name or address, as people type it
 * @param port 1 to 65535
 */
public record PublicAddress(String host, int port) {

    /** The port that nobody has to name. */
    public static final int USUAL_PORT = 22;

    /** @throws IllegalArgumentException in words if a part cannot be used */
    public PublicAddress {
        if (!host.matches("[A-Za-z0-9_][A-Za-z0-9._-]*|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
            throw new IllegalArgumentException("a public address needs a host name or an address");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port is 1 to 65535, not " + port);
        }
    }

    /** {@code HOST:PORT}. */
    @Override
    public String toString() {
        return bracketed() + ":" + port;
    }

    private String bracketed() {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    /** What a person types to be let in as {@code user}. */
    public String command(String user) {
        return "ssh " + user + "@" + host + (port == USUAL_PORT ? "" : " -p " + port);
    }

    /** How ssh's {@code ProxyJump} names it: {@code HOST}, with the port if it is not the usual one. */
    public String jump() {
        return port == USUAL_PORT ? host : toString();
    }

    /** A link that starts an ssh client as {@code user} (draft-ietf-secsh-scp-sftp-ssh-uri section 3). */
    public String link(String user) {
        return "ssh://" + user + "@" + bracketed() + (port == USUAL_PORT ? "" : ":" + port);
    }
}
