package sallyport.admin;

import java.time.Instant;
import java.util.List;

/**
 * What a session showed at one moment, as lines of text without control characters, except SGR where colours were asked for.
 *
 * @param at which moment: now for a live session, else as asked or the end
 * @param lines oldest first
 * @param missingLines how many older lines are not kept any more; 0: the first line is the first there was or was asked for.
 *     Callers say it, so that a gap is never silent
 * @param columns width of the terminal then, 0 without one
 * @param rows height of the terminal then, 0 without one
 */
public record ScreenText(
        SessionView session, Instant at, List<String> lines, long missingLines, int columns, int rows) {
    public ScreenText {
        lines = List.copyOf(lines);
    }
}
