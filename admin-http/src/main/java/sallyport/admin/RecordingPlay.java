package sallyport.admin;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.playback.Picture;
import sallyport.recorder.playback.Playback;
import sallyport.recorder.store.KeyFrame;
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
        return new Playback.Source() {
            @Override
            public RecordingReader reader() throws IOException {
                return file.reader();
            }

            @Override
            public Optional<Picture> before(Duration at) throws IOException {
                return picture(file.seek(at));
            }

            @Override
            public Optional<Picture> before(Instant time) throws IOException {
                return picture(file.seek(time));
            }
        };
    }

    /** Streams without a terminal have none, and are read. */
    private static Optional<Picture> picture(RecordingFile.Place place) throws IOException {
        Optional<KeyFrame> frame = place.frame();
        if (frame.isEmpty()) {
            place.close();
            return Optional.empty();
        }
        return frame.map(shown ->
                new Picture(shown.at(), shown.time(), shown.columns(), shown.rows(), shown.screen(), place.reader()));
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
