package sallyport.recorder.store;

import java.time.Instant;

/**
 * What was stated of a recording when it was over: the sidecar {@code seal.json}.
 *
 * @param bytes how much of the file counts: whole lines
 * @param sha256 of those bytes, in lower-case hexadecimal
 * @param reason {@link #ENDED}, {@link #FAILED} or {@link #BASTION_DIED}
 */
public record Sealed(long bytes, String sha256, Instant sealedAt, String reason) {

    /** The session was recorded to its end. */
    public static final String ENDED = "ended";

    /** An append or a sync failed: the recording is whole up to there, and the session was ended for it. */
    public static final String FAILED = "recording failed";

    /** Nobody sealed it; {@link RecordingStore#recover} found it. */
    public static final String BASTION_DIED = "bastion died";
}
