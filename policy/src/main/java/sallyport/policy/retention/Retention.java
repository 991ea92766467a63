package sallyport.policy.retention;

import java.util.EnumMap;
import java.util.Map;
import sallyport.policy.Environment;

/**
 * How long recordings are kept: the only thing that decides it, apart from holds.
 *
 * @param days for each environment, 0 to {@link #LONGEST_DAYS}, of 24 hours after the session's end
 */
public record Retention(Map<Environment, Integer> days) {

    /** A century: more is a slip of the finger. */
    public static final int LONGEST_DAYS = 36_500;

    /** What holds for production where nothing is configured. */
    public static final int USUAL_PRODUCTION_DAYS = 365;

    /** What holds elsewhere where nothing is configured. */
    public static final int USUAL_OTHER_DAYS = 90;

    /** One sweep removes at most one recording in so many, so that a mistake is noticed before it has cost much (T45). */
    private static final int SHARE_OF_A_SWEEP = 20;

    /** @throws IllegalArgumentException in words if an environment is missing or its days are impossible */
    public Retention {
        days = Map.copyOf(days);
        for (Environment environment : Environment.values()) {
            Integer given = days.get(environment);
            if (given == null) {
                throw new IllegalArgumentException(
                        "nothing says how long recordings of " + environment.word() + " are kept");
            }
            if (given < shortestDays(environment) || given > LONGEST_DAYS) {
                throw new IllegalArgumentException("recordings of " + environment.word() + " cannot be kept for "
                        + given + " days; " + shortestDays(environment) + " to " + LONGEST_DAYS + " are possible");
            }
        }
    }

    /** What holds where nothing is configured. */
    public static Retention usual() {
        return of(USUAL_PRODUCTION_DAYS, USUAL_OTHER_DAYS);
    }

    /** {@code production} days there, {@code other} days everywhere else. */
    public static Retention of(int production, int other) {
        Map<Environment, Integer> days = new EnumMap<>(Environment.class);
        for (Environment environment : Environment.values()) {
            days.put(environment, environment.isProduction() ? production : other);
        }
        return new Retention(days);
    }

    /** The fewest days that may be configured: recordings of production outlive their sessions. */
    public static int shortestDays(Environment environment) {
        return environment.isProduction() ? 1 : 0;
    }

    /** What holds on {@code environment}. */
    public RetentionRule rule(Environment environment) {
        Integer given = days.get(environment);
        if (given == null) {
            throw new IllegalStateException("the constructor has seen to it that all are there");
        }
        return new RetentionRule(environment, given);
    }

    /** How long a recording stays, and why. */
    public Keeping keeping(RecordingFacts facts) {
        if (facts.purge().isPresent()) {
            return new Keeping.Gone(facts.purge().get());
        }
        RetentionRule rule = rule(facts.environment());
        Keeping byRule = facts.endedAt()
                .<Keeping>map(end -> new Keeping.Until(rule.keepsUntil(end), rule))
                .orElseGet(() -> new Keeping.WhileLive(rule));
        return facts.holds().isEmpty() ? byRule : new Keeping.Held(facts.holds(), byRule);
    }

    /** How many of {@code kept} recordings one sweep may remove: 5 %, rounded down, but always one, or few would stay for ever. */
    public static long mostOfASweep(long kept) {
        return Math.max(1, kept / SHARE_OF_A_SWEEP);
    }
}
