package sallyport.db;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of the journal. The fields are guarded by the lock of the {@link Journal} it belongs to; reading the file needs no
 * lock, since bytes below {@link #size} never change.
 */
final class JournalSegment {

    /** Rows carried in one transaction, at most: few enough for the time that a call to the database has. */
    static final int BATCH_ROWS = 100;

    private static final int BATCH_BYTES = 256 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(JournalSegment.class);

    final Path file;

    /** How many bytes are synced. */
    long size;

    /** How many of these are in the database. */
    long carried;

    /** Whether more may be written to it. */
    boolean open;

    /** Whether it has a line that is not what was written; then it is kept. */
    boolean damaged;

    JournalSegment(Path file, long size, boolean open) {
        this.file = file;
        this.size = size;
        this.open = open;
    }

    /** Rows to carry, which end at byte {@code end} of {@code segment}. */
    record Batch(JournalSegment segment, long end, List<JournalRow> rows, boolean damaged) {}

    /**
     * A file that an earlier process left. What follows its last line feed was being written when that process died, so nobody
     * was told that it is kept; it is cut off.
     */
    static JournalSegment found(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int end = lastLineFeed(bytes, bytes.length) + 1;
        if (end < bytes.length) {
            LOG.warn("{}: the last {} bytes are a line that was cut off; dropped", file, bytes.length - end);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(end).force(true);
            }
        }
        return new JournalSegment(file, end, false);
    }

    /** Reads on from {@code from}, at most to {@code to}, which is behind it and at the end of a line. */
    Batch read(long from, long to) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            int length = (int) Math.min(to - from, BATCH_BYTES);
            while (true) {
                byte[] bytes = new byte[length];
                fill(channel, ByteBuffer.wrap(bytes), from);
                int end = lastLineFeed(bytes, length) + 1;
                if (end > 0) {
                    return parse(bytes, end, from);
                }
                if (length == to - from) {
                    throw new IOException(file + " has no line end where one was written");
                }
                length = (int) Math.min(to - from, 2L * length);
            }
        }
    }

    private static void fill(FileChannel channel, ByteBuffer buffer, long from) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                throw new IOException("the file has become shorter");
            }
        }
    }

    private Batch parse(byte[] bytes, int length, long from) {
        List<JournalRow> rows = new ArrayList<>();
        boolean broken = false;
        int start = 0;
        while (start < length && rows.size() < BATCH_ROWS) {
            int end = start;
            while (bytes[end] != '\n') {
                end++;
            }
            // An empty line is the mark of a probe of the disk.
            if (end > start) {
                try {
                    rows.add(JournalRow.read(
                            JournalLine.decode(bytes, start, end).orElseThrow()));
                } catch (RuntimeException e) {
                    LOG.error("{}: the line at byte {} is damaged; the file will be kept", file, from + start, e);
                    broken = true;
                }
            }
            start = end + 1;
        }
        return new Batch(this, from + start, rows, broken);
    }

    private static int lastLineFeed(byte[] bytes, int length) {
        int i = length - 1;
        while (i >= 0 && bytes[i] != '\n') {
            i--;
        }
        return i;
    }
}
