package sallyport.db;

import java.time.Duration;
import java.util.Optional;

/**
 * A command that was found in a recording.
 *
 * @param at since the start of the session
 * @param text what was run
 * @param directory where, as the shell told; may be empty
 * @param source {@code exec marks screen}
 * @param confidence {@code exact likely guess}
 */
public record IndexedCommand(
        Duration at, String text, Optional<Integer> status, String directory, String source, String confidence) {}
