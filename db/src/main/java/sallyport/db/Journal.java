package sallyport.db;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of segment files that audit entries wait in. One thread writes, one carries; room is asked for by many.
 *
 * <p>No position is stored: a segment is deleted when all of it is in the database, and what a kill leaves behind is carried
 * again, which stores nothing twice because entries have ids.
 */
final class Journal implements AutoCloseable {

    /** When a segment is this long, the next one begins. */
    private static final long SEGMENT_BYTES = 1L << 20;

    private static final String SUFFIX = ".journal";
    private static final Pattern SEGMENT_NAME = Pattern.compile("[0-9]{16}\\.journal");

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final Path folder;
    private final long limit;
    private final FileChannel lockFile;
    private final FileLock folderLock;

    /** Guards the numbers and the list of segments. Never held while a file is read or written, but for their removal. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Deque<JournalSegment> segments = new ArrayDeque<>();

    /** Bytes of all segments. */
    @GuardedBy("lock")
    private long stored;

    /** Bytes that have been promised room and are not written yet. */
    @GuardedBy("lock")
    private long promised;

    /** Bytes that have ever been in a segment of this object, and how many of them have been carried. */
    @GuardedBy("lock")
    private long written;

    @GuardedBy("lock")
    private long carried;

    @GuardedBy("lock")
    private boolean stopping;

    @GuardedBy("lock")
    private boolean hurried;

    /** The segment being written, if one is. Only the writing thread touches these. */
    private @Nullable Current current;

    private long nextNumber;

    private record Current(JournalSegment segment, FileChannel file) {}

    private Journal(Path folder, long limit, FileChannel lockFile, FileLock folderLock) {
        this.folder = folder;
        this.limit = limit;
        this.lockFile = lockFile;
        this.folderLock = folderLock;
    }

    static Journal open(Path folder, long limit) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        FileChannel lockFile =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock folderLock = lock(folder, lockFile);
            Journal journal = new Journal(folder, limit, lockFile, folderLock);
            journal.find();
            return journal;
        } catch (IOException e) {
            lockFile.close();
            throw e;
        }
    }

    private static FileLock lock(Path folder, FileChannel lockFile) throws IOException {
        FileLock folderLock;
        try {
            folderLock = lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            throw inUse(folder, e);
        }
        if (folderLock == null) {
            throw inUse(folder, null);
        }
        return folderLock;
    }

    private static IOException inUse(Path folder, @Nullable Exception cause) {
        return new IOException(
                "the audit journal in " + folder + " is in use by another bastion; give each its own folder", cause);
    }

    private void find() throws IOException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(folder)) {
            files = entries.filter(f ->
                            SEGMENT_NAME.matcher(f.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
        lock.lock();
        try {
            for (Path file : files) {
                String name = file.getFileName().toString();
                nextNumber = Long.parseLong(name.substring(0, name.length() - SUFFIX.length())) + 1;
                JournalSegment segment = JournalSegment.found(file);
                segments.add(segment);
                stored += segment.size;
                written += segment.size;
                removeIfDone(segment);
            }
        } finally {
            lock.unlock();
        }
        if (!files.isEmpty()) {
            LOG.info("{} files of audit entries from an earlier run are carried to the database now", files.size());
        }
    }

    /** Promises room for a line of that many bytes; false if there is none. */
    boolean promise(int bytes) {
        lock.lock();
        try {
            if (stored + promised + bytes > limit) {
                return false;
            }
            promised += bytes;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a promise back: the line was written, or could not be. */
    void unpromise(long bytes) {
        lock.lock();
        try {
            promised -= bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Whether more than an eighth of the limit is free. */
    boolean hasRoom() {
        lock.lock();
        try {
            return stored + promised < limit - limit / 8;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes {@code lines} and syncs them. On the writing thread only, which nobody may interrupt. After an exception, the next
     * call begins a new segment; of the lines of the failed call some may be kept.
     */
    void write(ByteBuffer lines) throws IOException {
        int length = lines.remaining();
        try {
            Current target = current == null ? begin() : current;
            while (lines.hasRemaining()) {
                target.file.write(lines);
            }
            target.file.force(false);
            if (grow(target.segment, length) >= Math.min(SEGMENT_BYTES, limit / 8)) {
                end();
            }
        } catch (IOException e) {
            abandon(e);
            throw e;
        }
    }

    private Current begin() throws IOException {
        Path path = folder.resolve("%016d%s".formatted(nextNumber, SUFFIX));
        FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        nextNumber++;
        Current begun = new Current(new JournalSegment(path, 0, true), file);
        current = begun;
        // A new file is only safe from a power cut once its folder is.
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
        lock.lock();
        try {
            segments.add(begun.segment);
        } finally {
            lock.unlock();
        }
        return begun;
    }

    private long grow(JournalSegment segment, int length) {
        lock.lock();
        try {
            segment.size += length;
            stored += length;
            written += length;
            changed.signalAll();
            return segment.size;
        } finally {
            lock.unlock();
        }
    }

    private void end() throws IOException {
        Current ended = current;
        if (ended == null) {
            return;
        }
        current = null;
        lock.lock();
        try {
            ended.segment.open = false;
            removeIfDone(ended.segment);
        } finally {
            lock.unlock();
        }
        ended.file.close();
    }

    /** Leaves a segment that could not be written, cut back to what is synced as far as the disk allows. */
    private void abandon(IOException why) {
        try {
            if (current != null && current.file.isOpen()) {
                current.file.truncate(syncedSize(current.segment));
            }
            end();
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    private long syncedSize(JournalSegment segment) {
        lock.lock();
        try {
            return segment.size;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for rows to carry; empty once {@link #stopCarrying} was called. */
    Optional<JournalSegment.Batch> next() throws IOException {
        JournalSegment segment;
        long from;
        long to;
        lock.lock();
        try {
            while (!stopping && written == carried) {
                changed.awaitUninterruptibly();
            }
            if (stopping) {
                return Optional.empty();
            }
            segment = segments.stream()
                    .filter(s -> s.carried < s.size)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("the journal's numbers do not agree"));
            from = segment.carried;
            to = segment.size;
        } finally {
            lock.unlock();
        }
        return Optional.of(segment.read(from, to));
    }

    /** Notes that {@code batch} is in the database. */
    void carried(JournalSegment.Batch batch) {
        JournalSegment segment = batch.segment();
        lock.lock();
        try {
            carried += batch.end() - segment.carried;
            segment.carried = batch.end();
            segment.damaged |= batch.damaged();
            removeIfDone(segment);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void removeIfDone(JournalSegment segment) {
        if (segment.open || segment.carried < segment.size) {
            return;
        }
        segments.remove(segment);
        stored -= segment.size;
        try {
            if (segment.damaged) {
                Files.move(segment.file, segment.file.resolveSibling(segment.file.getFileName() + ".damaged"));
            } else {
                Files.deleteIfExists(segment.file);
            }
        } catch (IOException e) {
            LOG.warn(
                    "{} is in the database and could not be removed; the next start carries it again", segment.file, e);
        }
    }

    /** Waits for at most {@code pause}, less if {@link #stopCarrying} or {@link #hurry} is called. */
    void pause(Duration pause) {
        long left = pause.toNanos();
        boolean interrupted = false;
        lock.lock();
        try {
            while (!stopping && !hurried && left > 0) {
                try {
                    left = changed.awaitNanos(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            hurried = false;
        } finally {
            lock.unlock();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the {@link #pause} that goes on, or else the next one. */
    void hurry() {
        lock.lock();
        try {
            hurried = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes wait to be carried. */
    long waiting() {
        lock.lock();
        try {
            return written - carried;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until what is written now is carried; false if that took longer than {@code limit}. */
    boolean awaitCarried(Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            long goal = written;
            while (carried < goal) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Makes {@link #next} and {@link #pause} return. */
    void stopCarrying() {
        lock.lock();
        try {
            stopping = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Only when both threads have left. A second time does nothing. */
    @Override
    public void close() throws IOException {
        if (!lockFile.isOpen()) {
            return;
        }
        try (lockFile) {
            end();
            folderLock.release();
        }
    }
}
