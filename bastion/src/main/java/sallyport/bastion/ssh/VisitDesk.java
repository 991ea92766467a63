package sallyport.bastion.ssh;

import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import sallyport.bastion.console.Console;
import sallyport.bastion.console.Menu;
import sallyport.bastion.session.SessionRegistry;
import sallyport.db.AccessRequests;
import sallyport.db.AccessStore;
import sallyport.policy.DetachKey;
import sallyport.policy.PersonId;
import sallyport.policy.audit.AuditLog;

/**
 * What a visit works with.
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
        InstantSource clock) {}
