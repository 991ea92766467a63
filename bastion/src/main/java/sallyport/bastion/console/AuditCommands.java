package sallyport.bastion.console;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import sallyport.admin.Quoted;
import sallyport.admin.SearchAnswer;
import sallyport.admin.SearchFields;
import sallyport.admin.SearchHit;
import sallyport.admin.SearchOperations;
import sallyport.admin.SearchQuestion;
import sallyport.db.HistoryFilter;
import sallyport.db.IndexedSoFar;
import sallyport.db.RecordingSearch;
import sallyport.policy.Permission;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;
import sallyport.policy.TargetName;
import sallyport.policy.session.SessionRow;

/** {@code audit search}, and {@code recording reindex}, which makes what it searches. */
final class AuditCommands {

    private static final int USUAL_LIMIT = 50;

    /** Stands for a name that nobody has. */
    private static final PersonId NOBODY = new PersonId(new UUID(0, 0));

    private final SearchOperations search;
    private final Function<PersonName, Optional<PersonId>> people;

    AuditCommands(SearchOperations search, Function<PersonName, Optional<PersonId>> people) {
        this.search = search;
        this.people = people;
    }

    List<Verb> verbs() {
        return List.of(
                Verb.named("audit search", "find a command, a text that was shown, or a file", this::search)
                        .withText("--command", "TEXT", "in commands; an aid, not a control: what ran may be hidden")
                        .withText("--text", "TEXT", "in what screens showed")
                        .withText("--file", "TEXT", "in paths of files that were copied or changed")
                        .withWord("--person", "NAME", "only this person's; of others needs a permission")
                        .withWord("--target", "NAME", "only on this target")
                        .withWord("--env", "WORD", "only there: development test staging production")
                        .withWord("--since", "TIME", "from then on: 15m 4h 1d 2w ago, a date, RFC 3339, or FROM..TO")
                        .withWord("--limit", "N", "at most this many, up to 500; 50 if not said")
                        .withFlag("--json", "one JSON document")
                        .withFlag("--jsonl", "one JSON object a line")
                        .withWord("--format", "csv", "for spreadsheets"),
                Verb.named("recording reindex", "read a recording again for audit search", this::reindex)
                        .withOptional("ID", "its session's id, the beginning of its code, or its name")
                        .withFlag("--all", "all of them, in the background; needs a permission"));
    }

    private enum Form {
        TABLE,
        JSON,
        JSON_LINES,
        CSV;

        static Form of(Given given) {
            given.option("--format").filter(f -> !f.equals("csv")).ifPresent(f -> {
                throw new IllegalArgumentException("--format knows only csv, not " + Quoted.of(f));
            });
            List<Form> asked = Stream.of(
                            given.has("--json") ? JSON : TABLE,
                            given.has("--jsonl") ? JSON_LINES : TABLE,
                            given.option("--format").isPresent() ? CSV : TABLE)
                    .filter(f -> f != TABLE)
                    .toList();
            if (asked.size() > 1) {
                throw new IllegalArgumentException("say one of --json, --jsonl and --format csv");
            }
            return asked.isEmpty() ? TABLE : asked.getFirst();
        }
    }

    private Exit search(Call call, Given given) throws IOException {
        SearchQuestion question;
        Form form;
        try {
            form = Form.of(given);
            question = question(call, given);
        } catch (IllegalArgumentException refused) {
            return call.fail(Exit.USAGE, String.valueOf(refused.getMessage()));
        }
        if (question.filter().person().equals(Optional.of(NOBODY))
                && call.caller().person().may(Permission.VIEW_HISTORY)) {
            return call.fail(
                    Exit.NOT_FOUND,
                    "nobody here is called "
                            + Quoted.of(given.option("--person").orElse("")));
        }
        return call.answer(search.find(call.caller(), question), answer -> print(call, form, question, answer));
    }

    private SearchQuestion question(Call call, Given given) {
        Optional<String> command = given.option("--command");
        Optional<String> text = given.option("--text");
        Optional<String> file = given.option("--file");
        if (Stream.of(command, text, file).filter(Optional::isPresent).count() != 1) {
            throw new IllegalArgumentException(
                    "say what to search for: --command TEXT for what was run, --text TEXT for"
                            + " what was shown, or --file TEXT for files that were copied or changed");
        }
        TimeRange range =
                given.option("--since").map(t -> TimeRange.of(t, call.now())).orElse(TimeRange.ALWAYS);
        return new SearchQuestion(
                command.isPresent()
                        ? RecordingSearch.In.COMMANDS
                        : file.isPresent() ? RecordingSearch.In.FILES : RecordingSearch.In.SCREENS,
                command.or(() -> text).or(() -> file).orElseThrow(),
                new HistoryFilter(
                        given.option("--person").map(PersonName::new).map(name -> person(call, name)),
                        given.option("--target").map(TargetName::new),
                        given.option("--env").map(ListQuery::environment),
                        Optional.empty(),
                        Optional.empty(),
                        range.since(),
                        range.until()),
                given.option("--limit").map(ListQuery::number).orElse(USUAL_LIMIT));
    }

    private PersonId person(Call call, PersonName name) {
        return name.equals(call.caller().person().name())
                ? call.caller().person().id()
                : people.apply(name).orElse(NOBODY);
    }

    private static Exit print(Call call, Form form, SearchQuestion question, SearchAnswer answer) throws IOException {
        switch (form) {
            case JSON -> {
                call.output()
                        .data(JsonText.items(
                                answer.hits().stream().map(SearchFields::of).toList(), Optional.empty()));
                return Exit.OK;
            }
            case JSON_LINES ->
                call.output()
                        .data(answer.hits().stream()
                                .map(h -> JsonText.of(SearchFields.of(h)))
                                .toList());
            case CSV -> SearchFields.writeCsv(answer.hits(), call.output().stream());
            case TABLE -> {
                if (!answer.hits().isEmpty()) {
                    call.output()
                            .data(table(call, question, answer.hits())
                                    .lines(call.output().columns()));
                }
            }
        }
        call.output().say(summary(question, answer));
        if (form == Form.TABLE && call.output().canAsk() && !answer.hits().isEmpty()) {
            SearchHit first = answer.hits().getFirst();
            call.output().say("see one: recording play SESSION --at AT; the first: " + first.replay());
        }
        return Exit.OK;
    }

    private static Table table(Call call, SearchQuestion question, List<SearchHit> hits) {
        Table table = new Table("TIME (UTC)", "WHO", "WHERE", "SESSION", "AT", "EXIT", "HOW", "TEXT", "REPLAY");
        for (SearchHit hit : hits) {
            SessionRow session = hit.match().session();
            table.row(
                    hit.match().time().toString().replace('T', ' ').substring(0, 19),
                    session.personName().value(),
                    session.login() + "@" + session.target(),
                    session.id().code(),
                    hit.offset(),
                    hit.match()
                            .command()
                            .flatMap(c -> c.status())
                            .map(String::valueOf)
                            .orElse(""),
                    hit.match()
                            .command()
                            .map(c -> c.source() + ", " + c.confidence())
                            .orElse(""),
                    hit.excerpt(question.text()),
                    // In a terminal it would leave no room for the rest.
                    call.output().columns().isPresent() ? "" : hit.replay());
        }
        return table;
    }

    private static String summary(SearchQuestion question, SearchAnswer answer) {
        IndexedSoFar of = answer.of();
        StringBuilder words = new StringBuilder(
                answer.more()
                        ? "the newest " + matches(answer.hits().size()) + ", there may be more (--limit)"
                        : matches(answer.hits().size()));
        words.append(" in ").append(Spoken.count(of.recordings(), "recording"));
        if (of.waiting() > 0) {
            words.append("; ")
                    .append(Spoken.count(of.waiting()))
                    .append(of.waiting() == 1 ? " more was" : " more were")
                    .append(" not read yet");
        }
        if (of.failed() > 0) {
            words.append("; ").append(Spoken.count(of.failed())).append(" could not be read (the log says why)");
        }
        words.append('.');
        if (question.in() == RecordingSearch.In.COMMANDS) {
            words.append(" Commands are read from the screen and can be evaded; see also: --text");
        }
        return words.toString();
    }

    private static String matches(int count) {
        return switch (count) {
            case 0 -> "no match";
            case 1 -> "1 match";
            default -> Spoken.count(count) + " matches";
        };
    }

    private Exit reindex(Call call, Given given) throws IOException {
        if (given.has("--all") == given.optional().isPresent()) {
            return call.fail(Exit.USAGE, "say which recording: an ID, or --all");
        }
        if (given.has("--all")) {
            return call.answer(search.reindexAll(call.caller()), recordings -> {
                call.output()
                        .say(Spoken.count(recordings, "recording")
                                + " will be read again, one after the other; audit search tells how many are left");
                return Exit.OK;
            });
        }
        return call.answer(search.reindex(call.caller(), given.optional().orElseThrow()), read -> {
            call.output()
                    .say("read: " + Spoken.count(read.commands(), "command") + ", "
                            + Spoken.count(read.lines(), "line")
                            + (read.leftOut() == 0
                                    ? ""
                                    : "; " + Spoken.count(read.leftOut()) + " more were too many and are left out"));
            return Exit.OK;
        });
    }
}
