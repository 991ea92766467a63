package sallyport.admin;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import sallyport.policy.PersonId;
import sallyport.policy.SessionName;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;
import sallyport.policy.session.SessionState;

/**
 * A live session at one moment.
 *
 * @param row as it was written when the session opened, with the name and link of now, so that sessions can be shown and ended while the database is away
 * @param state where it stands now
 * @param columns width of its terminal, 0 without one
 * @param rows height of its terminal, 0 without one
 * @param outputBytes what the program has written so far
 * @param lastInput when somebody last typed, if anybody has
 * @param people who is in it, those who only watch too, in the order they came
 * @param scrollbackBytes what its scrollback holds
 * @param scrollbackLines lines its scrollback holds
 * @param forgottenLines lines that its bounded scrollback has lost
 * @param cutAt when the next of its clocks cuts it, if one runs
 * @param cutWord which clock that is: {@code grant_ended inactive detached_too_long grace_over}, or {@code detach} for an
 *     inactivity that sends people away and lets the session live
 */
public record LiveSessionView(
        SessionRow row,
        SessionState state,
        int columns,
        int rows,
        long outputBytes,
        Optional<Instant> lastInput,
        List<PersonInSession> people,
        long scrollbackBytes,
        long scrollbackLines,
        long forgottenLines,
        Optional<Instant> cutAt,
        Optional<String> cutWord) {

    public LiveSessionView {
        people = List.copyOf(people);
    }

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
