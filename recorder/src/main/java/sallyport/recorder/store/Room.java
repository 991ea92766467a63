package sallyport.recorder.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How much room the disk has. A little is always left, so that a full disk is seen before a write is cut short, which nothing
 * could put right; and there may be a reserve, a file that is given up when a recording needs its room that may not wait.
 * Safe for any thread.
 */
final class Room {

    /** Where the reserve is, below the root of the store. */
    static final String RESERVE = "reserve";

    /** At most so much is always left free, in bytes; on a small disk a part of it. */
    private static final long MOST_LEFT_FREE = 8L << 20;

    private static final int PART_LEFT_FREE = 64;

    private final Path root;
    private final long reserveBytes;
    private final AtomicLong sinceLook = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private @Nullable FileStore disk;

    private volatile long leftFree;
    private volatile boolean full;

    /** The reserve was given up: what may not use it waits until there is room for it again. */
    private volatile boolean reserveIsOut;

    Room(Path root, long reserveBytes) {
        this.root = root;
        this.reserveBytes = reserveBytes;
    }

    /** Whether so many bytes more may be written. */
    boolean has(int bytes, boolean mayUseReserve) {
        if (full || reserveIsOut || sinceLook.addAndGet(bytes) >= leftFree / 8) {
            look(bytes);
        }
        return reserveIsOut ? mayUseReserve : !full;
    }

    private void look(int bytes) {
        lock.lock();
        try {
            sinceLook.set(0);
            if (disk == null) {
                disk = Files.getFileStore(root);
                leftFree = Math.min(MOST_LEFT_FREE, disk.getTotalSpace() / PART_LEFT_FREE);
            }
            long free = disk.getUsableSpace();
            // On a small disk one write may be more than what is left free.
            full = free < Math.max(leftFree, 2L * bytes);
            if (reserveIsOut && free >= leftFree + 2 * reserveBytes) {
                reserveIsOut = false;
                fillReserve();
            }
        } catch (IOException e) {
            // Not known: the write itself will tell.
            full = false;
        } finally {
            lock.unlock();
        }
    }

    /** Gives up the reserve. False if there is none any more. */
    boolean release() {
        lock.lock();
        try {
            if (!Files.deleteIfExists(root.resolve(RESERVE))) {
                return false;
            }
            reserveIsOut = true;
            return true;
        } catch (IOException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Makes the reserve, if there is to be one and it is not there. */
    void keepReserve() {
        lock.lock();
        try {
            Path file = root.resolve(RESERVE);
            if (reserveBytes > 0 && (!Files.exists(file) || Files.size(file) < reserveBytes)) {
                fillReserve();
            }
        } catch (IOException e) {
            // The disk is too full for it: there is none.
        } finally {
            lock.unlock();
        }
    }

    /** With noise, since there are file systems that keep no zeros. */
    @GuardedBy("lock")
    private void fillReserve() {
        Path file = root.resolve(RESERVE);
        Random noise = new Random();
        byte[] piece = new byte[64 << 10];
        try {
            Folders.makeIfAbsent(root);
            try (OutputStream out = Files.newOutputStream(file)) {
                for (long left = reserveBytes; left > 0; left -= piece.length) {
                    noise.nextBytes(piece);
                    out.write(piece, 0, (int) Math.min(left, piece.length));
                }
            }
        } catch (IOException e) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException still) {
                // It will be found too small, and made again.
            }
        }
    }
}
