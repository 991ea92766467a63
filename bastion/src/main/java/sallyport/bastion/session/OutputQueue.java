package sallyport.bastion.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a backend has written and the session's pump has not taken yet. Its bound is the backend's window: output beyond it
 * does not arrive before credit is given back. One I/O thread puts, one pump takes all that is there, so that bulk arrives
 * in large pieces and a keystroke does not wait.
 */
final class OutputQueue {

    /** Most that is taken at once: one recording event, one write. */
    static final int LARGEST_CHUNK = 64 * 1024;

    private static final int SMALLEST_BUFFER = 128;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final ArrayDeque<Filling> runs = new ArrayDeque<>();

    @GuardedBy("lock")
    private boolean closed;

    /** Bytes of one stream, in order; nobody else has a hand on the array. */
    static final class Chunk {
        final boolean stderr;
        final byte[] bytes;

        Chunk(boolean stderr, byte[] bytes) {
            this.stderr = stderr;
            this.bytes = bytes;
        }
    }

    private static final class Filling {
        final boolean stderr;
        byte[] bytes;
        int length;

        Filling(boolean stderr, int first) {
            this.stderr = stderr;
            this.bytes = new byte[first > LARGEST_CHUNK / 8 ? LARGEST_CHUNK : Math.max(SMALLEST_BUFFER, first)];
        }

        int take(byte[] source, int offset, int available) {
            int taken = Math.min(available, LARGEST_CHUNK - length);
            if (length + taken > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(LARGEST_CHUNK, Math.max(2 * bytes.length, length + taken)));
            }
            System.arraycopy(source, offset, bytes, length, taken);
            length += taken;
            return taken;
        }
    }

    /** Adds a copy of the bytes. Never blocks for longer than a copy. */
    void put(boolean stderr, byte[] bytes, int offset, int length) {
        lock.lock();
        try {
            int done = 0;
            while (done < length) {
                Filling last = runs.peekLast();
                if (last == null || last.stderr != stderr || last.length == LARGEST_CHUNK) {
                    last = new Filling(stderr, length - done);
                    runs.add(last);
                }
                done += last.take(bytes, offset + done, length - done);
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more will come; what is there can still be taken. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** All that is there of one stream, {@link #LARGEST_CHUNK} at most; waits for some; null once closed and empty. */
    @Nullable
    Chunk take() {
        lock.lock();
        try {
            while (runs.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            Filling first = runs.poll();
            if (first == null) {
                return null;
            }
            byte[] exact = first.length == first.bytes.length ? first.bytes : Arrays.copyOf(first.bytes, first.length);
            return new Chunk(first.stderr, exact);
        } finally {
            lock.unlock();
        }
    }
}
