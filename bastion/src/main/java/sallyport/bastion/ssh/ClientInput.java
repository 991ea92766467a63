package sallyport.bastion.ssh;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import sallyport.bastion.session.Attachment;

/**
 * What a client sends on one channel. First it waits here, for questions to be asked and the backend to open; then
 * {@link #flowTo} hands it on as it comes. Bounded by the channel's window: credit is given back only for bytes that somebody
 * has taken.
 */
final class ClientInput {

    private final IntConsumer release;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();

    @GuardedBy("lock")
    private boolean ended;

    @GuardedBy("lock")
    private @Nullable Attachment to;

    /** @param release gives window credit back to the client, in bytes */
    ClientInput(IntConsumer release) {
        this.release = release;
    }

    /** Bytes from the client, taken over. On an I/O thread. */
    void put(byte[] bytes) {
        // Under the lock, so that what waited and what comes now keep their order. Attachments never block.
        lock.lock();
        try {
            if (to != null) {
                to.input(bytes, () -> release.accept(bytes.length));
            } else {
                waiting.add(bytes);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The client sends no more: its EOF, or the end of the channel. */
    void end() {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            ended = true;
            changed.signalAll();
            if (to != null) {
                to.inputEnded();
            }
        } finally {
            lock.unlock();
        }
    }

    /** From now on everything goes to {@code attachment}, what waited first. */
    void flowTo(Attachment attachment) {
        lock.lock();
        try {
            to = attachment;
            for (byte[] bytes : waiting) {
                attachment.input(bytes, () -> release.accept(bytes.length));
            }
            waiting.clear();
            if (ended) {
                attachment.inputEnded();
            }
        } finally {
            lock.unlock();
        }
    }

    /** What a key press may bring while a question or a wait is on. */
    sealed interface Key {
        /** One byte. */
        record Pressed(int value) implements Key {}

        /** Nothing within the time. */
        record Nothing() implements Key {}

        /** The client sends no more. */
        record Ended() implements Key {}
    }

    /** The next byte, waiting at most {@code limit}. Not on an I/O thread. */
    Key key(Duration limit) {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (waiting.isEmpty()) {
                if (ended) {
                    return new Key.Ended();
                }
                if (left <= 0) {
                    return new Key.Nothing();
                }
                left = changed.awaitNanos(left);
            }
            byte[] single = new byte[1];
            take(single, 0, 1);
            return new Key.Pressed(single[0] & 0xff);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Key.Ended();
        } finally {
            lock.unlock();
        }
    }

    /** The input as a stream, for prompts and commands. Reads wait; the end of input is the end of the stream. */
    InputStream stream() {
        return new InputStream() {
            @Override
            public int read() {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                if (length == 0) {
                    return 0;
                }
                lock.lock();
                try {
                    while (waiting.isEmpty() && !ended) {
                        changed.await();
                    }
                    return waiting.isEmpty() ? -1 : take(into, offset, length);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return -1;
                } finally {
                    lock.unlock();
                }
            }

            @Override
            public int available() {
                lock.lock();
                try {
                    return waiting.stream().mapToInt(bytes -> bytes.length).sum();
                } finally {
                    lock.unlock();
                }
            }
        };
    }

    @GuardedBy("lock")
    private int take(byte[] into, int offset, int length) {
        byte[] first = waiting.removeFirst();
        int taken = Math.min(length, first.length);
        System.arraycopy(first, 0, into, offset, taken);
        if (taken < first.length) {
            waiting.addFirst(Arrays.copyOfRange(first, taken, first.length));
        }
        release.accept(taken);
        return taken;
    }
}
