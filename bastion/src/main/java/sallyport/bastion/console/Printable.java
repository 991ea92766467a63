package sallyport.bastion.console;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.utils.WCWidth;
import sallyport.admin.Inert;

/** Inert text on a terminal: how wide it is, and what of it fits. */
final class Printable {

    /** The parameters have a limit: a terminal's parser need not be good with endless ones. */
    private static final Pattern COLOUR = Pattern.compile("\033\\[[0-9;:]{0,64}m");

    private static final String PLAIN = "\033[0m";

    private static final String ELLIPSIS = "…";

    private Printable() {}

    /**
     * {@code text} as {@link Inert#of} makes it, except that colours and attributes stay as they are; they end with the line.
     *
     * @param text on one line; sequences that are not SGR (ECMA-48 section 8.3.117) do not stay
     */
    static String coloured(String text) {
        Matcher colour = COLOUR.matcher(text);
        StringBuilder inert = new StringBuilder(text.length());
        int from = 0;
        while (colour.find()) {
            inert.append(Inert.of(text.substring(from, colour.start()))).append(colour.group());
            from = colour.end();
        }
        inert.append(Inert.of(text.substring(from)));
        return from == 0 ? inert.toString() : inert.append(PLAIN).toString();
    }

    /** How many columns of a terminal {@code inert} takes. */
    static int columns(String inert) {
        return inert.codePoints().map(Printable::columns).sum();
    }

    /** How many columns of a terminal one character takes: 0 for a combining mark, 2 for a wide one. */
    static int columns(int codePoint) {
        return Math.max(0, WCWidth.wcwidth(codePoint));
    }

    /** {@code inert}, or as much of its beginning as fits into {@code columns}, with an ellipsis for the rest. */
    static String cut(String inert, int columns) {
        if (columns(inert) <= columns) {
            return inert;
        }
        if (columns <= 0) {
            return "";
        }
        int taken = 0;
        int end = 0;
        while (end < inert.length()) {
            int c = inert.codePointAt(end);
            if (taken + columns(c) > columns - 1) {
                break;
            }
            taken += columns(c);
            end += Character.charCount(c);
        }
        return inert.substring(0, end) + ELLIPSIS;
    }

    /** {@code inert} with spaces after it until it takes {@code columns}. */
    static String pad(String inert, int columns) {
        return inert + " ".repeat(Math.max(0, columns - columns(inert)));
    }
}
