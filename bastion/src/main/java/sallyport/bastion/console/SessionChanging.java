package sallyport.bastion.console;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sallyport.admin.Inert;
import sallyport.admin.Quoted;
import sallyport.admin.SessionOperations;
import sallyport.policy.SessionName;

/** {@code session detach}, {@code rename}, {@code size}, {@code link} and {@code clear}: nothing here ends anything. */
final class SessionChanging {

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,5})x([0-9]{1,5})");

    private final SessionOperations sessions;

    SessionChanging(SessionOperations sessions) {
        this.sessions = sessions;
    }

    List<Verb> verbs() {
        return List.of(
                SessionCommands.which(
                        Verb.named("session detach", "send everybody out of it; it runs on", this::detach)),
                SessionCommands.which(Verb.named("session rename", "give it another name", this::rename))
                        .withPositional("NAME", "what to call it"),
                SessionCommands.which(Verb.named("session size", "fix the size of its terminal", this::size))
                        .withPositional("SIZE", "columns and rows, as 120x40; auto: as whoever types last has it"),
                SessionCommands.which(Verb.named("session link", "point it at a ticket or a chat thread", this::link))
                        .withPositional("URL", "http, https, ssh or mailto; none takes it away"),
                Verb.named("session clear", "hide ended sessions from your list; deletes nothing", this::clear)
                        .withOptional("ID", "only this one; all that are over if not said"));
    }

    private Exit detach(Call call, Given given) throws IOException {
        return call.answer(sessions.detach(call.caller(), given.positional()), view -> {
            call.output().data("detached " + view.code() + ": nobody is in it, it runs on");
            return Exit.OK;
        });
    }

    private Exit rename(Call call, Given given) throws IOException {
        SessionName name;
        try {
            name = new SessionName(given.positional(1));
        } catch (IllegalArgumentException refused) {
            return call.fail(Exit.USAGE, String.valueOf(refused.getMessage()));
        }
        return call.answer(sessions.rename(call.caller(), given.positional(), name), view -> {
            call.output().data("renamed " + view.code() + ": it is called " + name);
            return Exit.OK;
        });
    }

    private Exit size(Call call, Given given) throws IOException {
        String size = given.positional(1);
        if (size.equals("auto")) {
            return size(call, given.positional(), 0, 0);
        }
        Matcher form = SIZE.matcher(size);
        return form.matches()
                ? size(call, given.positional(), Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)))
                : call.fail(Exit.USAGE, Quoted.of(size) + " is not a size; write columns and rows, as 120x40, or auto");
    }

    private Exit size(Call call, String which, int columns, int rows) throws IOException {
        return call.answer(sessions.size(call.caller(), which, columns, rows), view -> {
            call.output()
                    .data("sized " + view.code() + ": "
                            + (columns == 0
                                    ? "it has the size of whoever types last"
                                    : "it stays " + columns + "x" + rows + ", whoever is in it"));
            return Exit.OK;
        });
    }

    private Exit link(Call call, Given given) throws IOException {
        Optional<String> url = Optional.of(given.positional(1)).filter(u -> !u.equals("none"));
        return call.answer(sessions.link(call.caller(), given.positional(), url), view -> {
            call.output()
                    .data("linked " + view.code() + ": "
                            + url.map(u -> "it points at " + Inert.of(u)).orElse("it points nowhere"));
            return Exit.OK;
        });
    }

    private Exit clear(Call call, Given given) throws IOException {
        return call.answer(sessions.clear(call.caller(), given.optional()), hidden -> {
            if (hidden == 0) {
                call.output().say("there was nothing left to hide");
            } else {
                call.output()
                        .data("cleared " + Spoken.count(hidden, "session")
                                + ": hidden from your list, nothing is deleted; session list --cleared shows them");
            }
            return Exit.OK;
        });
    }
}
