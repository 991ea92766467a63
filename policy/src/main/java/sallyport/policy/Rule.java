package sallyport.policy;

import java.time.Duration;
import java.util.Set;

/**
 * One rule of {@code access.yaml}: who, where, as whom, and what is asked first. An empty set of roles matches nobody; an
 * empty set of environments, targets or logins does not narrow.
 *
 * @param effect what a match means; {@link Effect#DENY} wins over every {@link Effect#ALLOW}
 * @param reason whether a reason is asked for outside production (in production it always is)
 * @param approvals how many other people must agree; production asks for one at least, whatever the rule says
 * @param longest the longest grant that may be asked for
 * @param recordInput how much is recorded of what is typed in a terminal that this rule allows
 * @param sftp what it allows to be done with files; of several rules that allow a login, each must allow it
 * @param forward what it lets through besides sessions; of several rules that allow a login, one is enough
 */
public record Rule(
        String name,
        Effect effect,
        Set<RoleName> roles,
        Set<Environment> environments,
        Set<TargetName> targets,
        Set<Login> logins,
        boolean reason,
        int approvals,
        Duration longest,
        InputRecording recordInput,
        FileRights sftp,
        Set<ForwardRight> forward) {

    /** What a matching rule says. */
    public enum Effect {
        ALLOW,
        DENY
    }

    /** @throws IllegalArgumentException in words if a part is out of range */
    public Rule {
        if (approvals < 0 || approvals > 1) {
            throw new IllegalArgumentException(
                    "rule \"" + name + "\" asks for " + approvals + " approvals; 0 and 1 are possible");
        }
        if (longest.isNegative() || longest.isZero()) {
            throw new IllegalArgumentException("rule \"" + name + "\" has no positive longest duration");
        }
        roles = Set.copyOf(roles);
        environments = Set.copyOf(environments);
        targets = Set.copyOf(targets);
        logins = Set.copyOf(logins);
        forward = Set.copyOf(forward);
    }

    /** Whether this rule speaks about {@code person} on {@code target}, leaving the login aside. */
    boolean concerns(Person person, Target target) {
        return person.roles().stream().anyMatch(roles::contains)
                && (environments.isEmpty() || environments.contains(target.environment()))
                && (targets.isEmpty() || targets.contains(target.name()));
    }

    /** Whether this rule speaks about {@code login}. */
    boolean covers(Login login) {
        return logins.isEmpty() || logins.contains(login);
    }

    /** Whether a reason comes before a session on {@code target}. */
    boolean asksReason(Target target) {
        return reason || asksApprovals(target) > 0;
    }

    /** How many other people must agree before a session on {@code target}. */
    int asksApprovals(Target target) {
        return target.environment().isProduction() ? Math.max(1, approvals) : approvals;
    }
}
