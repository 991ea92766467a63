package sallyport.db;

import java.time.Instant;
import java.util.Optional;
import sallyport.policy.Environment;
import sallyport.policy.session.SessionId;

/**
 * A recording whose time is over and that nobody holds.
 *
 * @param bytes once it was sealed
 * @param sha256 once it was sealed
 */
public record DueRecording(
        SessionId session, Environment environment, Instant endedAt, Optional<Long> bytes, Optional<String> sha256) {}
