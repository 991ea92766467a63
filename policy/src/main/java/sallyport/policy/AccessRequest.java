package sallyport.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * What people approve: somebody asks to be let in somewhere, as somebody, for a reason, for a while.
 *
 * @param duration how long the grant will last, counted from its first use
 * @param openUntil when the request lapses if nobody decides; an approved grant must be used first before
 *     {@link #USE_WITHIN} has passed
 * @param rule the rule that asked for the approval
 * @param source the client address it was made from
 */
public record AccessRequest(
        UUID id,
        RequestCode code,
        PersonId person,
        PersonName personName,
        KeyFingerprint key,
        String source,
        UUID targetId,
        TargetName target,
        Environment environment,
        Login login,
        Reason reason,
        Duration duration,
        String rule,
        Instant madeAt,
        Instant openUntil,
        State state) {

    /** How long a request waits for a decision. */
    public static final Duration OPEN_FOR = Duration.ofMinutes(30);

    /** How long an approved grant waits for its first use. */
    public static final Duration USE_WITHIN = Duration.ofHours(8);

    /** Where a request stands. */
    public sealed interface State {
        /** Waiting for somebody. */
        record Waiting() implements State {}

        /** Somebody agreed; the grant is {@code grant}. */
        record Approved(PersonId by, PersonName byName, Instant at, String note, UUID grant) implements State {}

        /** Somebody said no. */
        record Denied(PersonId by, PersonName byName, Instant at, String note) implements State {}

        /** The asker took it back. */
        record Cancelled(Instant at) implements State {}

        /** The word in rows and data. */
        default String word() {
            return switch (this) {
                case Waiting _ -> "waiting";
                case Approved _ -> "approved";
                case Denied _ -> "denied";
                case Cancelled _ -> "cancelled";
            };
        }
    }

    /** Whether somebody can still decide at {@code now}. */
    public boolean isOpen(Instant now) {
        return state instanceof State.Waiting && now.isBefore(openUntil);
    }

    /** The word for where it stands at {@code now}, {@code lapsed} included. */
    public String word(Instant now) {
        return state instanceof State.Waiting && !isOpen(now) ? "lapsed" : state.word();
    }
}
