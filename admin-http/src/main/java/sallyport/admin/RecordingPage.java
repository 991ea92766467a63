package sallyport.admin;

import java.util.List;
import java.util.Optional;
import sallyport.policy.session.SessionId;

/**
 * Some recordings, newest first.
 *
 * @param next what to pass as {@code after} for the next page; empty if this is the last one
 */
public record RecordingPage(List<RecordingView> items, Optional<SessionId> next) {

    public RecordingPage {
        items = List.copyOf(items);
    }
}
