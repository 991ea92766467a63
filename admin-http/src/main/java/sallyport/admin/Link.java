package sallyport.admin;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;

/** A pointer to a ticket or a chat thread. */
final class Link {

    /** Longest link, in characters. */
    static final int LONGEST = 2_000;

    private static final Set<String> WITH_HOST = Set.of("http", "https", "ssh");

    private Link() {}

    /**
     * Returns {@code text} if it is a link that is safe to show and to follow: a URI of a kind that opens a page, a terminal
     * or a letter and runs nothing, in visible ASCII, so that it reads as what it is (T16).
     *
     * @throws IllegalArgumentException in words if not
     */
    static String checked(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "the link has " + text.length() + " characters, " + LONGEST + " at most are allowed");
        }
        if (!text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("the link " + Quoted.of(text)
                    + " has a blank, a control or a character outside ASCII; write those as %20 and the like");
        }
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException notAUri) {
            throw new IllegalArgumentException("the link " + Quoted.of(text) + " is not a URI", notAUri);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!(WITH_HOST.contains(scheme) ? uri.getHost() != null : scheme.equals("mailto"))) {
            throw new IllegalArgumentException("the link " + Quoted.of(text)
                    + " must begin with https://, http://, ssh:// and a host, or mailto:");
        }
        return text;
    }
}
