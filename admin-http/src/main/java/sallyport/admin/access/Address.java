package sallyport.admin.access;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sallyport.admin.Quoted;

/** Where a target listens: {@code host}, {@code host:port} or {@code [IPv6]:port}; without a port it is 22. */
record Address(String host, int port) {

    private static final Pattern FORM =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.]{2,45})]|([A-Za-z0-9_][A-Za-z0-9._-]{0,252}))(?::([0-9]{1,5}))?");

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException in words
     */
    static Address parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " is not host:port; write web-1.example.org:22, 10.0.0.7:22 or [fd00::7]:22");
        }
        int port = form.group(3) == null ? 22 : Integer.parseInt(form.group(3));
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(Quoted.of(text) + " has port " + port + "; 1 to 65535 are allowed");
        }
        return new Address(form.group(1) == null ? form.group(2) : form.group(1), port);
    }
}
