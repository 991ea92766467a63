package sallyport.bastion.console;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import sallyport.admin.RecordingDownload;
import sallyport.admin.RecordingFields;
import sallyport.admin.RecordingOperations;
import sallyport.admin.RecordingView;
import sallyport.policy.session.SessionRow;
import sallyport.recorder.Damage;
import sallyport.recorder.Format;

/** {@code recording ...}. */
final class RecordingCommands {

    private static final int USUAL_LIMIT = 50;

    private final RecordingOperations recordings;
    private final RecordingPlaying playing;
    private final RecordingTyped typed;

    /** @param nanos a monotonic clock, in nanoseconds */
    RecordingCommands(RecordingOperations recordings, LongSupplier nanos) {
        this.recordings = recordings;
        this.playing = new RecordingPlaying(recordings, nanos);
        this.typed = new RecordingTyped(recordings);
    }

    List<Verb> verbs() {
        return Stream.of(own(), playing.verbs(), typed.verbs())
                .flatMap(List::stream)
                .toList();
    }

    private List<Verb> own() {
        return List.of(
                ListQuery.arguments(Verb.named("recording list", "recordings, newest first", this::list))
                        .withWord("--target", "NAME", "only on this target")
                        .withWord("--env", "WORD", "only there: development test staging production")
                        .withFlag("--json", "one JSON document"),
                Verb.named("recording show", "one recording: whose, how large, how long it stays", this::show)
                        .withPositional("ID", "its session's id, the beginning of its code, or its name")
                        .withFlag("--json", "one JSON document"),
                Verb.named("recording download", "a recording to standard output: add > x.cast", this::download)
                        .withPositional("ID", "its session's id, the beginning of its code, or its name")
                        .withWord(
                                "--format",
                                "FORMAT",
                                "v3 (asciicast, if not said), v2, text, raw, raw-stderr or json"));
    }

    private Exit list(Call call, Given given) throws IOException {
        ListQuery query;
        try {
            Whose whose = Whose.of(call, given, _ -> Optional.empty());
            query = ListQuery.of(given, whose, USUAL_LIMIT, call.now());
        } catch (IllegalArgumentException refused) {
            return call.fail(Exit.USAGE, String.valueOf(refused.getMessage()));
        }
        boolean all = given.has("--all");
        return call.answer(recordings.list(call.caller(), all, query.filter(), query.after(), query.limit()), page -> {
            Optional<String> next = page.next().map(Object::toString);
            if (given.has("--json")) {
                call.output()
                        .data(JsonText.items(
                                page.items().stream().map(RecordingFields::of).toList(), next));
                return Exit.OK;
            }
            if (page.items().isEmpty()) {
                call.output().say("no recordings" + (all ? "" : " of yours") + " to show");
            } else {
                call.output()
                        .data(table(call, page.items(), all).lines(call.output().columns()));
            }
            if (next.isPresent()) {
                call.output().say("there are more: --after " + next.get());
            }
            return Exit.OK;
        });
    }

    private static Table table(Call call, List<RecordingView> views, boolean everybody) {
        Table table = new Table("SESSION", "NAME", "WHO", "WHERE", "STARTED", "SIZE", "STATE", "KEPT");
        for (RecordingView view : views) {
            SessionRow row = view.session().row();
            table.row(
                    view.session().code(),
                    row.name().value(),
                    everybody ? row.personName().value() : "",
                    row.login() + "@" + row.target(),
                    Spoken.relative(row.startedAt(), call.now()),
                    view.bytes().map(Spoken::size).orElse(""),
                    state(view),
                    KeptWords.brief(view.keeping()));
        }
        return table;
    }

    private Exit show(Call call, Given given) throws IOException {
        return call.answer(recordings.show(call.caller(), given.positional()), view -> {
            if (given.has("--json")) {
                call.output().data(JsonText.of(RecordingFields.of(view)));
                return Exit.OK;
            }
            SessionRow row = view.session().row();
            Card card = SessionCard.of(view.session(), call.now())
                    .line(
                            "recorded",
                            state(view)
                                    + view.bytes().map(b -> ", " + b + " bytes").orElse(""));
            call.output().data(KeptWords.addTo(card, view.keeping(), call.now()).lines());
            if (!view.isGone()) {
                call.output()
                        .say("take it: ssh bastion recording download "
                                + row.id().code() + " > " + row.id().code() + ".cast");
            }
            return Exit.OK;
        });
    }

    private Exit download(Call call, Given given) throws IOException {
        String format = given.option("--format").orElse(Format.ASCIICAST_V3.word());
        if (call.output().canAsk() && !format.equals(Format.TEXT.word())) {
            return call.fail(
                    Exit.USAGE,
                    "a recording would garble this terminal; play it: ssh -t bastion recording play ID, say --format"
                            + " text to read it here, or leave out ssh's -t and write it to a file: ssh bastion"
                            + " recording download ID > x.cast");
        }
        return call.answer(
                recordings.open(call.caller(), given.positional(), format), download -> copy(call, download));
    }

    private static Exit copy(Call call, RecordingDownload download) throws IOException {
        Optional<Damage> damage = download.writeTo(call.output().stream());
        return damage.isEmpty()
                ? Exit.OK
                : call.fail(
                        Exit.FAILED,
                        "the recording of " + download.session().code() + " is damaged from byte "
                                + damage.get().position() + " on ("
                                + damage.get().words()
                                + "); all before that was written");
    }

    private static String state(RecordingView view) {
        if (view.isGone()) {
            return "removed";
        }
        if (view.sealed()) {
            return "sealed";
        }
        return view.session().isLive() ? "growing" : "not sealed";
    }
}
