package sallyport.bastion.console;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import sallyport.admin.Outcome;
import sallyport.admin.Quoted;
import sallyport.admin.Revocation;
import sallyport.admin.SessionFields;
import sallyport.admin.SessionOperations;
import sallyport.admin.SessionPage;
import sallyport.admin.SessionView;
import sallyport.db.DatabaseAway;
import sallyport.policy.Reason;
import sallyport.policy.session.SessionRow;

/** {@code session ...}. */
final class SessionCommands {

    private static final int USUAL_LIMIT = 50;

    private final SessionOperations sessions;

    SessionCommands(SessionOperations sessions) {
        this.sessions = sessions;
    }

    List<Verb> verbs() {
        return List.of(
                ListQuery.arguments(Verb.named("session list", "sessions, newest first", this::list))
                        .withWord("--state", "STATE", "only these: starting running detached ended failed")
                        .withWord("--target", "NAME", "only on this target")
                        .withWord("--env", "WORD", "only there: development test staging production")
                        .withFlag("--json", "one JSON document")
                        .withFlag("--jsonl", "one JSON object per line")
                        .withWord("-o", "id", "ids alone, for xargs"),
                Verb.named("session show", "one session: who, where, why, how it ended", this::show)
                        .withPositional("ID", "its id, the beginning of its code, or its name")
                        .withFlag("--json", "one JSON document"),
                Verb.named("session revoke", "end a session now; its people are told by whom and why", this::revoke)
                        .withPositional("ID", "its id, the beginning of its code, or its name")
                        .withRequiredText("--reason", "WORDS", "why; shown to whoever is in it, and kept")
                        .withFlag("--yes", "do it without asking"));
    }

    private Exit list(Call call, Given given) throws IOException {
        Optional<String> form = given.option("-o");
        if (form.isPresent() && !form.get().equals("id")) {
            return call.fail(Exit.USAGE, "-o knows only id, not " + Quoted.of(form.get()));
        }
        ListQuery query;
        try {
            query = ListQuery.of(given, USUAL_LIMIT);
        } catch (IllegalArgumentException refused) {
            return call.fail(Exit.USAGE, String.valueOf(refused.getMessage()));
        }
        boolean all = given.has("--all");
        try {
            return call.answer(
                    sessions.list(call.caller(), all, query.filter(), query.after(), query.limit()),
                    page -> print(call, given, page));
        } catch (DatabaseAway away) {
            Exit shown = call.answer(
                    sessions.live(call.caller(), all),
                    live -> print(call, given, new SessionPage(query.narrow(live), Optional.empty())));
            return shown.equals(Exit.OK)
                    ? call.fail(
                            Exit.FAILED,
                            "the database does not answer: these are the sessions that live now, those that are over"
                                    + " are missing; session revoke works")
                    : shown;
        }
    }

    private static Exit print(Call call, Given given, SessionPage page) throws IOException {
        Optional<String> next = page.next().map(Object::toString);
        if (given.has("--json")) {
            call.output()
                    .data(JsonText.items(
                            page.items().stream().map(SessionFields::of).toList(), next));
            return Exit.OK;
        }
        if (given.has("--jsonl")) {
            call.output()
                    .data(page.items().stream()
                            .map(v -> JsonText.of(SessionFields.of(v)))
                            .toList());
        } else if (given.option("-o").isPresent()) {
            call.output().data(page.items().stream().map(v -> v.id().toString()).toList());
        } else if (page.items().isEmpty()) {
            call.output().say("no sessions" + (given.has("--all") ? "" : " of yours") + " to show");
        } else {
            call.output()
                    .data(table(call, page.items(), given.has("--all"))
                            .lines(call.output().columns()));
        }
        if (next.isPresent()) {
            call.output().say("there are more: --after " + next.get());
        }
        return Exit.OK;
    }

    private static Table table(Call call, List<SessionView> views, boolean everybody) {
        Table table = new Table("SESSION", "NAME", "WHO", "WHERE", "ENV", "STATE", "STARTED", "COMMAND", "REASON");
        for (SessionView view : views) {
            SessionRow row = view.row();
            table.row(
                    view.code(),
                    row.name().value(),
                    everybody ? row.personName().value() : "",
                    row.login() + "@" + row.target(),
                    row.environment().isProduction()
                            ? "PRODUCTION"
                            : row.environment().word(),
                    view.state(),
                    Spoken.relative(row.startedAt(), call.now()),
                    row.command(),
                    row.reason().map(Reason::value).orElse(""));
        }
        return table;
    }

    private Exit show(Call call, Given given) throws IOException {
        return call.answer(sessions.show(call.caller(), given.positional()), view -> {
            if (given.has("--json")) {
                call.output().data(JsonText.of(SessionFields.of(view)));
            } else {
                call.output().data(SessionCard.of(view, call.now()).lines());
            }
            return Exit.OK;
        });
    }

    private Exit revoke(Call call, Given given) throws IOException {
        String meant = given.positional();
        String reason = given.option("--reason").orElse("");
        if (!given.has("--yes")) {
            Optional<Exit> stop = confirm(call, meant);
            if (stop.isPresent()) {
                return stop.get();
            }
        }
        return call.answer(sessions.revoke(call.caller(), meant, reason), revocation -> revoked(call, revocation));
    }

    private static Exit revoked(Call call, Revocation revocation) throws IOException {
        SessionRow row = revocation.session().row();
        call.output()
                .data("revoked " + revocation.session().code() + ": " + row.personName() + "'s " + row.mode() + " on "
                        + row.target() + " is ended" + (revocation.grantWithdrawn() ? ", its approval withdrawn" : "")
                        + "; the recording is kept");
        if (revocation.warning().isPresent()) {
            return call.fail(
                    Exit.FAILED,
                    "the session is ended, but " + revocation.warning().get());
        }
        return Exit.OK;
    }

    /** What to end with instead of revoking; empty if it may go on. */
    private Optional<Exit> confirm(Call call, String meant) throws IOException {
        String what = consequence(call, meant);
        if (!call.output().canAsk()) {
            call.output().say(what);
            return Optional.of(call.fail(Exit.USAGE, "nothing was done; repeat it with --yes"));
        }
        call.output().say(what);
        boolean agreed = Prompt.line(call.channel(), "End it? [y/N] ")
                .map(String::strip)
                .filter(a -> a.equalsIgnoreCase("y") || a.equalsIgnoreCase("yes"))
                .isPresent();
        return agreed ? Optional.empty() : Optional.of(call.fail(Exit.FAILED, "nothing was done"));
    }

    /** What a revocation would do, as far as this caller may know the session. */
    private String consequence(Call call, String meant) {
        try {
            if (sessions.show(call.caller(), meant) instanceof Outcome.Done<SessionView>(SessionView view)) {
                SessionRow row = view.row();
                return "this ends " + row.personName() + "'s " + row.mode() + " on " + row.target() + " (" + view.code()
                        + ")"
                        + (row.grant().isPresent() ? " and withdraws the approval it rests on" : "")
                        + "; the recording is kept";
            }
        } catch (DatabaseAway away) {
            // A session that lives is found without it; for others the revocation itself says so.
        }
        return "this ends the session " + Quoted.of(meant)
                + " and withdraws the approval it rests on, if any; the recording" + " is kept";
    }
}
