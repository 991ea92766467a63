package sallyport.policy.retention;

import java.time.Instant;
import sallyport.policy.PersonName;
import sallyport.policy.Reason;

/**
 * Somebody's order that a recording stays whatever the rule says, as for a case at law. A recording may have several, for
 * several reasons; it stays until the last is released.
 *
 * @param number 1 for a recording's first hold, and so on; never used again
 */
public record Hold(int number, Reason reason, PersonName by, Instant at) {}
