package sallyport.recorder.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * A sidecar, {@code seal.json}, wherever it was found.
 *
 * @param seal what it states; empty if it makes no sense
 * @param signature who signed that; empty if nobody did, or that makes no sense
 */
public record Sidecar(Optional<Sealed> seal, Optional<SealSignature> signature) {

    /** What it is called. */
    public static final String NAME = SealFile.NAME;

    /** The most bytes that one has. */
    public static final int LONGEST_BYTES = SealFile.LONGEST;

    /** The most text that a part has, in bytes, where no seal says how much. */
    public static final long MOST_TEXT = PartFiles.MOST_TEXT;

    /** Reads one. */
    public static Sidecar parse(byte[] content) {
        return new Sidecar(SealFile.seal(content), SealFile.signature(content));
    }

    /**
     * The text in {@code stored}, the content of the file {@code name} of a part, by whoever has no key.
     *
     * @throws VaultLocked if it is encrypted
     */
    public static InputStream text(InputStream stored, String name) throws IOException {
        return PartFiles.text(stored, name, Optional.empty());
    }
}
