package sallyport.admin;

import java.util.Optional;

/**
 * A session that was ended by order.
 *
 * @param session as it stood just before
 * @param grantWithdrawn whether the approval that it rested on is taken back, so that nothing more opens on it. While the
 *     database is away nothing opens at all; it is taken back when the database answers
 * @param warning what did not work besides, and what to do about it; for the person who ordered it
 */
public record Revocation(SessionView session, boolean grantWithdrawn, Optional<String> warning) {}
