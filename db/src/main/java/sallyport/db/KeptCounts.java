package sallyport.db;

import java.time.Instant;
import java.util.Optional;

/**
 * How things stand with what is kept.
 *
 * @param kept recordings that are not removed, those of live sessions too
 * @param held how many of them somebody holds
 * @param due how many of them have had their time and are not held
 * @param unremoved how many count as removed while their files are still to go
 * @param lastSweep when a sweep last began, on any bastion
 */
public record KeptCounts(long kept, long held, long due, long unremoved, Optional<Instant> lastSweep) {}
