package sallyport.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;

/**
 * A session as lists and cards show it: its row in the history joined with what is known while it lives.
 *
 * @param live empty once it is over, or if it lives on no bastion that this one knows
 * @param door where clients come in, for {@link #attachCommand} and {@link #deepLink}
 * @param seen when it was looked at
 */
public record SessionView(SessionRow row, Optional<LiveSessionView> live, PublicAddress door, Instant seen) {

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

    /** Who is in it now. */
    public List<PersonInSession> people() {
        return live.map(LiveSessionView::people).orElse(List.of());
    }

    /** What its owner types to be in it, while it lives and has a terminal. */
    public Optional<String> attachCommand() {
        return live.filter(l -> l.row().terminal()).map(l -> door.command("s+" + l.name()));
    }

    /** As {@link #attachCommand}, as a link that starts an ssh client. */
    public Optional<String> deepLink() {
        return live.filter(l -> l.row().terminal()).map(l -> door.link("s+" + l.name()));
    }

    /** {@code running completed failed} for a job; empty for all else. */
    public Optional<String> job() {
        if (!row.mode().equals("job")) {
            return Optional.empty();
        }
        return Optional.of(
                switch (state()) {
                    case "ended" ->
                        row.exitStatus().filter(status -> status == 0).isPresent() ? "completed" : "failed";
                    case "failed" -> "failed";
                    default -> "running";
                });
    }

    /** From its start until its end, or until it was looked at; whole seconds count. */
    public Duration runtime() {
        Duration runtime = Duration.between(row.startedAt(), row.endedAt().orElse(seen));
        return runtime.isNegative() ? Duration.ZERO : runtime;
    }
}
