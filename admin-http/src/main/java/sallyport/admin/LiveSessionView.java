package sallyport.admin;

import java.time.Instant;
import java.util.Optional;
import sallyport.policy.PersonId;
import sallyport.policy.SessionName;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;
import sallyport.policy.session.SessionState;

/**
 * A live session at one moment.
 *
 * @param row as it was written when the session opened, so that sessions can be shown and ended while the database is away
 * @param state where it stands now
 * @param columns width of its terminal, 0 without one
 * @param rows height of its terminal, 0 without one
 * @param outputBytes what the program has written so far
 * @param lastInput when somebody last typed, if anybody has
 */
public record LiveSessionView(
        SessionRow row, SessionState state, int columns, int rows, long outputBytes, Optional<Instant> lastInput) {

    /** Which session. */
    public SessionId id() {
        return row.id();
    }

    /** What it is called. */
    public SessionName name() {
        return row.name();
    }

    /** Whose it is. */
    public PersonId person() {
        return row.person();
    }

    /** How many clients are in it. */
    public int attachments() {
        return state instanceof SessionState.Running(int attachments, Instant _) ? attachments : 0;
    }
}
