package sallyport.recorder.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import sallyport.recorder.Conversions;
import sallyport.recorder.Damage;
import sallyport.recorder.Format;
import sallyport.recorder.RecordingReader;

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

    /**
     * Writes it to {@code out} as {@code format}: see {@link Conversions#write}.
     *
     * @param out not closed
     * @return where the recording stops making sense, if it does
     */
    public Optional<Damage> write(Format format, OutputStream out) throws IOException {
        try (RecordingReader reader = reader()) {
            return Conversions.write(reader, format, out);
        }
    }

    /** How much of the file counts; {@link Long#MAX_VALUE} for whatever is there. */
    long length() {
        return seal.map(Sealed::bytes).orElse(Long.MAX_VALUE);
    }
}
