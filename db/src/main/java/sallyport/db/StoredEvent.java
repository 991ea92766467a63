package sallyport.db;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;
import sallyport.policy.session.SessionId;

/**
 * One row of the audit table.
 *
 * @param sequence grows in the order of storing, which is not always that of {@code time}; may have gaps
 * @param source the client address, empty for the bastion itself
 * @param action the dotted word, as {@code session.opened}
 * @param session the session it belongs to, if it is of one
 * @param detailJson the rest of the event, a JSON object on one line, pure ASCII
 */
public record StoredEvent(
        long sequence,
        UUID id,
        Instant time,
        Optional<PersonId> actor,
        Optional<PersonName> actorName,
        String source,
        String action,
        Optional<SessionId> session,
        String detailJson) {}
