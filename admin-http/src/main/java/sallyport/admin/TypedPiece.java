package sallyport.admin;

import java.time.Instant;

/**
 * Something that somebody typed, at most a line of it.
 *
 * @param at when they began, by the clock of the session's start and the time since then
 * @param hidden whether it was not shown, and so is not known
 * @param text with all control characters, as it was sent; empty if it is hidden
 */
public record TypedPiece(Instant at, String person, boolean hidden, String text) {

    /** Whether what comes next stands on a line of its own: Enter, or a key that breaks off. */
    public boolean endsLine() {
        return !text.isEmpty() && endsLine(text.charAt(text.length() - 1));
    }

    static boolean endsLine(char c) {
        return "\r\n\003\004".indexOf(c) >= 0;
    }
}
