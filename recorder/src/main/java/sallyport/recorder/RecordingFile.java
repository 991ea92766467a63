package sallyport.recorder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A recording that is there: still growing, sealed, or left behind.
 *
 * @param sessionId UUID text
 * @param path the asciicast file
 * @param seal empty while it grows, after a crash until {@link RecordingStore#recover}, and if the sidecar is damaged
 */
public record RecordingFile(String sessionId, Path path, Optional<Sealed> seal) {

    /** Reads it from its beginning, as far as the seal says that it counts. To be closed by the caller. */
    public RecordingReader reader() throws IOException {
        return RecordingReader.open(path, length());
    }

    /** How much of the file counts; {@link Long#MAX_VALUE} for whatever is there. */
    long length() {
        return seal.map(Sealed::bytes).orElse(Long.MAX_VALUE);
    }
}
