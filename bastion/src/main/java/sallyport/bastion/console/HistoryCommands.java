package sallyport.bastion.console;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import sallyport.admin.ExportFormat;
import sallyport.admin.HistoryExport;
import sallyport.admin.HistoryOperations;
import sallyport.admin.Quoted;
import sallyport.db.HistoryFilter;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;
import sallyport.policy.TargetName;

/** {@code history}. */
final class HistoryCommands {

    private static final String USUAL_SINCE = "1d";

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
        Whose whose;
        HistoryFilter filter;
        try {
            whose = Whose.of(call, given, people);
            filter = filter(given, whose.person(), call.now());
        } catch (IllegalArgumentException refused) {
            return call.fail(Exit.USAGE, String.valueOf(refused.getMessage()));
        }
        Optional<Exit> unknown = whose.unknown(call, given);
        if (unknown.isPresent()) {
            return unknown.get();
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
