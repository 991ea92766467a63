package sallyport.bastion.console;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import sallyport.admin.Outcome;
import sallyport.admin.RecordingOperations;
import sallyport.admin.SessionOperations;
import sallyport.admin.SessionView;
import sallyport.admin.Span;
import sallyport.policy.Login;
import sallyport.policy.Reason;
import sallyport.policy.SessionName;
import sallyport.policy.TargetName;

/** {@code session attach}, {@code watch} and {@code create}: finding what is meant; the rest is the doors' business. */
final class SessionEntering {

    private final SessionOperations sessions;
    private final RecordingOperations recordings;

    SessionEntering(SessionOperations sessions, RecordingOperations recordings) {
        this.sessions = sessions;
        this.recordings = recordings;
    }

    List<Verb> verbs() {
        return List.of(
                SessionCommands.which(Verb.named("session attach", "go into a session that runs", this::attach))
                        .withFlag("--takeover", "send away whoever is in it")
                        .withFlag("--read-only", "watch, and type nothing"),
                SessionCommands.which(Verb.named("session watch", "look over a session's shoulder", this::watch)),
                Verb.named("session create", "open a session without going into it; prints its code", this::create)
                        .withPositional("TARGET", "where, as web-1 or root+web-1")
                        .withWord("--name", "NAME", "what to call it; one is made up if not said")
                        .withText("--reason", "WORDS", "why; production needs one")
                        .withWord("--for", "TIME", "for how long an approval is asked, as 2h")
                        .withCommand("what runs in it, just as the target's shell gets it; a login shell if not said"));
    }

    private Exit attach(Call call, Given given) throws IOException {
        boolean readOnly = given.has("--read-only");
        boolean takeover = given.has("--takeover");
        if (readOnly && takeover) {
            return call.fail(Exit.USAGE, "who only watches takes no place: say --takeover or --read-only, not both");
        }
        return enter(call, given.positional(), takeover, readOnly);
    }

    private Exit watch(Call call, Given given) throws IOException {
        return enter(call, given.positional(), false, true);
    }

    private Exit enter(Call call, String which, boolean takeover, boolean readOnly) throws IOException {
        if (!call.output().canAsk()) {
            return call.fail(
                    Exit.USAGE,
                    "going into a session needs a terminal: ssh -t bastion session "
                            + (readOnly ? "watch" : "attach")
                            + " ID; without one you can read along: ssh bastion session show ID --follow");
        }
        // Who may watch somebody else's is who may see its recording.
        Outcome<SessionView> found = readOnly
                ? recordings.show(call.caller(), which).then(r -> new Outcome.Done<>(r.session()))
                : sessions.show(call.caller(), which);
        return call.answer(found, view -> enter(call, view, takeover, readOnly));
    }

    private static Exit enter(Call call, SessionView view, boolean takeover, boolean readOnly) throws IOException {
        String code = view.code();
        if (!readOnly && !view.row().person().equals(call.caller().person().id())) {
            return call.fail(
                    Exit.NOT_PERMITTED,
                    "only " + view.row().personName() + " types in " + code + "; look on: ssh -t bastion session watch "
                            + code);
        }
        if (!view.isLive()) {
            return call.fail(
                    Exit.CONFLICT,
                    "session " + code + " is over; what it showed last: ssh bastion session show " + code
                            + " --screen");
        }
        if (!view.row().terminal()) {
            return call.fail(
                    Exit.CONFLICT,
                    "session " + code + " has no terminal to go into; read along: ssh bastion session show " + code
                            + " --follow");
        }
        return new Exit(call.doors().attach(view.id(), takeover, readOnly));
    }

    private Exit create(Call call, Given given) throws IOException {
        String where = given.positional();
        int separator = separator(where);
        Optional<Login> login;
        TargetName target;
        Optional<SessionName> name;
        Optional<Reason> reason;
        Optional<Duration> duration;
        try {
            login = separator < 0 ? Optional.empty() : Optional.of(new Login(where.substring(0, separator)));
            target = new TargetName(where.substring(separator + 1));
            name = given.option("--name").map(SessionName::new);
            reason = given.option("--reason").map(Reason::new);
            duration = given.option("--for").map(Span::parse);
        } catch (IllegalArgumentException refused) {
            return call.fail(Exit.USAGE, String.valueOf(refused.getMessage()));
        }
        return new Exit(call.doors().create(login, target, name, reason, duration, given.command()));
    }

    /** Where the login ends: at what also separates it in the user part of {@code ssh}; -1 without a login. */
    private static int separator(String where) {
        int at = 0;
        while (at < where.length() && "+@%".indexOf(where.charAt(at)) < 0) {
            at++;
        }
        return at < where.length() ? at : -1;
    }
}
