package sallyport.recorder.screen;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A hyperlink that may be drawn again elsewhere (OSC 8, <a
 * href="https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda">Hyperlinks in terminal emulators</a>): its
 * scheme is one of a few, it is printable ASCII, and it is not longer than {@link #LONGEST}. Text under any other link is
 * shown as text.
 */
record Link(String id, String uri) {

    /** In characters; what VTE and others allow. */
    static final int LONGEST = 2083;

    private static final int LONGEST_ID = 250;

    private static final Set<String> SCHEMES = Set.of("http", "https", "ssh", "mailto", "file");

    /** From what stands between {@code OSC 8 ;} and the end: parameters, a semicolon, the address. Null: no link. */
    static @Nullable Link parse(String text) {
        int semicolon = text.indexOf(';');
        if (semicolon < 0) {
            return null;
        }
        String uri = text.substring(semicolon + 1);
        int colon = uri.indexOf(':');
        if (colon < 0
                || uri.length() > LONGEST
                || !printable(uri)
                || !SCHEMES.contains(uri.substring(0, colon).toLowerCase(Locale.ROOT))) {
            return null;
        }
        String id = "";
        for (String parameter : text.substring(0, semicolon).split(":", -1)) {
            if (parameter.startsWith("id=")) {
                id = parameter.substring(3);
            }
        }
        return new Link(id.length() <= LONGEST_ID && printable(id) ? id : "", uri);
    }

    static boolean printable(String text) {
        return text.chars().allMatch(c -> c > 0x20 && c < 0x7f);
    }
}
