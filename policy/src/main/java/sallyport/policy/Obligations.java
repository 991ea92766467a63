package sallyport.policy;

import java.time.Instant;
import java.util.Optional;

/**
 * What a permitted session must keep to.
 *
 * @param until when the right to it ends, and the session with it
 * @param input how much is recorded of what is typed, if it has a terminal: the most that a rule which allows it asks for
 */
public record Obligations(Optional<Instant> until, InputRecording input) {}
