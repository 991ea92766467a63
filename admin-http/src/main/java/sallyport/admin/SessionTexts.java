package sallyport.admin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import sallyport.policy.Permission;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionRow;
import sallyport.recorder.store.RecordingFile;
import sallyport.recorder.store.RecordingStore;
import sallyport.recorder.store.VaultLocked;

/** Reads what sessions show: live ones from their terminal, all else from their recording. */
final class SessionTexts {

    /** How long a live session may take to say what it shows. */
    private static final Duration SCREEN_WAIT = Duration.ofSeconds(5);

    private final LiveSessions live;
    private final Sessions sessions;
    private final RecordingStore store;
    private final Journal journal;

    SessionTexts(LiveSessions live, Sessions sessions, RecordingStore store, Journal journal) {
        this.live = live;
        this.sessions = sessions;
        this.store = store;
        this.journal = journal;
    }

    Outcome<ScreenText> text(Caller caller, String idOrName, TextQuery query) {
        if (query instanceof TextQuery.Tail(int lines, boolean _) && (lines < 1 || lines > TextQuery.MOST_LINES)) {
            return new Outcome.Invalid<>("a tail has 1 to " + TextQuery.MOST_LINES + " lines, not " + lines);
        }
        return sessions.find(caller, idOrName, Permission.VIEW_RECORDING, "reading other people's sessions")
                .then(view -> {
                    Optional<String> outside = outside(view.row(), query);
                    if (outside.isPresent()) {
                        return new Outcome.Invalid<>(outside.get());
                    }
                    journal.write(caller, new AuditEvent.SessionViewed(view.id(), what(query)));
                    return read(view, query);
                });
    }

    private Optional<String> outside(SessionRow row, TextQuery query) {
        return query instanceof TextQuery.At(Instant time, boolean _)
                ? outside(row, time, journal.now())
                : Optional.empty();
    }

    /** Why there is no such moment, if there is none. Times that people see have milliseconds, so they compare by those. */
    static Optional<String> outside(SessionRow row, Instant time, Instant now) {
        String session = "session " + row.id().code();
        if (time.isBefore(row.startedAt().truncatedTo(ChronoUnit.MILLIS))) {
            return Optional.of(session + " began at " + Times.utc(row.startedAt()) + ", after " + Times.utc(time));
        }
        if (row.endedAt().isPresent() && time.isAfter(row.endedAt().get())) {
            return Optional.of(session + " ended at " + Times.utc(row.endedAt().get()) + ", before " + Times.utc(time));
        }
        return time.isAfter(now) ? Optional.of(Times.utc(time) + " has not come yet") : Optional.empty();
    }

    private static String what(TextQuery query) {
        return switch (query) {
            case TextQuery.Screen _ -> "screen";
            case TextQuery.Tail(int lines, boolean _) -> "tail " + lines;
            case TextQuery.At(Instant time, boolean _) -> "at " + Times.utc(time);
        };
    }

    /** Without asking who reads. */
    Outcome<ScreenText> read(SessionView view, TextQuery query) {
        if (view.isLive() && view.row().terminal() && !(query instanceof TextQuery.At)) {
            int tail = query instanceof TextQuery.Tail(int lines, boolean _) ? lines : 0;
            return screen(view, tail, query.colours())
                    .then(now -> now.isPresent() ? ofScreen(view, query, now.get()) : recorded(view, query));
        }
        return recorded(view, query);
    }

    private Outcome<Optional<ScreenNow>> screen(SessionView view, int tail, boolean colours) {
        try {
            return new Outcome.Done<>(
                    live.screen(view.id(), tail, colours).get(SCREEN_WAIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException slow) {
            return new Outcome.Refused<>("session " + view.code() + " did not say what it shows within "
                    + SCREEN_WAIT.toSeconds() + " s; try again");
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return new Outcome.Refused<>("the bastion is stopping");
        } catch (ExecutionException broken) {
            throw new IllegalStateException("the screen of session " + view.id() + " could not be read", broken);
        }
    }

    private Outcome<ScreenText> ofScreen(SessionView view, TextQuery query, ScreenNow now) {
        long missing = query instanceof TextQuery.Tail ? now.forgottenLines() : 0;
        return new Outcome.Done<>(
                new ScreenText(view, journal.now(), now.lines(), missing, now.columns(), now.rows(), Optional.empty()));
    }

    private Outcome<ScreenText> recorded(SessionView view, TextQuery query) {
        try {
            Optional<RecordingFile> file = store.find(view.id().toString());
            if (file.isEmpty()) {
                return new Outcome.Refused<>("session " + view.code() + " has no recording any more, only its history");
            }
            Replay.Shown shown = Replay.of(file.get(), query);
            return new Outcome.Done<>(new ScreenText(
                    view, shown.at(), shown.lines(), shown.missingLines(), shown.columns(), shown.rows(), shown.gap()));
        } catch (VaultLocked locked) {
            return RecordingOperations.locked(view, locked);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(
                    "the recording of session " + view.code() + " cannot be read; look at the disk of the recordings",
                    unreadable);
        }
    }
}
