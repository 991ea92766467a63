package sallyport.bastion.console;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import sallyport.admin.ApprovalOperations;
import sallyport.admin.Span;
import sallyport.admin.Times;
import sallyport.policy.AccessRequest;
import sallyport.policy.AccessRequest.State;
import sallyport.policy.Permission;

/** {@code approval ...}. */
final class ApprovalCommands {

    private final ApprovalOperations approvals;

    ApprovalCommands(ApprovalOperations approvals) {
        this.approvals = approvals;
    }

    List<Verb> verbs() {
        return List.of(
                Verb.named("approval list", "requests that wait for a decision, oldest first", this::list)
                        .withFlag("--json", "one JSON document"),
                Verb.named("approval show", "one request: who asks for what, and why", this::show)
                        .withPositional("CODE", "its code, as 7F3K")
                        .withFlag("--json", "one JSON document"),
                Verb.named("approval approve", "let somebody in; not yourself", this::approve)
                        .withPositional("CODE", "its code, as 7F3K")
                        .withText("--note", "WORDS", "for whoever asked, and for the history"),
                Verb.named("approval deny", "say no", this::deny)
                        .withPositional("CODE", "its code, as 7F3K")
                        .withRequiredText("--note", "WORDS", "why not; shown to whoever asked"),
                Verb.named("approval cancel", "take your own request back", this::cancel)
                        .withPositional("CODE", "its code, as 7F3K"));
    }

    private Exit list(Call call, Given given) throws IOException {
        boolean everybody = call.caller().person().may(Permission.APPROVE);
        return call.answer(everybody ? approvals.open(call.caller()) : approvals.own(call.caller()), requests -> {
            if (given.has("--json")) {
                call.output()
                        .data(JsonText.items(
                                requests.stream().map(r -> data(r, call.now())).toList(), Optional.empty()));
                return Exit.OK;
            }
            if (requests.isEmpty()) {
                return call.fail(Exit.OK, (everybody ? "nothing" : "no request of yours") + " waits for a decision");
            }
            Table table = new Table("ID", "WHO", "WHAT", "FOR", "WHY", "WAITING");
            requests.forEach(r -> table.row(
                    r.code().value(),
                    r.personName().value(),
                    r.login() + " on " + r.target(),
                    Span.format(r.duration()),
                    r.reason().value(),
                    Spoken.relative(r.madeAt(), call.now())));
            call.output().data(table.lines(call.output().columns()));
            return Exit.OK;
        });
    }

    private Exit show(Call call, Given given) throws IOException {
        return call.answer(approvals.show(call.caller(), given.positional()), request -> {
            if (given.has("--json")) {
                call.output().data(JsonText.of(data(request, call.now())));
                return Exit.OK;
            }
            call.output().data(card(request, call.now()).lines());
            boolean own = request.person().equals(call.caller().person().id());
            if (request.isOpen(call.now())) {
                call.output()
                        .say(
                                own
                                        ? "somebody else must decide; take it back: ssh bastion approval cancel "
                                                + request.code()
                                        : "decide: ssh bastion approval approve " + request.code()
                                                + ", or approval deny " + request.code() + " --note WORDS");
            }
            return Exit.OK;
        });
    }

    private Exit approve(Call call, Given given) throws IOException {
        String note = given.option("--note").orElse("");
        return call.answer(approvals.approve(call.caller(), given.positional(), note), request -> {
            call.output()
                    .data("approved " + request.code() + ": " + request.personName() + " may open " + request.login()
                            + " on " + request.target() + " for " + Span.format(request.duration())
                            + ", counted from the first use");
            return Exit.OK;
        });
    }

    private Exit deny(Call call, Given given) throws IOException {
        String note = given.option("--note").orElse("");
        return call.answer(approvals.deny(call.caller(), given.positional(), note), request -> {
            call.output().data("denied " + request.code() + ": " + request.personName() + " will see your note");
            return Exit.OK;
        });
    }

    private Exit cancel(Call call, Given given) throws IOException {
        return call.answer(approvals.cancel(call.caller(), given.positional()), request -> {
            call.output().data("cancelled " + request.code() + ": nobody can approve it any more");
            return Exit.OK;
        });
    }

    private static Card card(AccessRequest request, Instant now) {
        Card card = new Card()
                .line("request", request.code() + ", " + request.word(now))
                .line("who", request.personName() + " from " + request.source() + ", key " + request.key())
                .line(
                        "what",
                        request.login() + " on " + request.target() + ", "
                                + (request.environment().isProduction()
                                        ? "PRODUCTION"
                                        : request.environment().word()) + ", for "
                                + Span.format(request.duration()))
                .line("why", request.reason().value())
                .line("rule", request.rule())
                .line("asked", Times.utc(request.madeAt()) + ", " + Spoken.relative(request.madeAt(), now))
                .line(
                        request.isOpen(now) ? "open until" : "was open until",
                        Times.utc(request.openUntil()) + ", " + Spoken.relative(request.openUntil(), now));
        return switch (request.state()) {
            case State.Waiting _ -> card;
            case State.Approved approved ->
                card.line("approved", "by " + approved.byName() + " at " + Times.utc(approved.at()))
                        .line("note", approved.note());
            case State.Denied denied ->
                card.line("denied", "by " + denied.byName() + " at " + Times.utc(denied.at()))
                        .line("note", denied.note());
            case State.Cancelled cancelled -> card.line("cancelled", Times.utc(cancelled.at()));
        };
    }

    private static Map<String, Object> data(AccessRequest request, Instant now) {
        SequencedMap<String, Object> data = new LinkedHashMap<>();
        data.put("id", request.id());
        data.put("code", request.code());
        data.put("person", request.personName());
        data.put("source", request.source());
        data.put("key_fingerprint", request.key());
        data.put("target", request.target());
        data.put("environment", request.environment().word());
        data.put("login", request.login());
        data.put("reason", request.reason());
        data.put("duration_seconds", request.duration().toSeconds());
        data.put("rule", request.rule());
        data.put("made_at", request.madeAt());
        data.put("open_until", request.openUntil());
        data.put("state", request.word(now));
        switch (request.state()) {
            case State.Waiting _ -> {}
            case State.Approved approved -> decided(data, approved.byName().value(), approved.at(), approved.note());
            case State.Denied denied -> decided(data, denied.byName().value(), denied.at(), denied.note());
            case State.Cancelled cancelled -> data.put("decided_at", cancelled.at());
        }
        return data;
    }

    private static void decided(Map<String, Object> data, String by, Instant at, String note) {
        data.put("decided_by", by);
        data.put("decided_at", at);
        data.put("note", note);
    }
}
