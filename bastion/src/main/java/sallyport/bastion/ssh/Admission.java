package sallyport.bastion.ssh;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import sallyport.policy.AccessFacts;
import sallyport.policy.AccessPolicy;
import sallyport.policy.AccessRequest;
import sallyport.policy.Attempt;
import sallyport.policy.Decision;
import sallyport.policy.Denial;
import sallyport.policy.Forward;
import sallyport.policy.Login;
import sallyport.policy.Mode;
import sallyport.policy.Permit;
import sallyport.policy.Person;
import sallyport.policy.Reason;
import sallyport.policy.Spans;
import sallyport.policy.Target;
import sallyport.policy.TargetName;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;

/**
 * The question whether somebody may, put to the rules until there is an answer: asks for a reason, waits for an approval.
 * Every way into a target goes through here.
 */
final class Admission {

    /** Times the question is put before something is wrong with the answers. */
    private static final int MOST_ROUNDS = 10;

    private final VisitDesk desk;
    private final Connection connection;
    private final Voice voice;
    private final Supplier<Person> person;

    /** @param person reads who asks anew: people may be waited for between two questions (T17) */
    Admission(VisitDesk desk, Connection connection, Voice voice, Supplier<Person> person) {
        this.desk = desk;
        this.connection = connection;
        this.voice = voice;
        this.person = person;
    }

    /** What came of it. */
    sealed interface Answer {

        /** They may. */
        record Admitted(Permit permit) implements Answer {}

        /** A reason or somebody's approval is missing. */
        record Pending(String words) implements Answer {}

        /** They may not. */
        record Refused(String words) implements Answer {}
    }

    /** What is asked for besides. */
    record Wish(Mode mode, Optional<Reason> reason, Optional<Duration> duration) {}

    /**
     * Decides, with the person as they are now; may take as long as people take to answer.
     *
     * @param login empty: the only one the person may use there
     * @throws Voice.Gone if the client is gone meanwhile
     */
    Answer admit(Optional<Login> login, TargetName target, Wish wish) {
        Optional<Login> account = login.or(() -> desk.onlyLogin(person.get(), target));
        if (account.isEmpty()) {
            return denied(new Denial.NoSuchTarget(target), target, "", wish.mode());
        }
        Optional<Reason> reason = wish.reason();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            Attempt attempt = new Attempt(
                    person.get(),
                    connection.key(),
                    connection.source(),
                    target,
                    account.get(),
                    wish.mode(),
                    reason,
                    wish.duration());
            AccessFacts facts = desk.access().facts(attempt, desk.clock().instant());
            switch (AccessPolicy.decide(attempt, facts)) {
                case Decision.Permitted(Permit permit) -> {
                    return new Answer.Admitted(permit);
                }
                case Decision.ReasonRequired(Target described, String rule) -> {
                    if (!voice.hasTerminal()) {
                        return new Answer.Pending(reasonMissing(described, account.get(), rule));
                    }
                    reason = askReason(described, rule);
                    if (reason.isEmpty()) {
                        return new Answer.Pending("no reason, nothing was opened.");
                    }
                }
                case Decision.ApprovalRequired needed -> {
                    Optional<Answer> undecided = await(attempt, needed);
                    if (undecided.isPresent()) {
                        return undecided.get();
                    }
                }
                case Decision.Denied(Denial why) -> {
                    return denied(why, target, account.get().value(), wish.mode());
                }
            }
        }
        throw new IllegalStateException("the rules gave no final answer for " + target);
    }

    private static String reasonMissing(Target target, Login login, String rule) {
        return "%s needs a reason (rule \"%s\"). Give one: ssh %s+%s+t=TICKET@bastion, or with any tool -o SetEnv=BASTION_REASON=TICKET"
                .formatted(described(target), rule, login, target.name());
    }

    private Optional<Reason> askReason(Target target, String rule) {
        voice.say("%s needs a reason, then one approval (rule \"%s\").".formatted(described(target), rule));
        while (true) {
            Optional<String> typed = voice.answer("  Why? (ticket or one line) > ");
            if (typed.isEmpty()) {
                return Optional.empty();
            }
            try {
                return Optional.of(new Reason(typed.get()));
            } catch (IllegalArgumentException e) {
                voice.say(Visible.text(e.getMessage()) + ".");
            }
        }
    }

    /** Waits for another person's decision, or says how to. Empty: it has been decided, so the question is put again. */
    private Optional<Answer> await(Attempt attempt, Decision.ApprovalRequired needed) {
        AccessRequest request = needed.pending()
                .orElseGet(
                        () -> desk.requests().make(attempt, needed, desk.clock().instant()));
        ApprovalWait wait = new ApprovalWait(desk, voice.channel(), request, needed);
        if (!voice.hasTerminal()) {
            return Optional.of(new Answer.Pending(wait.wordsWithoutTerminal()));
        }
        return switch (wait.untilDecided()) {
            case ApprovalWait.Answer.Decided _ -> Optional.empty();
            case ApprovalWait.Answer.Over(String words) -> Optional.of(new Answer.Pending(words));
            case ApprovalWait.Answer.ClientGone _ -> throw new Voice.Gone();
        };
    }

    private Answer denied(Denial why, TargetName target, String login, Mode mode) {
        desk.audit()
                .append(AuditEntry.by(
                        desk.ids().get(),
                        desk.clock().instant(),
                        connection.person(),
                        connection.source(),
                        new AuditEvent.AccessDenied(
                                target.value(),
                                login,
                                mode.word(),
                                why.getClass().getSimpleName())));
        return new Answer.Refused(words(why));
    }

    private String words(Denial why) {
        return switch (why) {
            case Denial.NoSuchTarget(TargetName name) ->
                "no target \"%s\" for you. Yours: ssh bastion target list".formatted(name);
            case Denial.LoginNotAllowed(TargetName name, Login wanted, var allowed) ->
                "you may not be %s on %s. Possible: %s."
                        .formatted(
                                wanted,
                                name,
                                String.join(
                                        ", ", allowed.stream().map(Login::value).toList()));
            case Denial.ModeNotAllowed(TargetName name, Mode wanted) ->
                (wanted instanceof Mode.Subsystem(String subsystem)
                                ? "the subsystem " + Visible.text(subsystem)
                                : wanted.word())
                        + " is not allowed on " + name + ".";
            case Denial.ForwardNotAllowed(TargetName name, Forward what, String cause) ->
                "%s is not forwarded on %s: %s.".formatted(Visible.text(what.text()), name, cause);
            case Denial.TransferNotAllowed(TargetName name, String refusal) ->
                "%s: %s. Nothing was copied.".formatted(name, refusal);
            case Denial.NeedsUdp(TargetName name) ->
                "mosh does not pass: it needs UDP to %s, and only ssh is recorded. Use ssh -t; a shell here outlives its connection, and the same command leads back."
                        .formatted(name);
            case Denial.TooLong(TargetName name, Duration asked, Duration longest, String rule) ->
                "%s on %s is longer than the rule \"%s\" gives: %s at most."
                        .formatted(Spans.text(asked), name, rule, Spans.text(longest));
            case Denial.RequestDenied(AccessRequest request, var denied) -> {
                desk.requests().markTold(request.id());
                yield "request %s was denied by %s: \"%s\". Nothing was opened."
                        .formatted(request.code(), denied.byName(), Visible.text(denied.note()));
            }
        };
    }

    private static String described(Target target) {
        return target.environment().isProduction()
                ? target.name() + " (PRODUCTION)"
                : target.name().value();
    }
}
