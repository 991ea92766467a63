package sallyport.bastion.console;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import sallyport.admin.Quoted;
import sallyport.admin.SessionOperations;

/** {@code session save} and {@code restore}: sessions as documents, from bastion to bastion. */
final class SessionMoving {

    /** One byte more than a document may have: enough to see that it is too long. */
    private static final int MOST_READ = (8 << 20) + 1;

    private final SessionOperations sessions;

    SessionMoving(SessionOperations sessions) {
        this.sessions = sessions;
    }

    List<Verb> verbs() {
        return List.of(
                SessionCommands.which(
                                Verb.named("session save", "a session as a document, with its scrollback", this::save))
                        .withRequiredWord("--to", "-", "standard output, the one place: add > x.json"),
                Verb.named("session restore", "make an ended session to look at from a document", this::restore)
                        .withRequiredWord("--from", "-", "standard input, the one place: add < x.json"));
    }

    private Exit save(Call call, Given given) throws IOException {
        Optional<Exit> stop = onlyDash(call, given, "--to", "> x.json", "session save ID --to -");
        if (stop.isPresent()) {
            return stop.get();
        }
        return call.answer(sessions.save(call.caller(), given.positional()), document -> {
            call.output().stream().write(document);
            return Exit.OK;
        });
    }

    private Exit restore(Call call, Given given) throws IOException {
        Optional<Exit> stop = onlyDash(call, given, "--from", "< x.json", "session restore --from -");
        if (stop.isPresent()) {
            return stop.get();
        }
        byte[] document = call.channel().in().readNBytes(MOST_READ);
        return call.answer(sessions.restore(call.caller(), document), view -> {
            call.output().data(view.code());
            call.output().say("restored as " + view.code() + "; look at it: ssh bastion session show " + view.code());
            return Exit.OK;
        });
    }

    /** A file would be one of the bastion's, and a terminal is neither a file nor ends. */
    private static Optional<Exit> onlyDash(Call call, Given given, String option, String shell, String command)
            throws IOException {
        String where = given.option(option).orElse("");
        if (!where.equals("-")) {
            return Optional.of(call.fail(
                    Exit.USAGE,
                    option + " knows only -, not " + Quoted.of(where)
                            + ": files here are the bastion's. For one of yours: ssh bastion " + command + " "
                            + shell));
        }
        return call.output().canAsk()
                ? Optional.of(call.fail(
                        Exit.USAGE,
                        "a document does not go through a terminal; leave out ssh's -t: ssh bastion " + command + " "
                                + shell))
                : Optional.empty();
    }
}
