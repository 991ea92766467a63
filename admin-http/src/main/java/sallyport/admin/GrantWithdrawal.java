package sallyport.admin;

import java.time.Instant;
import java.util.UUID;

/** Takes a grant back for good. A port, so that a revocation can end the session first and store this afterwards. */
@FunctionalInterface
public interface GrantWithdrawal {

    /**
     * Notes that {@code grant} is withdrawn at {@code now}; from then on no session opens on it. Does nothing if it was
     * withdrawn before.
     *
     * @throws sallyport.db.DatabaseAway if the database does not answer
     */
    void withdraw(UUID grant, Instant now);
}
