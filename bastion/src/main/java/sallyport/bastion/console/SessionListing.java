package sallyport.bastion.console;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import sallyport.admin.Quoted;
import sallyport.admin.SessionCsv;
import sallyport.admin.SessionFields;
import sallyport.admin.SessionOperations;
import sallyport.admin.SessionPage;
import sallyport.admin.SessionView;
import sallyport.db.DatabaseAway;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;
import sallyport.policy.Reason;
import sallyport.policy.session.SessionRow;

/** {@code session list}. */
final class SessionListing {

    private static final int USUAL_LIMIT = 50;

    private final SessionOperations sessions;
    private final Function<PersonName, Optional<PersonId>> people;

    SessionListing(SessionOperations sessions, Function<PersonName, Optional<PersonId>> people) {
        this.sessions = sessions;
        this.people = people;
    }

    List<Verb> verbs() {
        return List.of(ListQuery.arguments(Verb.named("session list", "sessions, newest first", this::list))
                .withWord("--state", "STATE", "only these: starting running detached ended failed")
                .withWord("--target", "NAME", "only on this target")
                .withWord("--person", "NAME", "only this person's; of others needs a permission")
                .withWord("--workspace", "NAME", "only in this workspace")
                .withWord("--env", "WORD", "only there: development test staging production")
                .withWord(
                        "--since",
                        "TIME",
                        "begun since: 1h 1d 1w ago, 14:05, a date (its midnight, UTC), RFC 3339; or FROM..TO")
                .withFlag("--cleared", "with those that session clear has hidden")
                .withFlag("--json", "one JSON document")
                .withFlag("--jsonl", "one JSON object per line")
                .withWord("--format", "csv", "as CSV, with all fields")
                .withWord("-o", "id", "ids alone, for xargs"));
    }

    private Exit list(Call call, Given given) throws IOException {
        ListQuery query;
        Whose whose;
        Form form;
        try {
            form = Form.of(given);
            whose = Whose.of(call, given, people);
            query = ListQuery.of(given, whose, USUAL_LIMIT, call.now());
        } catch (IllegalArgumentException refused) {
            return call.fail(Exit.USAGE, String.valueOf(refused.getMessage()));
        }
        Optional<Exit> unknown = whose.unknown(call, given);
        if (unknown.isPresent()) {
            return unknown.get();
        }
        boolean others = !whose.isOwn(call);
        try {
            return call.answer(
                    sessions.list(
                            call.caller(),
                            others,
                            given.has("--cleared"),
                            query.filter(),
                            query.after(),
                            query.limit()),
                    page -> print(call, form, others, page));
        } catch (DatabaseAway away) {
            Exit shown = call.answer(
                    sessions.live(call.caller(), others),
                    live -> print(call, form, others, new SessionPage(query.narrow(live), Optional.empty())));
            return shown.equals(Exit.OK)
                    ? call.fail(
                            Exit.FAILED,
                            "the database does not answer: these are the sessions that live now, those that are over"
                                    + " are missing; session revoke works")
                    : shown;
        }
    }

    /** How a list is printed. */
    private enum Form {
        TABLE,
        JSON,
        JSON_LINES,
        CSV,
        IDS;

        static Form of(Given given) {
            given.option("-o").filter(o -> !o.equals("id")).ifPresent(o -> {
                throw new IllegalArgumentException("-o knows only id, not " + Quoted.of(o));
            });
            given.option("--format").filter(f -> !f.equals("csv")).ifPresent(f -> {
                throw new IllegalArgumentException("--format knows only csv, not " + Quoted.of(f));
            });
            List<Form> asked = Stream.of(
                            given.has("--json") ? JSON : TABLE,
                            given.has("--jsonl") ? JSON_LINES : TABLE,
                            given.option("--format").isPresent() ? CSV : TABLE,
                            given.option("-o").isPresent() ? IDS : TABLE)
                    .filter(f -> f != TABLE)
                    .toList();
            if (asked.size() > 1) {
                throw new IllegalArgumentException("say one of --json, --jsonl, --format csv and -o id");
            }
            return asked.isEmpty() ? TABLE : asked.getFirst();
        }
    }

    private static Exit print(Call call, Form form, boolean others, SessionPage page) throws IOException {
        Optional<String> next = page.next().map(Object::toString);
        List<SessionView> views = page.items();
        switch (form) {
            case JSON -> {
                call.output()
                        .data(JsonText.items(
                                views.stream().map(SessionFields::of).toList(), next));
                return Exit.OK;
            }
            case JSON_LINES ->
                call.output()
                        .data(views.stream()
                                .map(v -> JsonText.of(SessionFields.of(v)))
                                .toList());
            case CSV -> SessionCsv.write(views, call.output().stream());
            case IDS ->
                call.output().data(views.stream().map(v -> v.id().toString()).toList());
            case TABLE -> {
                if (views.isEmpty()) {
                    call.output().say("no sessions" + (others ? "" : " of yours") + " to show");
                } else {
                    call.output()
                            .data(table(call, views, others).lines(call.output().columns()));
                }
            }
        }
        if (next.isPresent()) {
            call.output().say("there are more: --after " + next.get());
        }
        return Exit.OK;
    }

    private static Table table(Call call, List<SessionView> views, boolean others) {
        Table table = new Table("SESSION", "NAME", "WHO", "WHERE", "ENV", "STATE", "IN", "LAST", "WHAT");
        for (SessionView view : views) {
            SessionRow row = view.row();
            int in = Math.max(view.people().size(), view.attachments());
            table.row(
                    view.code(),
                    row.name().value(),
                    others ? row.personName().value() : "",
                    row.login() + "@" + row.target(),
                    row.environment().isProduction()
                            ? "PRODUCTION"
                            : row.environment().word(),
                    view.job().orElse(view.state()),
                    in == 0 ? "" : String.valueOf(in),
                    last(call, view),
                    row.command().isEmpty() ? row.reason().map(Reason::value).orElse("") : row.command());
        }
        return table;
    }

    /** What tells a session that is used from one that is forgotten. */
    private static String last(Call call, SessionView view) {
        if (!view.isLive()) {
            return view.row()
                    .endedAt()
                    .map(at -> "ran " + Spoken.rough(Duration.between(view.row().startedAt(), at)))
                    .orElse("");
        }
        return view.lastInput()
                .filter(_ -> view.job().isEmpty())
                .map(at -> "typed " + Spoken.relative(at, call.now()))
                .orElseGet(() -> "runs " + Spoken.rough(view.runtime()));
    }
}
