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
 * @param text the whole command or line
 * @param command more about it, if it is a command; empty for a line of the screen
 */
public record SearchMatch(SessionRow session, Instant time, Duration at, String text, Optional<Command> command) {

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
