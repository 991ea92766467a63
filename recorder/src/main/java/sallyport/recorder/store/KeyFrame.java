package sallyport.recorder.store;

import java.time.Duration;
import java.time.Instant;

/** What a terminal showed at one moment of a recording, and where in the recording that moment is. */
public final class KeyFrame {
    private final Duration at;
    private final Instant time;
    private final int part;
    private final long offset;
    private final int columns;
    private final int rows;
    private final byte[] screen;

    KeyFrame(Duration at, Instant time, int part, long offset, int columns, int rows, byte[] screen) {
        this.at = at;
        this.time = time;
        this.part = part;
        this.offset = offset;
        this.columns = columns;
        this.rows = rows;
        this.screen = screen;
    }

    /** Since the start of the session, up to the last event before it. */
    public Duration at() {
        return at;
    }

    /** The same by the wall clock, as the clock comments tell it. */
    public Instant time() {
        return time;
    }

    /** Which part, from 1. */
    public int part() {
        return part;
    }

    /** Byte of the plain part at which the next line begins. */
    public long offset() {
        return offset;
    }

    /** Width of the terminal in cells. */
    public int columns() {
        return columns;
    }

    /** Height of the terminal in cells. */
    public int rows() {
        return rows;
    }

    /** Escape sequences that draw what it showed on a terminal of that size, whatever that one shows. */
    public byte[] screen() {
        return screen.clone();
    }
}
