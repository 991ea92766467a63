package sallyport.bastion.console;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import sallyport.admin.ExportFormat;
import sallyport.admin.HistoryExport;
import sallyport.admin.HistoryOperations;
import sallyport.admin.Quoted;
import sallyport.db.HistoryFilter;
import sallyport.policy.Permission;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;
import sallyport.policy.TargetName;

/** {@code history}. */
final class HistoryCommands {

    private static final String USUAL_SINCE = "1d";

    /** Stands for a name that nobody has: it matches nothing, and is not the caller. */
    private static final PersonId NOBODY = new PersonId(new UUID(0, 0));

    private final HistoryOperations history;
    private final Function<PersonName, Optional<PersonId>> people;

    HistoryCommands(HistoryOperations history, Function<PersonName, Optional<PersonId>> people) {
        this.history = history;
        this.people = people;
    }

    List<Verb> verbs() {
        return List.of(Verb.named("history", "sessions and audit events in the order of time", this::history)
                .withWord("--since", "TIME", "from then on: 15m 4h 1d 2w ago, a date, or RFC 3339; 1d if not said")
                .withWord("--until", "TIME", "up to then, written likewise")
                .withWord("--target", "NAME", "only on this target")
                .withWord("--env", "WORD", "only there: development test staging production")
                .withWord("--person", "NAME", "only this person's; of others needs a permission")
                .withFlag("--all", "everybody's, not only yours; needs a permission")
                .withWord("--format", "FORMAT", "table (if not said), csv or jsonl"));
    }

    private Exit history(Call call, Given given) throws IOException {
        String format = given.option("--format").orElse("table");
        Optional<ExportFormat> export =
                format.equals("table") ? Optional.of(ExportFormat.JSON_LINES) : ExportFormat.of(format);
        if (export.isEmpty()) {
            return call.fail(
                    Exit.USAGE, "no history format is called " + Quoted.of(format) + "; there are: table, csv, jsonl");
        }
        if (given.has("--all") && given.option("--person").isPresent()) {
            return call.fail(Exit.USAGE, "say --all or --person, not both");
        }
        HistoryFilter filter;
        try {
            Optional<PersonId> person = given.has("--all") ? Optional.empty() : Optional.of(person(call, given));
            filter = filter(given, person, call.now());
        } catch (IllegalArgumentException refused) {
            return call.fail(Exit.USAGE, String.valueOf(refused.getMessage()));
        }
        if (filter.person().equals(Optional.of(NOBODY))
                && call.caller().person().may(Permission.VIEW_HISTORY)) {
            return call.fail(
                    Exit.NOT_FOUND,
                    "nobody here is called "
                            + Quoted.of(given.option("--person").orElse("")));
        }
        return call.answer(history.export(call.caller(), filter, export.get()), records -> {
            long written = format.equals("table") ? table(call, records) : copy(call, records);
            if (given.option("--since").isEmpty()) {
                call.output().say("this is the last day; --since 2w shows two weeks");
            }
            if (written == 0) {
                call.output().say("nothing happened in that time");
            }
            return Exit.OK;
        });
    }

    private static long copy(Call call, HistoryExport records) throws IOException {
        return records.writeTo(call.output().stream());
    }

    private static long table(Call call, HistoryExport records) throws IOException {
        try (OutputStream rows = new HistoryTable(call.output())) {
            return records.writeTo(rows);
        }
    }

    private PersonId person(Call call, Given given) {
        Optional<PersonName> named = given.option("--person").map(PersonName::new);
        if (named.isEmpty() || named.get().equals(call.caller().person().name())) {
            return call.caller().person().id();
        }
        return people.apply(named.get()).orElse(NOBODY);
    }

    private static HistoryFilter filter(Given given, Optional<PersonId> person, Instant now) {
        return new HistoryFilter(
                person,
                given.option("--target").map(TargetName::new),
                given.option("--env").map(ListQuery::environment),
                Optional.empty(),
                Optional.empty(),
                Optional.of(Spoken.moment(given.option("--since").orElse(USUAL_SINCE), now)),
                given.option("--until").map(t -> Spoken.moment(t, now)));
    }
}
