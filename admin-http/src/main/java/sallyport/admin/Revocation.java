package sallyport.admin;

import java.util.Optional;

/**
 * A session that was ended by order.
 *
 * @param session as it stood just before
 * @param grantWithdrawn whether the approval that it rested on was taken back, so that nothing more opens on it
 * @param warning what did not work besides, and what to do about it; for the person who ordered it
 */
public record Revocation(SessionView session, boolean grantWithdrawn, Optional<String> warning) {}
