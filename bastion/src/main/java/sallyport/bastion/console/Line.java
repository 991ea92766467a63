package sallyport.bastion.console;

import sallyport.admin.Inert;

/** A line of text that is being edited, with a cursor in it. Counts in code points. Holds nothing that cannot be shown. */
final class Line {

    private final int longest;
    private final StringBuilder text = new StringBuilder();
    private int cursor;

    /** @param longest in UTF-16 units, as {@link sallyport.policy.Reason#LONGEST} counts; what is typed beyond it is dropped */
    Line(int longest) {
        this.longest = longest;
    }

    /** What was typed. */
    String text() {
        return text.toString();
    }

    /** What stands before the cursor. */
    String beforeCursor() {
        return text.substring(0, cursor);
    }

    /**
     * Takes one key.
     *
     * @return false if it is none that edits a line
     */
    boolean take(Key key) {
        switch (key) {
            case Key.Typed(int c) -> insert(c);
            case Key.Named.LEFT -> cursor = before();
            case Key.Named.RIGHT -> cursor = after();
            case Key.Named.HOME -> cursor = 0;
            case Key.Named.END -> cursor = text.length();
            case Key.Named.BACKSPACE -> erase(before(), cursor);
            case Key.Named.DELETE -> erase(cursor, after());
            case Key.Named.ERASE_LINE -> erase(0, cursor);
            case Key.Named.ERASE_WORD -> erase(wordBefore(), cursor);
            case Key.Named _ -> {
                return false;
            }
        }
        return true;
    }

    private void insert(int c) {
        if (!Inert.misleads(c) && text.length() + Character.charCount(c) <= longest) {
            text.insert(cursor, Character.toString(c));
            cursor += Character.charCount(c);
        }
    }

    private void erase(int from, int to) {
        text.delete(from, to);
        cursor = from;
    }

    private int before() {
        return cursor == 0 ? 0 : text.offsetByCodePoints(cursor, -1);
    }

    private int after() {
        return cursor == text.length() ? cursor : text.offsetByCodePoints(cursor, 1);
    }

    private int wordBefore() {
        int at = cursor;
        while (at > 0 && text.charAt(at - 1) == ' ') {
            at--;
        }
        while (at > 0 && text.charAt(at - 1) != ' ') {
            at--;
        }
        return at;
    }
}
