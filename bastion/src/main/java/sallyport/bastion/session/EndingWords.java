package sallyport.bastion.session;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import sallyport.policy.Spans;
import sallyport.policy.session.Ending;
import sallyport.policy.session.SessionRow;

/** What the person in a session reads when it ends. */
final class EndingWords {

    private EndingWords() {}

    /** Lines without a prefix; empty where the program's own end says enough. */
    static String forClient(SessionRow row, Ending ending, Instant now) {
        String code = row.id().code();
        return switch (ending) {
            case Ending.Exited _, Ending.ClientGone _ -> "";
            case Ending.Signalled(String name, boolean core, String _) ->
                "the program was killed on " + row.target() + " by SIG" + name + (core ? " (core dumped)" : "") + ".";
            case Ending.Revoked(var by, String reason) ->
                "this session was ended by %s at %s: \"%s\".%nNothing you typed since was sent. Recording %s is kept."
                        .formatted(by, clock(now), reason, code);
            case Ending.GrantEnded _ ->
                "your access to %s ended at %s, and this session with it. Recording %s is kept. Ask again: reconnect and give a reason."
                        .formatted(row.target(), clock(now), code);
            case Ending.AccessWithdrawn _ ->
                "your access to %s was taken away at %s, and this session with it. Recording %s is kept. Ask whoever runs this bastion."
                        .formatted(row.target(), clock(now), code);
            case Ending.Inactive(Duration limit) ->
                "nobody typed for %s, and sessions on %s end then. Recording %s is kept."
                        .formatted(Spans.text(limit), row.target(), code);
            case Ending.DetachedTooLong _, Ending.GraceOver _ ->
                "session %s has ended: %s. Its recording is kept.".formatted(code, ending.detail());
            case Ending.Destroyed(var by) ->
                "this session was ended by %s at %s. Recording %s is kept.".formatted(by, clock(now), code);
            case Ending.TargetLost(String cause) -> "lost " + row.target() + ": " + cause + ".";
            case Ending.RecordingFailed(String cause) ->
                "this session was ended because it can no longer be recorded: %s. Session %s; tell whoever runs this bastion."
                        .formatted(cause, code);
            case Ending.ProtocolBroken(String cause) ->
                "this session was ended: %s. Recording %s is kept. If that was a usual sftp client, tell whoever runs this bastion."
                        .formatted(cause, code);
            case Ending.BastionStopped _ ->
                "the bastion is stopping, and this session (" + code + ") with it. Reconnect in a minute.";
            case Ending.BastionDied _ -> "the bastion died during this session (" + code + ").";
            case Ending.BastionFailed(String cause) ->
                "something inside the bastion broke: %s. Session %s; tell whoever runs this bastion."
                        .formatted(cause, code);
        };
    }

    /** What stands in the recording before its end; empty where the event of the end says enough, or nothing can be recorded. */
    static Optional<String> forRecording(Ending ending) {
        return switch (ending) {
            case Ending.Exited _, Ending.Signalled _, Ending.RecordingFailed _, Ending.BastionDied _ ->
                Optional.empty();
            case Ending.Revoked(var by, String reason) -> Optional.of("revoked by " + by + ": " + reason);
            case Ending.Destroyed(var by) -> Optional.of("ended by " + by);
            case Ending.GrantEnded _ -> Optional.of("ended: the grant ran out");
            case Ending.AccessWithdrawn _ -> Optional.of("ended: access was withdrawn");
            case Ending.TargetLost(String cause) -> Optional.of("ended: lost the target: " + cause);
            case Ending.ClientGone _ -> Optional.of("ended: its client went away");
            case Ending.BastionStopped _ -> Optional.of("ended: the bastion was stopped");
            case Ending.BastionFailed(String cause) ->
                Optional.of("ended: something inside the bastion broke: " + cause);
            case Ending.Inactive _, Ending.DetachedTooLong _, Ending.GraceOver _, Ending.ProtocolBroken _ ->
                Optional.of("ended: " + ending.detail());
        };
    }

    private static String clock(Instant now) {
        return now.truncatedTo(ChronoUnit.SECONDS).toString().replace("T", " ").replace("Z", " UTC");
    }
}
