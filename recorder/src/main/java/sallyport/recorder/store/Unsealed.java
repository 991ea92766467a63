package sallyport.recorder.store;

import java.util.Optional;
import sallyport.recorder.Damage;

/**
 * A recording that nobody had sealed, as {@link RecordingStore#recover} found it.
 *
 * @param seal what was now stated of it; empty if that could not be written, and {@code damage} says why
 * @param damage why the recording is not good to its last byte; a cut last line is usual after a crash
 */
public record Unsealed(String sessionId, Optional<Sealed> seal, Optional<Damage> damage) {}
