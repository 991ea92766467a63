package sallyport.admin;

import java.util.List;
import java.util.Optional;
import sallyport.db.AccessRequests;
import sallyport.db.DecideOutcome;
import sallyport.db.Verdict;
import sallyport.policy.AccessRequest;
import sallyport.policy.Permission;
import sallyport.policy.Reason;
import sallyport.policy.RequestCode;

/**
 * Looking at requests and deciding them. People see and take back their own; to see and decide those of others needs
 * {@link Permission#APPROVE}; nobody decides their own (T15). Every decision is stored with its audit entry in one
 * transaction. Safe for any thread; every method throws {@link sallyport.db.DatabaseAway} if the database does not answer.
 */
public final class ApprovalOperations {

    private final AccessRequests requests;
    private final Journal journal;

    public ApprovalOperations(AccessRequests requests, Journal journal) {
        this.requests = requests;
        this.journal = journal;
    }

    /** Everybody's requests that wait for a decision, oldest first; the caller's own are among them. */
    public Outcome<List<AccessRequest>> open(Caller caller) {
        return caller.person().may(Permission.APPROVE)
                ? new Outcome.Done<>(requests.open(journal.now()))
                : Permissions.lacking("seeing what waits for approval", Permission.APPROVE);
    }

    /** The caller's own requests that wait for a decision, oldest first. */
    public Outcome<List<AccessRequest>> own(Caller caller) {
        return new Outcome.Done<>(requests.open(journal.now()).stream()
                .filter(r -> isOwn(caller, r))
                .toList());
    }

    /** One request, whatever became of it. */
    public Outcome<AccessRequest> show(Caller caller, String code) {
        Optional<RequestCode> typed = typed(code);
        return typed.flatMap(requests::find)
                .filter(r -> isOwn(caller, r) || caller.person().may(Permission.APPROVE))
                .<Outcome<AccessRequest>>map(Outcome.Done::new)
                .orElseGet(() -> absent(code));
    }

    /**
     * Agrees: the asker gets a grant, whose clock starts at its first use.
     *
     * @param note for the asker and the history, empty if there is nothing to say
     */
    public Outcome<AccessRequest> approve(Caller caller, String code, String note) {
        return decideForAnother(caller, code, note, "approving", Verdict.Approve::new);
    }

    /**
     * Says no.
     *
     * @param note shown to the asker, empty if there is nothing to say
     */
    public Outcome<AccessRequest> deny(Caller caller, String code, String note) {
        return decideForAnother(caller, code, note, "denying", Verdict.Deny::new);
    }

    /** Takes one's own request back. */
    public Outcome<AccessRequest> cancel(Caller caller, String code) {
        return typed(code)
                .map(c -> decide(caller, c, new Verdict.Cancel(), code))
                .orElseGet(() -> absent(code));
    }

    private interface VerdictWithNote {
        Verdict of(String note);
    }

    private Outcome<AccessRequest> decideForAnother(
            Caller caller, String code, String note, String doing, VerdictWithNote verdict) {
        if (!caller.person().may(Permission.APPROVE)) {
            return Permissions.lacking(doing + " a request", Permission.APPROVE);
        }
        String checked;
        try {
            checked = note.isBlank() ? "" : new Reason(note).value();
        } catch (IllegalArgumentException refused) {
            return new Outcome.Invalid<>("the note cannot be used: " + refused.getMessage());
        }
        return typed(code)
                .map(c -> decide(caller, c, verdict.of(checked), code))
                .orElseGet(() -> absent(code));
    }

    private Outcome<AccessRequest> decide(Caller caller, RequestCode code, Verdict verdict, String typed) {
        return switch (requests.decide(code, verdict, caller.person(), caller.source(), journal.now())) {
            case DecideOutcome.Decided(AccessRequest request) -> new Outcome.Done<>(request);
            case DecideOutcome.NoSuchRequest _ -> absent(typed);
            case DecideOutcome.NotOwnRequest(AccessRequest request) -> notOwn(caller, request, typed);
            case DecideOutcome.OwnRequest(AccessRequest request) ->
                new Outcome.NotPermitted<>("nobody decides their own request; somebody else with "
                        + Permission.APPROVE.word() + " must look at " + request.code());
            case DecideOutcome.AlreadyDecided(AccessRequest request) ->
                isOwn(caller, request) || caller.person().may(Permission.APPROVE)
                        ? new Outcome.Refused<>(standing(request))
                        : absent(typed);
            case DecideOutcome.Lapsed(AccessRequest request) ->
                isOwn(caller, request) || caller.person().may(Permission.APPROVE)
                        ? new Outcome.Refused<>("request " + request.code() + " lapsed at "
                                + Times.utc(request.openUntil()) + "; " + request.personName() + " must ask again")
                        : absent(typed);
            case DecideOutcome.Voided(AccessRequest request) ->
                new Outcome.Refused<>("request " + request.code()
                        + " is void: its person or target was disabled meanwhile; nothing was changed");
        };
    }

    private Outcome<AccessRequest> notOwn(Caller caller, AccessRequest request, String typed) {
        return caller.person().may(Permission.APPROVE)
                ? new Outcome.NotPermitted<>("request " + request.code() + " is " + request.personName()
                        + "'s; only they can take it back, you can deny it")
                : absent(typed);
    }

    private static String standing(AccessRequest request) {
        String how = switch (request.state()) {
            case AccessRequest.State.Waiting _ -> "is still waiting";
            case AccessRequest.State.Approved a -> "was approved by " + a.byName() + " at " + Times.utc(a.at());
            case AccessRequest.State.Denied d -> "was denied by " + d.byName() + " at " + Times.utc(d.at());
            case AccessRequest.State.Cancelled c -> "was cancelled at " + Times.utc(c.at());
        };
        return "request " + request.code() + " " + how + "; nothing was changed";
    }

    private static boolean isOwn(Caller caller, AccessRequest request) {
        return request.person().equals(caller.person().id());
    }

    private static Optional<RequestCode> typed(String code) {
        try {
            return Optional.of(RequestCode.typed(code));
        } catch (IllegalArgumentException notACode) {
            return Optional.empty();
        }
    }

    private static <T> Outcome<T> absent(String code) {
        return new Outcome.NotFound<>("no request " + Quoted.of(code) + " for you");
    }
}
