package sallyport.db;

/**
 * Text on its way into a column: PostgreSQL knows no U+0000, and a surrogate without its partner is no character. Either
 * would make the whole transaction fail, and with it the audit entry about whoever sent it (T35).
 */
final class StoredText {

    private StoredText() {}

    /** {@code text} with U+FFFD in place of what cannot be stored. */
    static String of(String text) {
        int i = 0;
        while (i < text.length() && isPlain(text.charAt(i))) {
            i++;
        }
        if (i == text.length()) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> clean.appendCodePoint(c == 0 || isSurrogate(c) ? 0xFFFD : c));
        return clean.toString();
    }

    private static boolean isPlain(char c) {
        return c != 0 && !Character.isSurrogate(c);
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
