package sallyport.bastion.ssh;

import java.util.Map;
import java.util.Optional;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Person;
import sallyport.policy.PersonId;

/**
 * Whose key is whose, as last read from the database. Asked on I/O threads, so it is a map in memory and nothing more; a
 * person is also found here while the database is away.
 */
public final class AuthorizedKeys {

    private volatile Map<KeyFingerprint, Person> byKey = Map.of();

    /** Replaces all of it. */
    public void replace(Map<KeyFingerprint, Person> people) {
        byKey = Map.copyOf(people);
    }

    /** Whose key this is. Without effects: a client may ask about keys it does not hold. */
    Optional<Person> owner(KeyFingerprint key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /** The person as last read, if they still have a key. */
    Optional<Person> person(PersonId id) {
        return byKey.values().stream().filter(p -> p.id().equals(id)).findFirst();
    }
}
