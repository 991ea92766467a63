package sallyport.policy.retention;

import java.time.Instant;

/**
 * That a recording was removed.
 *
 * @param rule by which, in the words of {@link RetentionRule#words}
 */
public record Purge(Instant at, String rule) {}
