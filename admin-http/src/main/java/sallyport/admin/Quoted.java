package sallyport.admin;

/** How messages show text that somebody else wrote: in quotes, on one line, harmless and short (T16, T35). */
public final class Quoted {

    /** Longest quotation, in characters; what is longer ends in an ellipsis. */
    public static final int LONGEST = 80;

    private Quoted() {}

    /** {@code text} in double quotes, with controls, line ends and invisible characters as {@code \\u{1b}}. */
    public static String of(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        int end = text.length() <= LONGEST ? text.length() : text.offsetByCodePoints(0, codePoints(text));
        text.substring(0, end).codePoints().forEach(c -> {
            if (isHarmless(c)) {
                quoted.appendCodePoint(c);
            } else {
                quoted.append("\\u{").append(Integer.toHexString(c)).append('}');
            }
        });
        return quoted.append(end < text.length() ? "...\"" : "\"").toString();
    }

    private static int codePoints(String text) {
        return Math.min(LONGEST, text.codePointCount(0, text.length()));
    }

    private static boolean isHarmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> c != '"';
        };
    }
}
