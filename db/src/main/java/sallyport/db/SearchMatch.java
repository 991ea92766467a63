package sallyport.db;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import sallyport.policy.session.SessionRow;

/**
 * Where something was found.
 *
 * @param time by the clock on the wall
 * @param at since the start of the session
 * @param text the whole command or line, or the path of a file
 * @param command more about it, if it is a command; else empty
 * @param operation what was done with the file, if it is one; else empty
 */
public record SearchMatch(
        SessionRow session,
        Instant time,
        Duration at,
        String text,
        Optional<Command> command,
        Optional<String> operation) {

    /**
     * What only commands have.
     *
     * @param status what it ended with, if that is known
     * @param directory where it was run; may be empty
     * @param source {@code exec marks screen}
     * @param confidence {@code exact likely guess}
     */
    public record Command(Optional<Integer> status, String directory, String source, String confidence) {}
}
