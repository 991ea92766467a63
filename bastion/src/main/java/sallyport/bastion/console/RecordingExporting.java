package sallyport.bastion.console;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import sallyport.admin.BundleExport;
import sallyport.admin.ExportOperations;
import sallyport.admin.Quoted;
import sallyport.db.HistoryFilter;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;
import sallyport.policy.TargetName;

/** {@code recording export}. */
final class RecordingExporting {

    private static final String HERE = "-";

    private final ExportOperations operations;
    private final Function<PersonName, Optional<PersonId>> people;

    RecordingExporting(ExportOperations operations, Function<PersonName, Optional<PersonId>> people) {
        this.operations = operations;
        this.people = people;
    }

    List<Verb> verbs() {
        return List.of(Verb.named("recording export", "recordings and what proves them: add > x.tar.zst", this::export)
                .withWord("--since", "TIME", "sessions from then on: 1d ago, a date, RFC 3339, or FROM..TO")
                .withWord("--target", "NAME", "only on this target")
                .withWord("--person", "NAME", "only this person's")
                .withWord("--to", "-", "standard output, and nothing else: there is no file system here"));
    }

    private Exit export(Call call, Given given) throws IOException {
        if (!given.option("--to").equals(Optional.of(HERE))) {
            return call.fail(
                    Exit.USAGE,
                    "say --to - and where it goes on your side: ssh bastion recording export --since 1d --to - >"
                            + " x.tar.zst; the bastion writes no files for anybody");
        }
        if (call.output().canAsk()) {
            return call.fail(
                    Exit.USAGE, "a bundle would garble this terminal; leave out ssh's -t, and add > x.tar.zst");
        }
        if (given.option("--since").isEmpty()) {
            return call.fail(Exit.USAGE, "say of which time: --since 1d, or --since FROM..TO");
        }
        HistoryFilter filter;
        try {
            TimeRange range = TimeRange.of(given.option("--since").orElseThrow(), call.now());
            Optional<PersonName> name = given.option("--person").map(PersonName::new);
            Optional<PersonId> person = name.flatMap(people);
            if (name.isPresent() && person.isEmpty()) {
                return call.fail(
                        Exit.NOT_FOUND,
                        "nobody here is called " + Quoted.of(name.get().value()));
            }
            filter = new HistoryFilter(
                    person,
                    given.option("--target").map(TargetName::new),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    range.since(),
                    range.until());
        } catch (IllegalArgumentException refused) {
            return call.fail(Exit.USAGE, String.valueOf(refused.getMessage()));
        }
        return call.answer(operations.export(call.caller(), filter), bundle -> written(call, bundle));
    }

    private static Exit written(Call call, BundleExport bundle) throws IOException {
        bundle.writeTo(call.output().stream());
        call.output()
                .say(Spoken.count(bundle.recordings(), "recording")
                        + " exported; check it where you keep it: sallyport verify x.tar.zst --key KEY");
        return Exit.OK;
    }
}
