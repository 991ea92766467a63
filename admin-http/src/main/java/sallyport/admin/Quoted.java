package sallyport.admin;

/** How messages show text that somebody else wrote: in quotes, on one line, harmless and short (T16, T35). */
public final class Quoted {

    /** Longest quotation, in characters; what is longer ends in an ellipsis. */
    public static final int LONGEST = 80;

    private Quoted() {}

    /** {@code text} in double quotes and {@link Inert}; a double quote in it is {@code \\u{22}}. */
    public static String of(String text) {
        int end = text.length() <= LONGEST ? text.length() : text.offsetByCodePoints(0, codePoints(text));
        String shown = Inert.of(text.substring(0, end)).replace("\"", "\\u{22}");
        return "\"" + shown + (end < text.length() ? "...\"" : "\"");
    }

    private static int codePoints(String text) {
        return Math.min(LONGEST, text.codePointCount(0, text.length()));
    }
}
