package sallyport.policy.retention;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import sallyport.policy.Environment;

/**
 * What decides about the recording of one session.
 *
 * @param environment where the session ran
 * @param endedAt empty while it lives
 * @param holds those that are not released
 * @param purge empty while the recording is kept
 */
public record RecordingFacts(
        Environment environment, Optional<Instant> endedAt, List<Hold> holds, Optional<Purge> purge) {

    public RecordingFacts {
        holds = List.copyOf(holds);
    }
}
