package sallyport.admin;

/**
 * Text that somebody else wrote, made harmless to show: whatever a terminal would obey, or would not show, or would let
 * reorder its surroundings, appears as {@code \\u{1b}} (T16, T33). Everything else stays, so that names in any script read
 * as they were written.
 */
public final class Inert {

    /** Most combining marks on one character; more of them paint over the lines above and below. */
    private static final int MOST_MARKS = 3;

    private Inert() {}

    /** {@code text} on one line and inert. Doing it twice changes nothing. */
    public static String of(String text) {
        StringBuilder inert = new StringBuilder(text.length());
        int marks = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            marks = isMark(c) ? marks + 1 : 0;
            boolean stray = isMark(c) && (marks > MOST_MARKS || inert.isEmpty());
            if (stray || misleads(c)) {
                inert.append("\\u{").append(Integer.toHexString(c)).append('}');
            } else {
                inert.appendCodePoint(c);
            }
        }
        return inert.toString();
    }

    /** Controls, what reorders or hides text, and what has no agreed look. */
    public static boolean misleads(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            // Letters by category that draw nothing: the Hangul fillers and the blank Braille pattern.
            default -> c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0 || c == 0x2800;
        };
    }

    private static boolean isMark(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> true;
            default -> false;
        };
    }
}
