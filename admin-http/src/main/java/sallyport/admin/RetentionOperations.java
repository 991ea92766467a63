package sallyport.admin;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import sallyport.db.HoldOutcome;
import sallyport.db.KeptRecordings;
import sallyport.db.ReleaseOutcome;
import sallyport.db.SessionHistory;
import sallyport.policy.Permission;
import sallyport.policy.Reason;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.retention.Hold;

/**
 * Holding recordings against the rule, letting them go, and how retention stands. All of it needs
 * {@link Permission#MANAGE_POLICY}; how long a recording stays is said with it, to whoever may see it. Nothing here removes
 * anything. Safe for any thread.
 */
public final class RetentionOperations {

    private final Sessions sessions;
    private final KeptRecordings kept;
    private final Keepings keepings;
    private final RetentionSweep sweep;
    private final Journal journal;

    /** The collaborators belong to the caller and are not closed here. */
    public RetentionOperations(
            SessionHistory history,
            LiveSessions live,
            KeptRecordings kept,
            Keepings keepings,
            RetentionSweep sweep,
            PublicAddress door,
            Journal journal) {
        this.sessions = new Sessions(history, live, door, journal.clock());
        this.kept = kept;
        this.keepings = keepings;
        this.sweep = sweep;
        this.journal = journal;
    }

    /**
     * Holds a recording, beside whoever holds it already, until that hold is released. A live session's recording can be held
     * too.
     *
     * @param idOrName of its session
     * @throws sallyport.db.DatabaseAway if the database does not answer
     */
    public Outcome<RecordingView> hold(Caller caller, String idOrName, String reason) {
        return given(
                reason,
                why -> find(caller, idOrName, "holding recordings").then(view -> {
                    HoldOutcome outcome = kept.hold(
                            view.id(),
                            why,
                            caller.person(),
                            journal.now(),
                            number -> journal.entry(
                                    caller, new AuditEvent.RecordingHeld(view.id(), number, why.value())));
                    return switch (outcome) {
                        case HoldOutcome.Done _ -> done(view);
                        case HoldOutcome.TooLate(var purge) ->
                            new Outcome.Refused<>("the recording of session " + view.code() + " was removed at "
                                    + Times.utc(purge.at()) + " (" + purge.rule() + "); only its history is left");
                    };
                }));
    }

    /**
     * Lets go of a hold; the recording then stays as long as other holds and the rule say.
     *
     * @param idOrName of its session
     * @param number which hold; may be left out if there is one
     * @throws sallyport.db.DatabaseAway if the database does not answer
     */
    public Outcome<RecordingView> release(Caller caller, String idOrName, Optional<String> number, String reason) {
        Optional<Integer> which;
        try {
            which = number.map(Integer::valueOf);
        } catch (NumberFormatException noNumber) {
            which = Optional.of(0);
        }
        if (which.filter(n -> n < 1).isPresent()) {
            return new Outcome.Invalid<>(Quoted.of(number.orElse("")) + " is no number of a hold");
        }
        Optional<Integer> meant = which;
        return given(
                reason,
                why -> find(caller, idOrName, "releasing recordings").then(view -> {
                    ReleaseOutcome outcome = kept.release(
                            view.id(),
                            meant,
                            why,
                            caller.person(),
                            journal.now(),
                            released -> journal.entry(
                                    caller, new AuditEvent.RecordingReleased(view.id(), released, why.value())));
                    return switch (outcome) {
                        case ReleaseOutcome.Done _ -> done(view);
                        case ReleaseOutcome.NoSuch() ->
                            new Outcome.Refused<>(meant.map(n -> "the recording of session " + view.code()
                                            + " has no hold " + n + " in force")
                                    .orElseGet(() -> "nobody holds the recording of session " + view.code()));
                        case ReleaseOutcome.Several(List<Hold> holds) ->
                            new Outcome.Ambiguous<>(
                                    "several hold the recording of session " + view.code()
                                            + "; say which with its number",
                                    holds.stream()
                                            .map(RetentionOperations::words)
                                            .collect(Collectors.toList()));
                    };
                }));
    }

    private static String words(Hold hold) {
        return hold.number() + ", by " + hold.by() + " since " + Times.utc(hold.at()) + ": " + hold.reason();
    }

    private Outcome<RecordingView> done(SessionView view) {
        return new Outcome.Done<>(RecordingView.of(view, keepings.of(view)));
    }

    private static <T> Outcome<T> given(String reason, Function<Reason, Outcome<T>> next) {
        Reason why;
        try {
            why = new Reason(reason);
        } catch (IllegalArgumentException refused) {
            return new Outcome.Invalid<>(String.valueOf(refused.getMessage()));
        }
        return next.apply(why);
    }

    private Outcome<SessionView> find(Caller caller, String idOrName, String doing) {
        return sessions.find(caller, idOrName, Permission.MANAGE_POLICY, doing)
                .then(view -> caller.person().may(Permission.MANAGE_POLICY)
                        ? new Outcome.Done<>(view)
                        : Permissions.lacking(doing, Permission.MANAGE_POLICY));
    }

    /**
     * The rules, and how things stand.
     *
     * @throws sallyport.db.DatabaseAway if the database does not answer
     */
    public Outcome<RetentionStatus> status(Caller caller) {
        return caller.person().may(Permission.MANAGE_POLICY)
                ? new Outcome.Done<>(sweep.status())
                : Permissions.lacking("seeing how retention stands", Permission.MANAGE_POLICY);
    }

    /**
     * Says that this bastion's clock is right, although it does not look so, and lets recordings be removed by it again; the
     * first sweep is an hour later.
     *
     * @throws sallyport.db.DatabaseAway if the database does not answer
     */
    public Outcome<RetentionStatus> resume(Caller caller, String reason) {
        return given(
                reason,
                why -> status(caller).then(status -> {
                    if (status.halted().isEmpty()) {
                        return new Outcome.Refused<>("retention is not halted: the clock is believed");
                    }
                    sweep.trust(caller, why.value());
                    return new Outcome.Done<>(sweep.status());
                }));
    }
}
