package sallyport.bastion.console;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sallyport.policy.Command;
import sallyport.policy.Login;
import sallyport.policy.Reason;
import sallyport.policy.SessionName;
import sallyport.policy.TargetName;
import sallyport.policy.session.SessionId;

/** Ways into sessions that only note who went where. */
final class FakeDoors implements SessionDoors {

    final List<String> calls = new ArrayList<>();

    /** What every way ends with. */
    int status;

    /** What a session that is followed prints. */
    String printed = "";

    @Override
    public int attach(SessionId session, boolean takeover, boolean readOnly) {
        calls.add("attach " + session.code() + (takeover ? " takeover" : "") + (readOnly ? " read-only" : ""));
        return status;
    }

    @Override
    public int create(
            Optional<Login> login,
            TargetName target,
            Optional<SessionName> name,
            Optional<Reason> reason,
            Optional<Duration> duration,
            Optional<Command> command) {
        calls.add("create " + login.map(Login::value).orElse("-") + " on " + target
                + name.map(n -> " name[" + n + "]").orElse("")
                + reason.map(r -> " reason[" + r + "]").orElse("")
                + duration.map(d -> " for[" + d + "]").orElse("")
                + command.map(c -> " command[" + c.text() + "]").orElse(""));
        return status;
    }

    @Override
    public int follow(SessionId session, int tail, OutputStream text) {
        calls.add("follow " + session.code() + " " + tail);
        try {
            text.write(printed.getBytes(StandardCharsets.UTF_8));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
        return status;
    }
}
