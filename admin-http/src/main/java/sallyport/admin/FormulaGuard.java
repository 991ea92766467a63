package sallyport.admin;

/**
 * Keeps text from being run as a formula when a spreadsheet opens it (T34): a line of a cell that begins, after spaces, with
 * {@code = + - @}, a tab or a carriage return, or with a wide form of those, gets an apostrophe in front.
 */
final class FormulaGuard {

    /** Beginnings of a formula, with the full-width forms that spreadsheets in East Asian locales read alike. */
    private static final String STARTS = "=+-@\t\r\uff1d\uff0b\uff0d\uff20";

    private FormulaGuard() {}

    /** {@code cell}, harmless; itself if it was. */
    static String guard(String cell) {
        StringBuilder guarded = new StringBuilder(cell.length() + 1);
        int line = 0;
        while (line < cell.length()) {
            if (beginsFormula(cell, line)) {
                guarded.append('\'');
            }
            int end = line;
            while (end < cell.length() && !isBreak(cell.charAt(end))) {
                end++;
            }
            end = Math.min(end + 1, cell.length());
            guarded.append(cell, line, end);
            line = end;
        }
        return guarded.toString();
    }

    /** Whether the line of {@code text} at {@code from} would be taken for a formula. */
    static boolean beginsFormula(String text, int from) {
        int at = from;
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
        return at < text.length() && STARTS.indexOf(text.charAt(at)) >= 0;
    }

    /** After these a reader may begin a new line: all of Unicode's mandatory breaks (UAX 14, classes BK, CR, LF, NL). */
    static boolean isBreak(char c) {
        return c == '\n' || c == '\r' || c == '\u000b' || c == '\f' || c == '\u0085' || c == '\u2028' || c == '\u2029';
    }

    /** Spaces of any width, no-break ones, and what takes no room at all: a reader may trim or skip them. */
    private static boolean isBlank(char c) {
        return Character.getType(c) == Character.SPACE_SEPARATOR
                || Character.getType(c) == Character.FORMAT
                || (Character.getType(c) == Character.CONTROL && c != '\t' && !isBreak(c));
    }
}
