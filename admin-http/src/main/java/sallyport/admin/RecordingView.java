package sallyport.admin;

import java.util.Optional;

/**
 * A session's recording as lists and cards show it.
 *
 * @param sealed whether it is complete and its digest stored
 * @param bytes its size once it is sealed
 * @param sha256 hex digest once it is sealed
 */
public record RecordingView(SessionView session, boolean sealed, Optional<Long> bytes, Optional<String> sha256) {

    static RecordingView of(SessionView session) {
        return new RecordingView(
                session,
                session.row().recordingSha256().isPresent(),
                session.row().recordingBytes(),
                session.row().recordingSha256());
    }
}
