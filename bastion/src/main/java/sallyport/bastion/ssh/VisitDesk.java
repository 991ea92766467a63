package sallyport.bastion.ssh;

import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import sallyport.bastion.console.Console;
import sallyport.bastion.console.Menu;
import sallyport.bastion.session.SessionRegistry;
import sallyport.db.AccessRequests;
import sallyport.db.AccessStore;
import sallyport.policy.audit.AuditLog;

/**
 * What a visit works with.
 *
 * @param ids makes UUIDv7s for audit entries
 */
public record VisitDesk(
        AccessStore access,
        AccessRequests requests,
        SessionRegistry sessions,
        Console console,
        Menu menu,
        AuthorizedKeys keys,
        AuditLog audit,
        Supplier<UUID> ids,
        InstantSource clock) {}
