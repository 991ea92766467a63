package sallyport.recorder;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Gives the whole lines of a file that may be growing. For one thread at a time. */
final class LineReader implements Closeable {

    private static final int FIRST_SIZE = 64 * 1024;

    private final FileChannel channel;
    private final long limit;
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

    /** @param limit how much of the file to look at, in bytes */
    LineReader(Path file, long limit) throws IOException {
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        this.limit = limit;
    }

    /** Goes to the next line, if it is there as a whole and not {@link #isTooLong}. */
    boolean next() throws IOException {
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
        int room = (int) Math.min(buffer.length - filled, Math.max(0, limit - base - filled));
        int read = room == 0 ? -1 : channel.read(ByteBuffer.wrap(buffer, filled, room), base + filled);
        if (read <= 0) {
            return false;
        }
        filled += read;
        return true;
    }

    /** Holds the line from {@link #start} to {@link #end}, until the next line is asked for. */
    byte[] buffer() {
        return buffer;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /** Where in the file the line begins. */
    long lineAt() {
        return base + start;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
