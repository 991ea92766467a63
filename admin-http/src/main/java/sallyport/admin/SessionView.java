package sallyport.admin;

import java.time.Instant;
import java.util.Optional;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;

/**
 * A session as lists and cards show it: its row in the history joined with what is known while it lives.
 *
 * @param live empty once it is over, or if it lives on no bastion that this one knows
 */
public record SessionView(SessionRow row, Optional<LiveSessionView> live) {

    /** Which session. */
    public SessionId id() {
        return row.id();
    }

    /** What people call it. */
    public String code() {
        return row.id().code();
    }

    /** {@code starting running detached ended failed}: the live word while it lives, then the row's. */
    public String state() {
        return live.map(l -> l.state().word()).orElse(row.state());
    }

    /** Whether it still runs here. */
    public boolean isLive() {
        return live.isPresent();
    }

    /** How many clients are in it now. */
    public int attachments() {
        return live.map(LiveSessionView::attachments).orElse(0);
    }

    /** Width and height of its terminal while it lives and has one, as {@code 120x40}. */
    public Optional<String> size() {
        return live.filter(l -> l.columns() > 0).map(l -> l.columns() + "x" + l.rows());
    }

    /** Bytes of output so far, while it lives. */
    public Optional<Long> outputBytes() {
        return live.map(LiveSessionView::outputBytes);
    }

    /** When somebody last typed, while it lives. */
    public Optional<Instant> lastInput() {
        return live.flatMap(LiveSessionView::lastInput);
    }
}
