package sallyport.bastion.console;

import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import sallyport.policy.Command;
import sallyport.policy.Login;
import sallyport.policy.Reason;
import sallyport.policy.SessionName;
import sallyport.policy.TargetName;
import sallyport.policy.session.SessionId;

/**
 * What a command needs of the visit it runs in: a way into sessions. The ssh side implements it; one object belongs to one
 * visit and is called on the thread that runs the command, at most once. Each method says on the channel all that there is to
 * say and returns the exit status that the visit ends with.
 *
 * <p>The console has found the session, so its operations let this caller see it; it is the caller's own, or it is only
 * watched. Who may open what is decided here.
 */
public interface SessionDoors {

    /**
     * Puts the client into a live session with a terminal, and returns when the client has left it. Takes the channel over
     * until then; needs a terminal on it, else says so and returns 2.
     *
     * @param takeover whether whoever may type in it is sent away first
     * @param readOnly whether the client only watches; true for a session of somebody else
     * @return 7 if somebody is in it in whose place the client would be
     */
    int attach(SessionId session, boolean takeover, boolean readOnly);

    /**
     * Opens a session that nobody is in: decides, asks for a reason or an approval as a visit does, and prints the code of
     * the new session as the one line of data.
     *
     * @param login empty if the target's only one is meant
     * @param name empty if one is to be made up
     * @param duration for how long an approval is asked, if one is needed
     * @param command what runs in it, byte for byte; empty for a shell
     */
    int create(
            Optional<Login> login,
            TargetName target,
            Optional<SessionName> name,
            Optional<Reason> reason,
            Optional<Duration> duration,
            Optional<Command> command);

    /**
     * Writes a session's last lines and then what its program prints, as text without control characters and with {@code \n}
     * at the end of lines, until the session is over or the client is gone. Nothing is lost between the two.
     *
     * @param tail how many of the last lines, if it has a terminal
     * @return 0 in both cases
     */
    int follow(SessionId session, int tail, OutputStream text);
}
