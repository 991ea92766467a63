package sallyport.recorder;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Gives the whole lines of a file that may be growing. For one thread at a time. */
public final class LineReader implements Closeable {

    private static final int FIRST_SIZE = 64 * 1024;

    private final Source source;
    private byte[] buffer = new byte[FIRST_SIZE];

    /** Where in the file {@code buffer[0]} is. */
    private long base;

    private int filled;
    private int start;
    private int end;

    /** Behind the newline of the line. */
    private int next;

    /** Where the search for the next newline goes on. */
    private int searched;

    /**
     * @param source closed with this
     * @param from where the first line begins
     */
    public LineReader(Source source, long from) {
        this.source = source;
        this.base = from;
    }

    /** A reader of the same source from byte {@code offset} on; this one is not used any more. */
    LineReader from(long offset) {
        return new LineReader(source, offset);
    }

    /** Goes to the next line, if it is there as a whole and not {@link #isTooLong}. */
    public boolean next() throws IOException {
        start = next;
        end = next;
        searched = Math.max(searched, next);
        while (true) {
            while (searched < filled) {
                if (buffer[searched++] == '\n') {
                    end = searched - 1;
                    next = searched;
                    return true;
                }
            }
            if (isTooLong() || !fill()) {
                return false;
            }
        }
    }

    /** Whether the line at which {@link #next} stopped is longer than any line may be. */
    boolean isTooLong() {
        return filled - next >= RecordingReader.LONGEST_LINE;
    }

    private boolean fill() throws IOException {
        if (filled == buffer.length) {
            if (next > 0) {
                System.arraycopy(buffer, next, buffer, 0, filled - next);
                base += next;
                filled -= next;
                searched -= next;
                start = 0;
                end = 0;
                next = 0;
            } else {
                buffer = Arrays.copyOf(buffer, Math.min(buffer.length * 4, RecordingReader.LONGEST_LINE));
            }
        }
        int room = buffer.length - filled;
        int read = room == 0 ? -1 : source.read(ByteBuffer.wrap(buffer, filled, room), base + filled);
        if (read <= 0) {
            return false;
        }
        filled += read;
        return true;
    }

    /** Holds the line from {@link #start} to before {@link #end}, until the next line is asked for. */
    public byte[] buffer() {
        return buffer;
    }

    /** Where the line begins in {@link #buffer}. */
    public int start() {
        return start;
    }

    /** Where its newline is in {@link #buffer}. */
    public int end() {
        return end;
    }

    /** Where in the file the line begins. */
    long lineAt() {
        return base + start;
    }

    /** Whether there are bytes behind the last whole line. */
    boolean hasRest() {
        return filled > next;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
