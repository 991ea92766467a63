package sallyport.db;

import java.time.Instant;
import java.util.UUID;
import sallyport.policy.PersonId;

/** Who a live API token speaks for. Its rights are those the person has now: ask {@link AccessStore#person}. */
public record TokenOwner(UUID token, String name, PersonId person, Instant expires) {}
