package sallyport.admin;

import java.util.Optional;
import sallyport.policy.retention.Keeping;

/**
 * A session's recording as lists and cards show it.
 *
 * @param sealed whether it is complete and its digest stored
 * @param bytes its size once it is sealed
 * @param sha256 hex digest once it is sealed
 * @param keeping how long it stays; empty if that cannot be said now
 */
public record RecordingView(
        SessionView session, boolean sealed, Optional<Long> bytes, Optional<String> sha256, Optional<Keeping> keeping) {

    static RecordingView of(SessionView session, Optional<Keeping> keeping) {
        return new RecordingView(
                session,
                session.row().recordingSha256().isPresent(),
                session.row().recordingBytes(),
                session.row().recordingSha256(),
                keeping);
    }

    /** Whether it was removed, and only the history is left. */
    public boolean isGone() {
        return keeping.filter(Keeping.Gone.class::isInstance).isPresent();
    }
}
