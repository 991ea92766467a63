package sallyport.policy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules, applied. A pure function: same question and facts, same answer. */
public final class AccessPolicy {

    /** The command of mosh's client, behind what it may look up first. */
    private static final Pattern MOSH = Pattern.compile("(^|[/;] ?)'?mosh-server'? new( |$)");

    /** What a grant lasts when the person did not say. */
    public static final Duration DEFAULT_DURATION = Duration.ofHours(1);

    private AccessPolicy() {}

    /**
     * Decides one attempt. Deny wins over allow; nothing matches: denied. Every shell, exec, subsystem, resume, attach
     * and forward is decided, also in a connection opened long before (T17, T18).
     */
    public static Decision decide(Attempt attempt, AccessFacts facts) {
        if (facts.target().isEmpty()) {
            return new Decision.Denied(new Denial.NoSuchTarget(attempt.target()));
        }
        Target target = facts.target().get();
        SortedSet<Login> logins = logins(attempt.person(), target, facts.rules());
        if (logins.isEmpty()) {
            return new Decision.Denied(new Denial.NoSuchTarget(attempt.target()));
        }
        if (!logins.contains(attempt.login())) {
            return new Decision.Denied(new Denial.LoginNotAllowed(target.name(), attempt.login(), logins));
        }
        if (attempt.mode() instanceof Mode.Subsystem(String name)
                && !(name.equals(Mode.Subsystem.SFTP)
                        && !files(attempt, target, facts).isEmpty())) {
            return new Decision.Denied(new Denial.ModeNotAllowed(target.name(), attempt.mode()));
        }
        if (attempt.mode() instanceof Mode.Forwarding(Forward what)) {
            Optional<String> why = ForwardPolicy.whyNot(forwards(attempt, target, facts), what, target);
            if (why.isPresent()) {
                return new Decision.Denied(new Denial.ForwardNotAllowed(target.name(), what, why.get()));
            }
        }
        if (attempt.mode() instanceof Mode.Exec(Command command, boolean _) && beginsMosh(command)) {
            return new Decision.Denied(new Denial.NeedsUdp(target.name()));
        }
        if (attempt.mode() instanceof Mode.Exec(Command command, boolean terminal) && !terminal) {
            Optional<String> refusal = TransferCommand.of(command)
                    .flatMap(copying -> TransferCommand.refusal(copying, files(attempt, target, facts)));
            if (refusal.isPresent()) {
                return new Decision.Denied(new Denial.TransferNotAllowed(target.name(), refusal.get()));
            }
        }
        Rule rule = strictest(attempt, target, facts.rules());
        if (rule.asksApprovals(target) > 0) {
            return approved(attempt, target, rule, facts);
        }
        if (rule.asksReason(target) && attempt.reason().isEmpty()) {
            return new Decision.ReasonRequired(target, rule.name());
        }
        return new Decision.Permitted(new Permit(
                attempt, target, rule.name(), Optional.empty(), obligations(attempt, target, Optional.empty(), facts)));
    }

    /** Whether mosh's client sent it: what follows would come by UDP, for which it would wait in vain. */
    private static boolean beginsMosh(Command command) {
        return MOSH.matcher(new String(command.bytes(), StandardCharsets.ISO_8859_1))
                .find();
    }

    /** The accounts that {@code person} may use on {@code target}; empty: the target is none of theirs. */
    public static SortedSet<Login> logins(Person person, Target target, List<Rule> rules) {
        List<Rule> matching =
                rules.stream().filter(r -> r.concerns(person, target)).toList();
        return target.logins().stream()
                .filter(login -> matching.stream().anyMatch(r -> r.effect() == Rule.Effect.ALLOW && r.covers(login)))
                .filter(login -> matching.stream().noneMatch(r -> r.effect() == Rule.Effect.DENY && r.covers(login)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * What {@code person} may do with files: what every rule that allows the login agrees to. As with reasons, a wider rule never
     * loosens a stricter one. Nothing if no rule allows the login.
     */
    public static FileRights files(Person person, Target target, Login login, List<Rule> rules) {
        if (!logins(person, target, rules).contains(login)) {
            return FileRights.NONE;
        }
        return allowing(person, target, login, rules).map(Rule::sftp).reduce(FileRights.ALL, FileRights::and);
    }

    private static FileRights files(Attempt attempt, Target target, AccessFacts facts) {
        return files(attempt.person(), target, attempt.login(), facts.rules());
    }

    /**
     * What may pass between {@code person} and {@code target} besides sessions: what one of the rules that allow the login lets
     * through. Nothing if no rule allows the login.
     */
    public static Set<ForwardRight> forwards(Person person, Target target, Login login, List<Rule> rules) {
        if (!logins(person, target, rules).contains(login)) {
            return Set.of();
        }
        return allowing(person, target, login, rules)
                .flatMap(rule -> rule.forward().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Decides whether the bastion itself may connect somewhere for a connection that is to no target: exactly to what a rule lists.
     * A rule that asks for a reason or an approval lists nothing here, since there is no way to give one.
     */
    public static Decision decideOnNetwork(Attempt attempt, List<Rule> rules) {
        Set<ForwardRight> listed = onNetwork(attempt.person(), rules);
        boolean allowed = attempt.mode() instanceof Mode.Forwarding(Forward.ToPort(String host, long port))
                && listed.stream()
                        .anyMatch(right -> right instanceof ForwardRight.Address place
                                && place.port() == port
                                && place.host().equals(host.toLowerCase(Locale.ROOT)));
        if (!allowed) {
            Forward what = attempt.mode() instanceof Mode.Forwarding(Forward asked) ? asked : new Forward.Agent();
            return new Decision.Denied(
                    new Denial.ForwardNotAllowed(Network.PLACE.name(), what, "no rule lists it (forward: host:port)"));
        }
        String rule = rules.stream()
                .filter(r -> listsOnNetwork(attempt.person(), r))
                .map(Rule::name)
                .findFirst()
                .orElseThrow();
        return new Decision.Permitted(new Permit(
                attempt,
                Network.PLACE,
                rule,
                Optional.empty(),
                new Obligations(Optional.empty(), InputRecording.OFF, FileRights.NONE, listed)));
    }

    /** The places that the bastion itself connects to for {@code person}. */
    public static Set<ForwardRight> onNetwork(Person person, List<Rule> rules) {
        return rules.stream()
                .filter(rule -> listsOnNetwork(person, rule))
                .flatMap(rule -> rule.forward().stream())
                .filter(right -> right instanceof ForwardRight.Address)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static boolean listsOnNetwork(Person person, Rule rule) {
        return rule.effect() == Rule.Effect.ALLOW
                && !rule.reason()
                && rule.approvals() == 0
                && person.roles().stream().anyMatch(rule.roles()::contains)
                && rule.forward().stream().anyMatch(right -> right instanceof ForwardRight.Address);
    }

    private static Set<ForwardRight> forwards(Attempt attempt, Target target, AccessFacts facts) {
        return forwards(attempt.person(), target, attempt.login(), facts.rules());
    }

    private static Decision approved(Attempt attempt, Target target, Rule rule, AccessFacts facts) {
        Optional<Grant> grant = facts.grant()
                .filter(g -> g.person().equals(attempt.person().id()))
                .filter(g -> g.targetId().equals(target.id()) && g.login().equals(attempt.login()))
                .filter(g -> g.isLive(facts.now()));
        if (grant.isPresent()) {
            return new Decision.Permitted(
                    new Permit(attempt, target, rule.name(), grant, obligations(attempt, target, grant, facts)));
        }
        if (facts.request().isPresent()) {
            AccessRequest request = facts.request().get();
            if (request.state() instanceof AccessRequest.State.Denied denied) {
                return new Decision.Denied(new Denial.RequestDenied(request, denied));
            }
            if (request.isOpen(facts.now())) {
                return new Decision.ApprovalRequired(
                        target, rule.name(), request.reason(), request.duration(), Optional.of(request));
            }
        }
        if (attempt.reason().isEmpty()) {
            return new Decision.ReasonRequired(target, rule.name());
        }
        Duration duration = attempt.asked().orElse(min(DEFAULT_DURATION, rule.longest()));
        if (duration.compareTo(rule.longest()) > 0) {
            return new Decision.Denied(new Denial.TooLong(target.name(), duration, rule.longest(), rule.name()));
        }
        return new Decision.ApprovalRequired(
                target, rule.name(), attempt.reason().get(), duration, Optional.empty());
    }

    /** Of the rules that allow it, the one that asks for most: a wider rule never loosens a stricter one. */
    private static Rule strictest(Attempt attempt, Target target, List<Rule> rules) {
        return allowing(attempt.person(), target, attempt.login(), rules)
                .reduce((a, b) -> strictness(b, target) > strictness(a, target) ? b : a)
                .orElseThrow(() -> new IllegalStateException("a login is allowed by no rule: " + attempt.login()));
    }

    private static Stream<Rule> allowing(Person person, Target target, Login login, List<Rule> rules) {
        return rules.stream()
                .filter(r -> r.effect() == Rule.Effect.ALLOW)
                .filter(r -> r.concerns(person, target) && r.covers(login));
    }

    private static int strictness(Rule rule, Target target) {
        return 2 * rule.asksApprovals(target) + (rule.asksReason(target) ? 1 : 0);
    }

    private static Obligations obligations(Attempt attempt, Target target, Optional<Grant> grant, AccessFacts facts) {
        InputRecording input = allowing(attempt.person(), target, attempt.login(), facts.rules())
                .map(Rule::recordInput)
                .reduce(InputRecording.OFF, InputRecording::orMore);
        return new Obligations(
                grant.map(g -> g.endsAt(facts.now())),
                input,
                files(attempt, target, facts),
                forwards(attempt, target, facts));
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
