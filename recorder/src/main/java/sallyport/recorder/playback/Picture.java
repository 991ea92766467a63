package sallyport.recorder.playback;

import java.time.Duration;
import java.time.Instant;
import sallyport.recorder.RecordingReader;

/** What a terminal showed at one moment of a recording, and the way on from there. */
public final class Picture {

    private final Duration at;
    private final Instant time;
    private final int columns;
    private final int rows;
    private final byte[] screen;
    private final RecordingReader reader;

    /**
     * @param at since the start, up to the last event before it
     * @param time the same by the wall clock
     * @param screen escape sequences that draw what it showed
     * @param reader gives the events behind it; whoever takes the picture closes it
     */
    public Picture(Duration at, Instant time, int columns, int rows, byte[] screen, RecordingReader reader) {
        this.at = at;
        this.time = time;
        this.columns = columns;
        this.rows = rows;
        this.screen = screen.clone();
        this.reader = reader;
    }

    Duration at() {
        return at;
    }

    Instant time() {
        return time;
    }

    int columns() {
        return columns;
    }

    int rows() {
        return rows;
    }

    /** Not a copy. */
    byte[] screen() {
        return screen;
    }

    RecordingReader reader() {
        return reader;
    }
}
