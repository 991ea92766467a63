package sallyport.bastion.console;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import sallyport.admin.RecordingFields;
import sallyport.admin.RecordingView;
import sallyport.admin.RetentionOperations;
import sallyport.admin.RetentionStatus;
import sallyport.admin.Times;
import sallyport.policy.Environment;
import sallyport.policy.retention.Keeping;

/** {@code recording hold}, {@code recording release} and {@code retention ...}. */
final class RetentionCommands {

    private static final String WHICH = "its session's id, the beginning of its code, or its name";

    private final RetentionOperations retention;

    RetentionCommands(RetentionOperations retention) {
        this.retention = retention;
    }

    List<Verb> verbs() {
        return List.of(
                Verb.named("recording hold", "keeps one, whatever the rule says", this::hold)
                        .withPositional("ID", WHICH)
                        .withRequiredText("--reason", "WORDS", "why it must stay")
                        .withFlag("--json", "one JSON document"),
                Verb.named("recording release", "lets go of a hold", this::release)
                        .withPositional("ID", WHICH)
                        .withRequiredText("--reason", "WORDS", "why it need not stay any more")
                        .withWord("--hold", "NUMBER", "which, if there are several")
                        .withFlag("--json", "one JSON document"),
                Verb.named("retention show", "how long recordings are kept", this::show)
                        .withFlag("--json", "one JSON document"),
                Verb.named("retention resume", "ends a halt: the clock is right", this::resume)
                        .withRequiredText("--reason", "WORDS", "how you know")
                        .withFlag(Confirmation.YES, "do not ask"));
    }

    private Exit hold(Call call, Given given) throws IOException {
        return call.answer(
                retention.hold(
                        call.caller(),
                        given.positional(),
                        given.option("--reason").orElse("")),
                view -> said(call, given, view, "held: the recording of "));
    }

    private Exit release(Call call, Given given) throws IOException {
        return call.answer(
                retention.release(
                        call.caller(),
                        given.positional(),
                        given.option("--hold"),
                        given.option("--reason").orElse("")),
                view -> said(call, given, view, "released: the recording of "));
    }

    private static Exit said(Call call, Given given, RecordingView view, String what) throws IOException {
        if (given.has("--json")) {
            call.output().data(JsonText.of(RecordingFields.of(view)));
            return Exit.OK;
        }
        Optional<String> stays = view.keeping().map((Keeping k) -> KeptWords.stays(k, call.now()));
        call.output()
                .data(what
                        + view.session().code()
                        + stays.map(s -> " stays " + s).orElse(""));
        return Exit.OK;
    }

    private Exit show(Call call, Given given) throws IOException {
        return call.answer(retention.status(call.caller()), status -> {
            if (given.has("--json")) {
                call.output().data(JsonText.of(status.fields()));
                return Exit.OK;
            }
            Card card = new Card();
            for (Environment environment : Environment.values()) {
                int days = status.rules().rule(environment).days();
                card.line(environment.word(), days == 0 ? "no longer than the session" : Spoken.count(days, "day"));
            }
            card.line("kept", Spoken.count(status.counts().kept(), "recording"))
                    .line("held", Spoken.count(status.counts().held(), "recording"))
                    .line("due", Spoken.count(status.counts().due(), "recording"))
                    .line(
                            "still on disk",
                            status.counts().unremoved() == 0
                                    ? ""
                                    : Spoken.count(status.counts().unremoved(), "removed recording")
                                            + "; the log says why")
                    .line(
                            "last sweep",
                            status.counts()
                                    .lastSweep()
                                    .map(at -> Times.utc(at) + ", " + Spoken.relative(at, call.now()))
                                    .orElse("none yet"));
            call.output().data(card.lines());
            if (status.halted().isPresent()) {
                call.output().say(halted(status));
                call.output().say("if the clock is right: ssh bastion retention resume --reason WHY");
            }
            return Exit.OK;
        });
    }

    private static String halted(RetentionStatus status) {
        return "nothing is removed: " + status.halted().orElse("") + "; the bastion's clock says "
                + Times.utc(status.now());
    }

    private Exit resume(Call call, Given given) throws IOException {
        return call.answer(retention.status(call.caller()), before -> {
            if (before.halted().isPresent()) {
                Optional<Exit> stop = Confirmation.refusal(
                        call,
                        given,
                        () -> List.of(
                                halted(before),
                                "by this clock " + Spoken.count(before.counts().due(), "recording")
                                        + " would be due for removal"),
                        "Is that the right time?");
                if (stop.isPresent()) {
                    return stop.get();
                }
            }
            return call.answer(
                    retention.resume(call.caller(), given.option("--reason").orElse("")), status -> {
                        call.output()
                                .data("resumed: recordings are removed by the clock again, the first in an hour; "
                                        + Spoken.count(status.counts().due(), "recording") + " due");
                        return Exit.OK;
                    });
        });
    }
}
