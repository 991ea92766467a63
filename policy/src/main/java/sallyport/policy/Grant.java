package sallyport.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The stored right that an approval gave: this person, this target, this login. Its clock starts at the first use.
 *
 * @param useBy when it lapses if it was never used
 * @param firstUsedAt when its clock started
 * @param withdrawnAt when somebody took it back
 */
public record Grant(
        UUID id,
        RequestCode code,
        PersonId person,
        UUID targetId,
        Login login,
        Reason reason,
        PersonName approvedBy,
        Instant approvedAt,
        Duration duration,
        Instant useBy,
        Optional<Instant> firstUsedAt,
        Optional<Instant> withdrawnAt) {

    /** When the right ends, for somebody who uses it at {@code now}. */
    public Instant endsAt(Instant now) {
        return firstUsedAt.orElse(now).plus(duration);
    }

    /** Whether a session may be opened on it at {@code now}. */
    public boolean isLive(Instant now) {
        return withdrawnAt.isEmpty() && (firstUsedAt.isPresent() ? now.isBefore(endsAt(now)) : now.isBefore(useBy));
    }
}
