package sallyport.admin;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import sallyport.recorder.playback.Playback;
import sallyport.recorder.store.RecordingFile;

/** A recording that somebody may look at; that they do is already written. */
public final class RecordingPlay {

    private final SessionView session;
    private final PlayFrom from;
    private final RecordingFile file;
    private final BooleanSupplier lives;

    RecordingPlay(SessionView session, PlayFrom from, RecordingFile file, BooleanSupplier lives) {
        this.session = session;
        this.from = from;
        this.file = file;
        this.lives = lives;
    }

    /** Whose recording it is. */
    public SessionView session() {
        return session;
    }

    /** Where to begin: within the session, and never a {@link PlayFrom.TimeOfDay}. */
    public PlayFrom from() {
        return from;
    }

    /** What there is to play. It uses no database, and the session does not know of it. */
    public Playback.Source source() {
        return file::reader;
    }

    /** Whether the recording may still grow. Safe for any thread, never waits. */
    public boolean grows() {
        return lives.getAsBoolean();
    }

    /** How long the session took, if it is over. */
    public Optional<Duration> length() {
        return session.row().endedAt().map(end -> Duration.between(session.row().startedAt(), end));
    }
}
