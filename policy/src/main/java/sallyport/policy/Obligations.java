package sallyport.policy;

import java.time.Instant;
import java.util.Optional;

/**
 * What a permitted session must keep to.
 *
 * @param until when the right to it ends, and the session with it
 */
public record Obligations(Optional<Instant> until) {}
