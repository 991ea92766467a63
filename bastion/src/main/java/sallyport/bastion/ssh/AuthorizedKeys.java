package sallyport.bastion.ssh;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sallyport.db.AccessSnapshot;
import sallyport.policy.AccessPolicy;
import sallyport.policy.ForwardRight;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Login;
import sallyport.policy.Person;
import sallyport.policy.PersonId;
import sallyport.policy.Rule;
import sallyport.policy.Target;
import sallyport.policy.TargetName;

/**
 * Whose key is whose, and who may what, as last read from the database. Asked on I/O threads, so it is a map in memory and nothing more; a
 * person is also found here while the database is away.
 */
public final class AuthorizedKeys {

    private volatile Map<KeyFingerprint, Person> byKey = Map.of();
    private volatile List<Target> targets = List.of();
    private volatile List<Rule> rules = List.of();

    /** Replaces all of it. */
    public void replace(AccessSnapshot now) {
        byKey = Map.copyOf(now.peopleByKey());
        targets = List.copyOf(now.targets());
        rules = List.copyOf(now.rules());
    }

    /**
     * What may pass on a target, as last read: good enough for a polite answer, and asked again before anything passes.
     *
     * @param login empty: the only one the person may use there
     */
    Set<ForwardRight> forwards(Person person, Optional<Login> login, TargetName name) {
        return targets.stream()
                .filter(target -> target.name().equals(name))
                .flatMap(target -> login
                        .or(() -> AccessPolicy.logins(person, target, rules).stream()
                                .findFirst())
                        .map(account -> AccessPolicy.forwards(person, target, account, rules))
                        .stream())
                .findFirst()
                .orElse(Set.of());
    }

    /** All targets, as last read. */
    List<Target> targets() {
        return targets;
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
