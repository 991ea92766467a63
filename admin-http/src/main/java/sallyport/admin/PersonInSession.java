package sallyport.admin;

import java.time.Instant;
import java.util.Optional;
import sallyport.policy.PersonName;

/**
 * Somebody who is in a live session.
 *
 * @param source the client address they come from
 * @param role {@code driver}, {@code co-driver} or {@code viewer}
 * @param since when they came
 * @param lastTyped when they last typed, if they have
 */
public record PersonInSession(
        PersonName person, String source, String role, Instant since, Optional<Instant> lastTyped) {}
