package sallyport.admin;

import java.util.List;
import java.util.Optional;
import sallyport.policy.session.SessionId;

/**
 * Some sessions, newest first.
 *
 * @param next what to pass as {@code after} for the next page; empty if this is the last one
 */
public record SessionPage(List<SessionView> items, Optional<SessionId> next) {

    public SessionPage {
        items = List.copyOf(items);
    }
}
