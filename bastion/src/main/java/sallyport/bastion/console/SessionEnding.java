package sallyport.bastion.console;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import sallyport.admin.Outcome;
import sallyport.admin.Quoted;
import sallyport.admin.Revocation;
import sallyport.admin.SessionOperations;
import sallyport.admin.SessionView;
import sallyport.admin.Span;
import sallyport.db.DatabaseAway;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;

/** {@code session destroy} and {@code session revoke}. */
final class SessionEnding {

    private final SessionOperations sessions;

    SessionEnding(SessionOperations sessions) {
        this.sessions = sessions;
    }

    List<Verb> verbs() {
        return List.of(
                Verb.named("session destroy", "end a session, or all that nobody uses", this::destroy)
                        .withOptional("ID", "its id, the beginning of its code, or its name")
                        .withWord("--idle", "TIME", "instead: your own that nobody has used for so long, as 24h")
                        .withFlag(Confirmation.YES, "do it without asking"),
                SessionCommands.which(Verb.named(
                                "session revoke",
                                "end a session now; its people are told by whom and why",
                                this::revoke))
                        .withRequiredText("--reason", "WORDS", "why; shown to whoever is in it, and kept")
                        .withFlag(Confirmation.YES, "do it without asking"));
    }

    private Exit destroy(Call call, Given given) throws IOException {
        Optional<String> which = given.optional();
        Optional<String> idle = given.option("--idle");
        if (which.isPresent() == idle.isPresent()) {
            return call.fail(
                    Exit.USAGE,
                    which.isPresent()
                            ? "say which session, or --idle TIME, not both"
                            : "say which session, or --idle TIME for all that nobody uses");
        }
        return which.isPresent() ? destroyOne(call, given, which.get()) : destroyIdle(call, given, idle.get());
    }

    private Exit destroyOne(Call call, Given given, String which) throws IOException {
        Optional<Exit> stop = Confirmation.refusal(
                call, given, () -> List.of("this ends " + meant(call, which) + "; the recording is kept"), "End it?");
        return stop.isPresent() ? stop.get() : destroyed(call, sessions.destroy(call.caller(), which));
    }

    private Exit destroyIdle(Call call, Given given, String time) throws IOException {
        Duration idle;
        try {
            idle = Span.parse(time);
        } catch (IllegalArgumentException refused) {
            return call.fail(Exit.USAGE, String.valueOf(refused.getMessage()));
        }
        return call.answer(sessions.idle(call.caller(), idle), views -> {
            if (views.isEmpty()) {
                return call.fail(Exit.OK, "no session of yours has been unused for " + Span.format(idle));
            }
            Optional<Exit> stop = Confirmation.refusal(
                    call,
                    given,
                    () -> views.stream()
                            .map(v -> "this ends " + unused(call, v))
                            .toList(),
                    "End " + (views.size() == 1 ? "it?" : "these " + views.size() + "?"));
            return stop.isPresent() ? stop.get() : destroyStill(call, views, idle);
        });
    }

    /** Ends those of {@code views} that are still unused: the question may have been open for long. */
    private Exit destroyStill(Call call, List<SessionView> views, Duration idle) throws IOException {
        return call.answer(sessions.idle(call.caller(), idle), now -> {
            Set<SessionId> still = now.stream().map(SessionView::id).collect(Collectors.toSet());
            Exit exit = Exit.OK;
            for (SessionView view : views) {
                Exit one = still.contains(view.id())
                        ? destroyed(
                                call, sessions.destroy(call.caller(), view.id().toString()))
                        : call.fail(
                                Exit.CONFLICT,
                                "session " + view.code() + " was left alone: it is over, or somebody uses it again");
                exit = one.equals(Exit.OK) ? exit : one;
            }
            return exit;
        });
    }

    private static Exit destroyed(Call call, Outcome<SessionView> outcome) throws IOException {
        return call.answer(outcome, view -> {
            call.output()
                    .data("destroyed " + view.code() + ": " + whose(view.row()) + " is ended; the recording is kept");
            return Exit.OK;
        });
    }

    private static String unused(Call call, SessionView view) {
        return view.code() + ", " + view.row().name() + ", " + view.row().login() + " on "
                + view.row().target() + ", "
                + view.lastInput()
                        .map(at -> "typed in " + Spoken.relative(at, call.now()))
                        .orElse("never typed in");
    }

    private Exit revoke(Call call, Given given) throws IOException {
        String which = given.positional();
        Optional<Exit> stop = Confirmation.refusal(call, given, () -> List.of(consequence(call, which)), "End it?");
        return stop.isPresent()
                ? stop.get()
                : call.answer(
                        sessions.revoke(
                                call.caller(), which, given.option("--reason").orElse("")),
                        revocation -> revoked(call, revocation));
    }

    private static Exit revoked(Call call, Revocation revocation) throws IOException {
        SessionRow row = revocation.session().row();
        call.output()
                .data("revoked " + revocation.session().code() + ": " + whose(row) + " is ended"
                        + (revocation.grantWithdrawn() ? ", its approval withdrawn" : "")
                        + "; the recording is kept");
        if (revocation.warning().isPresent()) {
            return call.fail(
                    Exit.FAILED,
                    "the session is ended, but " + revocation.warning().get());
        }
        return Exit.OK;
    }

    private String consequence(Call call, String which) {
        boolean known = find(call, which).isPresent();
        boolean granted = find(call, which).flatMap(v -> v.row().grant()).isPresent();
        return "this ends " + meant(call, which)
                + (granted || !known ? " and withdraws the approval it rests on" + (known ? "" : ", if any") : "")
                + "; the recording is kept";
    }

    /** What a word means, as far as this caller may know the session. */
    private String meant(Call call, String which) {
        return find(call, which)
                .map(v -> whose(v.row()) + " (" + v.code() + ")")
                .orElseGet(() -> "the session " + Quoted.of(which));
    }

    private Optional<SessionView> find(Call call, String which) {
        try {
            return sessions.show(call.caller(), which) instanceof Outcome.Done<SessionView>(SessionView view)
                    ? Optional.of(view)
                    : Optional.empty();
        } catch (DatabaseAway away) {
            // A session that lives is found without it; for others what ends them says so.
            return Optional.empty();
        }
    }

    private static String whose(SessionRow row) {
        return row.personName() + "'s " + row.mode() + " on " + row.target();
    }
}
