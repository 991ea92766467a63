package sallyport.admin;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a session showed at one moment, as lines of text without control characters, except SGR where colours were asked for.
 * Whoever shows the lines says {@code missingLines} and {@code gap} too: what is not there is never left out in silence.
 *
 * @param at which moment: now for a live session, else as asked, or the end
 * @param lines oldest first
 * @param missingLines how many older lines exist no more in what was kept
 * @param columns width of the terminal then, 0 without one
 * @param rows height of the terminal then, 0 without one
 * @param gap what else is missing and why, in words for people
 */
public record ScreenText(
        SessionView session,
        Instant at,
        List<String> lines,
        long missingLines,
        int columns,
        int rows,
        Optional<String> gap) {
    public ScreenText {
        lines = List.copyOf(lines);
    }
}
