package sallyport.bastion.console;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import sallyport.admin.Inert;
import sallyport.admin.Quoted;
import sallyport.admin.ScreenText;
import sallyport.admin.SessionFields;
import sallyport.admin.SessionOperations;
import sallyport.admin.TextQuery;
import sallyport.admin.Times;

/** {@code session show}: the card of a session, or what it shows and showed. */
final class SessionShowing {

    /** What {@code --follow} begins with. */
    private static final int USUAL_TAIL = 20;

    private final SessionOperations sessions;

    SessionShowing(SessionOperations sessions) {
        this.sessions = sessions;
    }

    List<Verb> verbs() {
        return List.of(SessionCommands.which(
                        Verb.named("session show", "one session: who, where, why; or what it shows", this::show))
                .withWord("--tail", "N", "its last lines instead")
                .withFlag("--screen", "its screen instead")
                .withWord("--at", "TIME", "its screen as it was then: 14:05 (UTC), 4h ago, or RFC 3339")
                .withFlag("--ansi", "with colours")
                .withFlag("--follow", "its last lines, then what comes, until it is over; leave with Ctrl-C")
                .withFlag("--json", "one JSON document"));
    }

    private Exit show(Call call, Given given) throws IOException {
        Optional<TextQuery> query;
        try {
            query = query(given, call.now());
        } catch (IllegalArgumentException refused) {
            return call.fail(Exit.USAGE, String.valueOf(refused.getMessage()));
        }
        String which = given.positional();
        if (query.isPresent()) {
            return call.answer(sessions.text(call.caller(), which, query.get()), text -> print(call, given, text));
        }
        return call.answer(sessions.show(call.caller(), which), view -> {
            if (given.has("--json")) {
                call.output().data(JsonText.of(SessionFields.of(view)));
            } else {
                call.output().data(SessionCard.of(view, call.now()).lines());
            }
            return Exit.OK;
        });
    }

    /** Empty: the card. */
    private static Optional<TextQuery> query(Given given, Instant now) {
        boolean colours = given.has("--ansi");
        boolean follow = given.has("--follow");
        Optional<TextQuery> tail = given.option("--tail").map(n -> new TextQuery.Tail(lines(n), colours));
        Optional<TextQuery> at = given.option("--at").map(t -> new TextQuery.At(Spoken.moment(t, now), colours));
        Optional<TextQuery> screen =
                given.has("--screen") ? Optional.of(new TextQuery.Screen(colours)) : Optional.empty();
        List<TextQuery> asked =
                Stream.of(tail, at, screen).flatMap(Optional::stream).toList();
        if (asked.size() > 1) {
            throw new IllegalArgumentException("say one of --tail, --screen and --at");
        }
        if (follow && (at.isPresent() || screen.isPresent() || colours || given.has("--json"))) {
            throw new IllegalArgumentException(
                    "--follow is plain text from the last lines on; with it goes only --tail");
        }
        if (colours && asked.isEmpty()) {
            throw new IllegalArgumentException("--ansi goes with --tail, --screen or --at");
        }
        return asked.isEmpty() && follow
                ? Optional.of(new TextQuery.Tail(USUAL_TAIL, false))
                : asked.stream().findFirst();
    }

    private static int lines(String text) {
        if (!text.matches("[0-9]{1,5}")
                || Integer.parseInt(text) < 1
                || Integer.parseInt(text) > TextQuery.MOST_LINES) {
            throw new IllegalArgumentException(
                    "--tail takes 1 to " + Spoken.count(TextQuery.MOST_LINES) + " lines, not " + Quoted.of(text));
        }
        return Integer.parseInt(text);
    }

    private static Exit print(Call call, Given given, ScreenText text) throws IOException {
        if (given.has("--json")) {
            SequencedMap<String, Object> data = new LinkedHashMap<>(SessionFields.of(text.session()));
            data.put("text", data(text));
            call.output().data(JsonText.of(data));
        } else if (!goesOn(given, text)) {
            boolean colours = given.has("--ansi");
            call.output()
                    .data(text.lines().stream()
                            .map(l -> colours ? Printable.coloured(l) : Inert.of(l))
                            .toList());
        }
        String code = text.session().code();
        if (text.missingLines() > 0) {
            call.output()
                    .say(Spoken.count(text.missingLines(), "older line")
                            + (text.missingLines() == 1 ? " is" : " are")
                            + " not kept; the recording has them: ssh bastion recording download " + code
                            + " --format text");
        }
        if (text.gap().isPresent()) {
            call.output().say(text.gap().get());
        }
        if (!given.has("--follow")) {
            return Exit.OK;
        }
        return goesOn(given, text)
                ? new Exit(call.doors().follow(text.session().id(), tail(given), call.output().stream()))
                : call.fail(Exit.OK, "session " + code + " is over; this is how it ended");
    }

    /** Whether the lines are printed by whoever follows it, so that nothing is lost behind them. */
    private static boolean goesOn(Given given, ScreenText text) {
        return given.has("--follow") && text.session().isLive();
    }

    private static int tail(Given given) {
        return given.option("--tail").map(SessionShowing::lines).orElse(USUAL_TAIL);
    }

    private static SequencedMap<String, Object> data(ScreenText text) {
        SequencedMap<String, Object> data = new LinkedHashMap<>();
        data.put("at", Times.utc(text.at()));
        data.put("columns", text.columns());
        data.put("rows", text.rows());
        data.put("missing_lines", text.missingLines());
        data.put("gap", text.gap());
        data.put("lines", text.lines());
        return data;
    }
}
