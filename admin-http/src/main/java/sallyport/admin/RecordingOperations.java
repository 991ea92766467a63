package sallyport.admin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sallyport.db.HistoryFilter;
import sallyport.db.SessionHistory;
import sallyport.policy.InputRecording;
import sallyport.policy.Permission;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.retention.Keeping;
import sallyport.policy.retention.Purge;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;
import sallyport.recorder.Format;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.store.RecordingFile;
import sallyport.recorder.store.RecordingStore;
import sallyport.recorder.store.VaultLocked;

/**
 * Looking at recordings and taking copies of them. One's own always; of others, listing and showing needs
 * {@link Permission#VIEW_RECORDING}, as playing does, a copy needs {@link Permission#DOWNLOAD_RECORDING}, and what they typed
 * {@link Permission#VIEW_INPUT}. Safe for any thread.
 */
public final class RecordingOperations {

    private final SessionHistory history;
    private final LiveSessions live;
    private final Sessions sessions;
    private final RecordingStore store;
    private final Keepings keepings;
    private final Journal journal;

    /** The collaborators belong to the caller and are not closed here. */
    public RecordingOperations(
            SessionHistory history,
            LiveSessions live,
            RecordingStore store,
            Keepings keepings,
            PublicAddress door,
            Journal journal) {
        this.history = history;
        this.live = live;
        this.sessions = new Sessions(history, live, door, journal.clock());
        this.store = store;
        this.keepings = keepings;
        this.journal = journal;
    }

    /**
     * A page of recordings, newest first.
     *
     * @param all those of everybody; else one's own, whatever {@code filter.person} says
     * @param filter of the sessions they belong to
     * @param after {@link RecordingPage#next} of the page before
     * @param limit 1 to {@link SessionOperations#MOST_PER_PAGE}
     * @throws sallyport.db.DatabaseAway if the database does not answer
     */
    public Outcome<RecordingPage> list(
            Caller caller, boolean all, HistoryFilter filter, Optional<SessionId> after, int limit) {
        if (all && !caller.person().may(Permission.VIEW_RECORDING)) {
            return Permissions.lacking("seeing other people's recordings", Permission.VIEW_RECORDING);
        }
        return Pages.checked(filter, limit).then(_ -> {
            SessionPage page = Pages.of(
                    history, sessions, all ? filter : Pages.ownOnly(filter, caller), Optional.empty(), after, limit);
            Map<SessionId, Keeping> keeping = keepings.of(page.items());
            return new Outcome.Done<>(new RecordingPage(
                    page.items().stream()
                            .map(view -> RecordingView.of(view, Optional.ofNullable(keeping.get(view.id()))))
                            .toList(),
                    page.next()));
        });
    }

    /**
     * One recording.
     *
     * @param idOrName of its session: the id, the first four or more characters of a code, or a name
     * @throws sallyport.db.DatabaseAway if the database does not answer and no live session is meant
     */
    public Outcome<RecordingView> show(Caller caller, String idOrName) {
        return find(caller, idOrName, Permission.VIEW_RECORDING, "seeing other people's recordings")
                .then(view -> new Outcome.Done<>(RecordingView.of(view, keepings.of(view))));
    }

    /**
     * Opens a recording for copying, after writing down that it was taken. The answer can be written once or more often.
     *
     * @param idOrName of its session
     * @param format {@code v3 v2 raw raw-stderr text json}
     * @throws sallyport.db.DatabaseAway if the database does not answer and no live session is meant
     * @throws UncheckedIOException if the audit journal or the store cannot be used; then nothing may be taken
     */
    public Outcome<RecordingDownload> open(Caller caller, String idOrName, String format) {
        Optional<Format> as = Format.of(format);
        if (as.isEmpty()) {
            return new Outcome.Invalid<>("no recording format is called " + Quoted.of(format) + "; there are: "
                    + Stream.of(Format.values()).map(Format::word).collect(Collectors.joining(", ")));
        }
        return find(caller, idOrName, Permission.DOWNLOAD_RECORDING, "taking copies of other people's recordings")
                .then(view -> open(caller, view, as.get()));
    }

    private Outcome<RecordingDownload> open(Caller caller, SessionView view, Format format) {
        return readable(view).then(file -> {
            journal.write(caller, new AuditEvent.RecordingDownloaded(view.id(), format.word()));
            return new Outcome.Done<>(new RecordingDownload(view, file, format));
        });
    }

    /**
     * Opens a recording for looking at it, after writing down that it is looked at.
     *
     * @param idOrName of its session
     * @param from where to begin
     * @throws sallyport.db.DatabaseAway if the database does not answer and no live session is meant
     * @throws UncheckedIOException if the audit journal or the store cannot be used; then nothing may be shown
     */
    public Outcome<RecordingPlay> play(Caller caller, String idOrName, PlayFrom from) {
        return find(caller, idOrName, Permission.VIEW_RECORDING, "seeing other people's recordings")
                .then(view -> {
                    PlayFrom moment = resolved(view.row(), from);
                    Optional<String> outside = outside(view.row(), moment);
                    return outside.isPresent()
                            ? new Outcome.Invalid<>(outside.get())
                            : readable(view).then(file -> play(caller, view, moment, file));
                });
    }

    private Outcome<RecordingPlay> play(Caller caller, SessionView view, PlayFrom from, RecordingFile file) {
        journal.write(caller, new AuditEvent.SessionViewed(view.id(), "recording from " + words(from)));
        return new Outcome.Done<>(
                new RecordingPlay(view, from, file, () -> live.find(view.id()).isPresent()));
    }

    /**
     * Opens what was typed in a session for looking at it, after writing down that it is looked at. One's own session's always, of
     * others' with {@link Permission#VIEW_INPUT}, whatever else one may see.
     *
     * @param idOrName of the session
     * @throws sallyport.db.DatabaseAway if the database does not answer and no live session is meant
     * @throws UncheckedIOException if the audit journal or the store cannot be used; then nothing may be shown
     */
    public Outcome<RecordingInput> input(Caller caller, String idOrName) {
        return find(caller, idOrName, Permission.VIEW_INPUT, "seeing what other people typed")
                .then(view -> view.row().recordsInput() == InputRecording.OFF
                        ? new Outcome.Refused<>("what is typed is not recorded in session " + view.code()
                                + "; a rule with record_input has it recorded")
                        : readable(view).then(file -> {
                            journal.write(caller, new AuditEvent.SessionViewed(view.id(), "input"));
                            return new Outcome.Done<>(new RecordingInput(view, file));
                        }));
    }

    private PlayFrom resolved(SessionRow row, PlayFrom from) {
        if (!(from instanceof PlayFrom.TimeOfDay(LocalTime time))) {
            return from;
        }
        Instant end = row.endedAt().orElse(journal.now());
        OffsetDateTime thatDay = end.atOffset(ZoneOffset.UTC).with(time);
        return new PlayFrom.Moment((thatDay.toInstant().isAfter(end) ? thatDay.minusDays(1) : thatDay).toInstant());
    }

    private Optional<String> outside(SessionRow row, PlayFrom from) {
        return switch (from) {
            case PlayFrom.Moment(Instant time) -> SessionTexts.outside(row, time, journal.now());
            case PlayFrom.Since(Duration start) -> {
                Duration length =
                        Duration.between(row.startedAt(), row.endedAt().orElse(journal.now()));
                yield Optional.of("session " + row.id().code()
                                + (row.endedAt().isPresent() ? " took " : " has taken ")
                                + SinceStart.format(length) + ", less than " + SinceStart.format(start))
                        // What is shown as its last second is in it.
                        .filter(_ -> start.toSeconds() > length.toSeconds());
            }
            case PlayFrom.Beginning _, PlayFrom.Latest _, PlayFrom.TimeOfDay _ -> Optional.empty();
        };
    }

    private static String words(PlayFrom from) {
        return switch (from) {
            case PlayFrom.Beginning _ -> "its beginning";
            case PlayFrom.Latest _ -> "its latest";
            case PlayFrom.Since(Duration start) -> SinceStart.format(start);
            case PlayFrom.Moment(Instant time) -> Times.utc(time);
            case PlayFrom.TimeOfDay(LocalTime time) -> time.toString();
        };
    }

    /** No key here opens the recording: in words, which were tried. */
    static <T> Outcome<T> locked(SessionView view, VaultLocked locked) {
        return new Outcome.Refused<>("the recording of session " + view.code() + " is locked: " + locked.getMessage());
    }

    /** The recording, if a key that is here opens it. Found out before anything is written down or given out. */
    private Outcome<RecordingFile> readable(SessionView view) {
        return file(view).then(file -> {
            try (RecordingReader shown = file.reader();
                    RecordingReader typed = file.inputReader()) {
                var _ = shown.header();
                var _ = typed.header();
                return new Outcome.Done<>(file);
            } catch (VaultLocked locked) {
                return locked(view, locked);
            } catch (IOException unreadable) {
                throw unreadable(view, unreadable);
            }
        });
    }

    private static UncheckedIOException unreadable(SessionView view, IOException cause) {
        return new UncheckedIOException(
                "the recording of session " + view.code() + " cannot be read; look at the disk of the recordings",
                cause);
    }

    private Outcome<RecordingFile> file(SessionView view) {
        if (keepings.of(view).orElse(null) instanceof Keeping.Gone(Purge(Instant at, String rule))) {
            return new Outcome.Refused<>("the recording of session " + view.code() + " was removed at " + Times.utc(at)
                    + " (" + rule + "); only its history is left");
        }
        Optional<RecordingFile> file;
        try {
            file = store.find(view.id().toString());
        } catch (IOException unreadable) {
            throw unreadable(view, unreadable);
        }
        return file.<Outcome<RecordingFile>>map(Outcome.Done::new)
                .orElseGet(() -> new Outcome.Refused<>(
                        "session " + view.code() + " has no recording any more, only its history"));
    }

    /** Whoever may see that the session exists is told which permission is missing; to others it is absent. */
    Outcome<SessionView> find(Caller caller, String idOrName, Permission needed, String doing) {
        Predicate<SessionRow> own = row -> row.person().equals(caller.person().id());
        boolean seesAll = caller.person().may(needed)
                || caller.person().may(Permission.VIEW_RECORDING)
                || caller.person().may(Permission.VIEW_HISTORY);
        return sessions.find(caller.person(), idOrName, own.or(_ -> seesAll))
                .then(view -> own.test(view.row()) || caller.person().may(needed)
                        ? new Outcome.Done<>(view)
                        : Permissions.lacking(doing, needed));
    }
}
