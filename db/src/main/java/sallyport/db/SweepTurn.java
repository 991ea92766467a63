package sallyport.db;

import java.time.Instant;
import java.util.Optional;

/**
 * The right to do this hour's sweep.
 *
 * @param before when the sweep before this one began; empty if there was none
 * @param kept how many recordings there are
 */
public record SweepTurn(Optional<Instant> before, long kept) {}
