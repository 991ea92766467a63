package sallyport.bastion.ssh;

import org.jspecify.annotations.Nullable;

/** Text from a peer, made safe to show on a terminal or in a log line (T16, T33). */
final class Visible {

    /** Longest text shown, in characters; the rest is cut with a mark. */
    static final int LONGEST = 500;

    private Visible() {}

    /** {@code text} with every control, formatting and unassigned character written as {@code \}{@code u{...}}. */
    static String text(@Nullable String text) {
        if (text == null) {
            return "";
        }
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().limit(LONGEST).forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR,
                        Character.SURROGATE,
                        Character.PRIVATE_USE,
                        Character.UNASSIGNED ->
                    shown.append("\\u{").append(Integer.toHexString(c)).append('}');
                default -> shown.appendCodePoint(c);
            }
        });
        return text.length() > LONGEST ? shown + "…" : shown.toString();
    }
}
