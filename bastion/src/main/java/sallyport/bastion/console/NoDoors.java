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

/** For commands that need no way into a session, such as {@code help}. */
final class NoDoors implements SessionDoors {

    @Override
    public int attach(SessionId session, boolean takeover, boolean readOnly) {
        throw none();
    }

    @Override
    public int create(
            Optional<Login> login,
            TargetName target,
            Optional<SessionName> name,
            Optional<Reason> reason,
            Optional<Duration> duration,
            Optional<Command> command) {
        throw none();
    }

    @Override
    public int follow(SessionId session, int tail, OutputStream text) {
        throw none();
    }

    private static UnsupportedOperationException none() {
        return new UnsupportedOperationException("this command line was started without a way into sessions");
    }
}
