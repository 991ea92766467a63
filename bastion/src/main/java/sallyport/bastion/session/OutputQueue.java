package sallyport.bastion.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a backend has written and the session's pump has not taken yet, and the steps that are to happen between two pieces
 * of it. Its bound is the backend's window: output beyond it does not arrive before credit is given back. One I/O thread
 * puts output, one pump takes all that is there, so that bulk arrives in large pieces and a keystroke does not wait.
 */
final class OutputQueue {

    /** Most that is taken at once: one recording event, one write. */
    static final int LARGEST_CHUNK = 64 * 1024;

    private static final int SMALLEST_BUFFER = 128;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    @GuardedBy("lock")
    private boolean closed;

    /** What the pump does next. */
    sealed interface Item {}

    /** Bytes of one stream, in order; nobody else has a hand on the array. */
    static final class Chunk implements Item {
        final boolean stderr;
        final byte[] bytes;

        Chunk(boolean stderr, byte[] bytes) {
            this.stderr = stderr;
            this.bytes = bytes;
        }
    }

    /** Something that has its place between what was written before and after. */
    record Step(Runnable action) implements Item {}

    private sealed interface Waiting {}

    private record Due(Step step) implements Waiting {}

    private static final class Filling implements Waiting {
        final boolean stderr;
        byte[] bytes;
        int length;

        Filling(boolean stderr, int first) {
            this.stderr = stderr;
            this.bytes = new byte[first > LARGEST_CHUNK / 8 ? LARGEST_CHUNK : Math.max(SMALLEST_BUFFER, first)];
        }

        boolean takes(boolean stream) {
            return stderr == stream && length < LARGEST_CHUNK;
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

        Chunk chunk() {
            return new Chunk(stderr, length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
        }
    }

    /** Adds a copy of the bytes. Never blocks for longer than a copy. */
    void put(boolean stderr, byte[] bytes, int offset, int length) {
        lock.lock();
        try {
            int done = 0;
            while (done < length) {
                Filling last;
                if (waiting.peekLast() instanceof Filling filling && filling.takes(stderr)) {
                    last = filling;
                } else {
                    last = new Filling(stderr, length - done);
                    waiting.add(last);
                }
                done += last.take(bytes, offset + done, length - done);
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Lets {@code action} run behind all that was put before. It must not throw. False if the pump takes no more. */
    boolean put(Runnable action) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            waiting.add(new Due(new Step(action)));
            changed.signal();
            return true;
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

    /** Whether nothing waits just now. */
    boolean isEmpty() {
        lock.lock();
        try {
            return waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The next step, or all that is there of one stream, {@link #LARGEST_CHUNK} at most; waits for some; null once closed
     * and empty.
     */
    @Nullable
    Item take() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            return switch (waiting.poll()) {
                case null -> null;
                case Due(Step step) -> step;
                case Filling filling -> filling.chunk();
            };
        } finally {
            lock.unlock();
        }
    }
}
