package sallyport.bastion.ssh;

import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import sallyport.bastion.console.Console;
import sallyport.bastion.console.Menu;
import sallyport.bastion.session.SessionRegistry;
import sallyport.db.AccessRequests;
import sallyport.db.AccessStore;
import sallyport.policy.AccessPolicy;
import sallyport.policy.DetachKey;
import sallyport.policy.Login;
import sallyport.policy.Person;
import sallyport.policy.PersonId;
import sallyport.policy.TargetName;
import sallyport.policy.audit.AuditLog;

/**
 * What visits, and whatever else is decided at the door, work with.
 *
 * @param detachKeys the key with which a person leaves a session; never waits long and always has an answer
 * @param ids makes UUIDv7s for audit entries
 */
public record VisitDesk(
        AccessStore access,
        AccessRequests requests,
        SessionRegistry sessions,
        Console console,
        Menu menu,
        AuthorizedKeys keys,
        Function<PersonId, DetachKey> detachKeys,
        AuditLog audit,
        Supplier<UUID> ids,
        InstantSource clock) {

    /** The person as they are now, not as they were at login, and only while the key they came with is theirs (T17). */
    Optional<Person> personNow(Connection connection) {
        boolean keyStands = keys.owner(connection.key())
                .filter(owner -> owner.id().equals(connection.person().id()))
                .isPresent();
        return keyStands ? access.person(connection.person().id()) : Optional.empty();
    }

    /** The account that the person uses on a target if they name none: the first they may use. */
    Optional<Login> onlyLogin(Person asker, TargetName name) {
        var snapshot = access.snapshot();
        return snapshot.targets().stream()
                .filter(target -> target.name().equals(name))
                .flatMap(target -> AccessPolicy.logins(asker, target, snapshot.rules()).stream())
                .findFirst();
    }
}
