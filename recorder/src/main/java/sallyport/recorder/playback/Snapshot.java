package sallyport.recorder.playback;

import sallyport.recorder.RecordingReader;
import sallyport.recorder.screen.Redraw;
import sallyport.recorder.screen.Screen;

/** All that is needed to go on from a place of a recording. */
final class Snapshot {

    /** About what all but the drawing takes, in bytes. */
    private static final long OVERHEAD = 200;

    private final long position;
    private final RecordingReader.Place place;
    private final State state;
    private final int columns;
    private final int rows;

    /** The screen and what is above it, as escape sequences. */
    private final byte[] drawn;

    private Snapshot(long position, RecordingReader.Place place, State state, Screen screen) {
        this.position = position;
        this.place = place;
        this.state = state;
        this.columns = screen.columns();
        this.rows = screen.rows();
        this.drawn = Redraw.of(screen, screen.scrollbackLines());
    }

    /** @param position the byte of the recording that {@code reader} has come to */
    static Snapshot of(long position, RecordingReader reader, State state, Screen screen) {
        return new Snapshot(position, reader.place(), state, screen);
    }

    /** Which byte of the recording it was taken at. */
    long position() {
        return position;
    }

    RecordingReader.Place place() {
        return place;
    }

    State state() {
        return state;
    }

    /** The screen again. */
    Screen screen(int scrollbackBytes) {
        Screen screen = new Screen(columns, rows, scrollbackBytes);
        screen.feed(drawn);
        return screen;
    }

    /** About how much memory it takes. */
    long bytes() {
        return drawn.length + OVERHEAD;
    }
}
