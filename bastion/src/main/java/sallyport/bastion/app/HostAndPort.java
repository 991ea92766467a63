package sallyport.bastion.app;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a listener listens: {@code 127.0.0.1:2222}, {@code [::]:22}.
 *
 * @param host a name or address, without the brackets of IPv6
 * @param port 0 to 65535; 0 lets the system pick
 */
record HostAndPort(String host, int port) {

    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9a-fA-F:.%]+)]|([A-Za-z0-9._-]+)):([0-9]{1,5})");

    /** @throws IllegalArgumentException in words if {@code port} is out of range */
    HostAndPort {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("has port " + port + ", but ports go from 0 to 65535");
        }
    }

    /** @throws IllegalArgumentException in words, to be put after the name of what {@code text} is for */
    static HostAndPort parse(String text) {
        Matcher match = FORM.matcher(text);
        if (!match.matches()) {
            throw new IllegalArgumentException(
                    "is not HOST:PORT, for example 127.0.0.1:2222 or [::1]:2222: \"" + text + "\"");
        }
        String host = match.group(1) == null ? match.group(2) : match.group(1);
        return new HostAndPort(host, Integer.parseInt(match.group(3)));
    }

    /** Resolves the host, which may take as long as the name service does. */
    InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
