package sallyport.admin;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import sallyport.policy.Permission;
import sallyport.policy.SessionName;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.Ending;
import sallyport.policy.session.SessionRow;
import sallyport.policy.session.SessionState;

/** What people change on sessions. Each change is in the audit journal before it holds, or does not hold. */
final class SessionChanges {

    private static final int MOST_COLUMNS = 1_000;
    private static final int MOST_ROWS = 500;

    private final LiveSessions live;
    private final Sessions sessions;
    private final Journal journal;

    SessionChanges(LiveSessions live, Sessions sessions, Journal journal) {
        this.live = live;
        this.sessions = sessions;
        this.journal = journal;
    }

    Outcome<SessionView> rename(Caller caller, String idOrName, SessionName to) {
        return ownOne(caller, idOrName, "renames").then(view -> {
            SessionName from = view.row().name();
            if (from.equals(to)) {
                return new Outcome.Done<>(view);
            }
            // The registry decides whether the name is free, so it comes first here, and goes back if nobody can write
            // it down.
            boolean lives = view.isLive();
            LiveSessions.Renamed renamed = lives ? live.rename(view.id(), to) : LiveSessions.Renamed.NOT_LIVE;
            if (renamed == LiveSessions.Renamed.TAKEN) {
                return new Outcome.Refused<>(
                        "another of your live sessions is called " + Quoted.of(to.value()) + "; nothing was changed");
            }
            try {
                journal.write(caller, new AuditEvent.SessionRenamed(view.id(), from.value(), to.value()));
            } catch (UncheckedIOException unkept) {
                if (renamed == LiveSessions.Renamed.DONE) {
                    live.rename(view.id(), from);
                }
                throw unkept;
            }
            return new Outcome.Done<>(sessions.view(view.row().withName(to)));
        });
    }

    Outcome<SessionView> link(Caller caller, String idOrName, Optional<String> url) {
        try {
            url.ifPresent(Link::checked);
        } catch (IllegalArgumentException refused) {
            return new Outcome.Invalid<>(String.valueOf(refused.getMessage()));
        }
        return ownOne(caller, idOrName, "links").then(view -> {
            journal.write(caller, new AuditEvent.SessionLinked(view.id(), url.orElse("")));
            live.link(view.id(), url);
            return new Outcome.Done<>(sessions.view(view.row().withLink(url)));
        });
    }

    Outcome<SessionView> size(Caller caller, String idOrName, int columns, int rows) {
        boolean follows = columns == 0 && rows == 0;
        if (!follows && (columns < 1 || columns > MOST_COLUMNS || rows < 1 || rows > MOST_ROWS)) {
            return new Outcome.Invalid<>("a terminal has 1 to " + MOST_COLUMNS + " columns and 1 to " + MOST_ROWS
                    + " rows, not " + columns + "x" + rows + "; 0x0 follows whoever types");
        }
        return ownOne(caller, idOrName, "sizes").then(view -> {
            if (!view.isLive()) {
                return Sessions.over(view.row());
            }
            if (!view.row().terminal()) {
                return new Outcome.Refused<>("session " + view.code() + " has no terminal");
            }
            journal.write(caller, new AuditEvent.SessionSized(view.id(), columns, rows));
            return live.size(view.id(), columns, rows)
                    ? new Outcome.Done<>(sessions.view(view.row()))
                    : Sessions.over(view.row());
        });
    }

    Outcome<SessionView> detach(Caller caller, String idOrName) {
        return sessions.find(caller, idOrName, Permission.REVOKE, "sending people out of other people's sessions")
                .then(view -> detach(caller, view));
    }

    private Outcome<SessionView> detach(Caller caller, SessionView view) {
        if (!view.isLive()) {
            return Sessions.over(view.row());
        }
        // The session itself notes that it is detached; that it was somebody else's wish only we know.
        if (!Sessions.own(caller).test(view.row()) && view.attachments() > 0) {
            journal.write(
                    caller,
                    new AuditEvent.SessionDetached(
                            view.id(),
                            "everybody was sent away by " + caller.person().name()));
        }
        return live.detach(view.id())
                ? new Outcome.Done<>(sessions.view(view.row()))
                : new Outcome.Refused<>("nobody is in session " + view.code() + "; nothing was changed");
    }

    Outcome<SessionView> destroy(Caller caller, String idOrName) {
        return sessions.find(caller, idOrName, Permission.REVOKE, "ending other people's sessions")
                .then(view -> {
                    if (!view.isLive()) {
                        return Sessions.over(view.row());
                    }
                    journal.write(
                            caller,
                            new AuditEvent.SessionDestroyed(
                                    view.id(), "by " + caller.person().name()));
                    return live.destroy(
                                    view.id(),
                                    new Ending.Destroyed(caller.person().name()))
                            ? new Outcome.Done<>(view)
                            : Sessions.over(view.row());
                });
    }

    /** What a session is called, and which tickets it has, is for its owner alone to say. */
    private Outcome<SessionView> ownOne(Caller caller, String idOrName, String does) {
        Predicate<SessionRow> own = Sessions.own(caller);
        Predicate<SessionRow> visible = own.or(_ -> caller.person().may(Permission.VIEW_HISTORY));
        return sessions.findLive(caller.person(), idOrName, visible)
                .orElseGet(() -> sessions.find(caller.person(), idOrName, visible))
                .then(view -> own.test(view.row())
                        ? new Outcome.Done<>(view)
                        : new Outcome.NotPermitted<>("session " + view.code() + " belongs to "
                                + view.row().personName() + "; only its owner " + does + " it"));
    }

    Outcome<List<SessionView>> idle(Caller caller, Duration idle) {
        if (idle.isNegative()) {
            return new Outcome.Invalid<>("a session cannot be unused for less than no time");
        }
        Instant before = journal.now().minus(idle);
        return new Outcome.Done<>(sessions.live(Sessions.own(caller)).stream()
                .filter(SessionChanges::waitsForPeople)
                .filter(view -> !lastUsed(view).isAfter(before))
                .sorted(Comparator.comparing(SessionChanges::lastUsed))
                .toList());
    }

    /** An exec belongs to its connection, and a command that was started to run alone is busy, not forgotten. */
    private static boolean waitsForPeople(SessionView view) {
        SessionRow row = view.row();
        return row.terminal() && row.command().isEmpty();
    }

    private static Instant lastUsed(SessionView view) {
        Instant typed = view.lastInput().orElse(view.row().startedAt());
        Instant seen = view.live()
                .map(l -> switch (l.state()) {
                    case SessionState.Running(int _, Instant active) -> active;
                    case SessionState.Detached(Instant since, boolean _) -> since;
                    case SessionState.Starting _, SessionState.Ended _ ->
                        l.row().startedAt();
                })
                .orElse(typed);
        return seen.isAfter(typed) ? seen : typed;
    }
}
