package sallyport.policy;

import java.util.Optional;

/** The proof that {@link AccessPolicy} has allowed this attempt. Nobody else can build one. */
public final class Permit {

    private final Attempt attempt;
    private final Target target;
    private final String rule;
    private final Optional<Grant> grant;
    private final Obligations obligations;

    Permit(Attempt attempt, Target target, String rule, Optional<Grant> grant, Obligations obligations) {
        this.attempt = attempt;
        this.target = target;
        this.rule = rule;
        this.grant = grant;
        this.obligations = obligations;
    }

    /** What was asked. */
    public Attempt attempt() {
        return attempt;
    }

    /** Where to, as it stood when the question was put. */
    public Target target() {
        return target;
    }

    /** The rule that allowed it. */
    public String rule() {
        return rule;
    }

    /** The grant it rests on, if the rule asks for approval. */
    public Optional<Grant> grant() {
        return grant;
    }

    /** What the session must keep to. */
    public Obligations obligations() {
        return obligations;
    }

    /** The reason: the approved one if the permit rests on a grant, else the one given, if any. */
    public Optional<Reason> reason() {
        return grant.map(Grant::reason).or(attempt::reason);
    }

    @Override
    public String toString() {
        return "Permit[%s, %s+%s, rule %s]".formatted(attempt.person().name(), attempt.login(), target.name(), rule);
    }
}
