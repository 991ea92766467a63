package sallyport.bastion.ssh;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import sallyport.bastion.session.Attachment;

/**
 * What a client sends on one channel. First it waits here, for questions to be asked and the backend to open; then
 * {@link #flowTo} hands it on as it comes. Bounded by the channel's window: credit is given back only for bytes that somebody
 * has taken. What waits is one array, so that single bytes cost no more than they are; signals and breaks wait among
 * them, in the order in which they were sent.
 */
final class ClientInput {

    /** Most signals and breaks that wait; more of them are refused, and the client is told so if it asked. */
    static final int MOST_WAITING = 16;

    private final IntConsumer release;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** What waits is between {@link #from} and {@link #upTo}. */
    @GuardedBy("lock")
    private byte[] waiting = new byte[0];

    @GuardedBy("lock")
    private int from;

    @GuardedBy("lock")
    private int upTo;

    /** How many bytes have ever waited. */
    @GuardedBy("lock")
    private long kept;

    /** What waits besides, each behind the bytes that were sent before it. */
    @GuardedBy("lock")
    private final Deque<Waiting> others = new ArrayDeque<>(0);

    /** @param behind so many of the bytes that have ever waited */
    private record Waiting(long behind, Consumer<Attachment> action) {}

    @GuardedBy("lock")
    private boolean ended;

    @GuardedBy("lock")
    private boolean closed;

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
            if (closed) {
                return;
            }
            if (to != null) {
                to.input(bytes, release);
            } else {
                keep(bytes);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets {@code action} happen behind all bytes that were sent before, now or once {@link #flowTo} is called. False if too many
     * wait already. On an I/O thread; the action must not block.
     */
    boolean inOrder(Consumer<Attachment> action) {
        lock.lock();
        try {
            if (to != null) {
                action.accept(to);
                return true;
            }
            if (closed || others.size() == MOST_WAITING) {
                return false;
            }
            others.add(new Waiting(kept, action));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The client sends no more: its EOF. What it sent before can still be read. */
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

    /** The channel is gone: nobody reads what is left of its input. */
    void close() {
        lock.lock();
        try {
            closed = true;
            forget();
            others.clear();
        } finally {
            lock.unlock();
        }
        end();
    }

    /** From now on everything goes to {@code attachment}, what waited first. */
    void flowTo(Attachment attachment) {
        lock.lock();
        try {
            to = attachment;
            for (Waiting other : others) {
                // What was sent before it may have answered a question meanwhile.
                int before = (int) Math.max(0, left() - (kept - other.behind));
                passOn(attachment, before);
                other.action.accept(attachment);
            }
            others.clear();
            passOn(attachment, left());
            forget();
            if (ended) {
                attachment.inputEnded();
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void passOn(Attachment attachment, int bytes) {
        if (bytes > 0) {
            attachment.input(Arrays.copyOfRange(waiting, from, from + bytes), release);
            from += bytes;
        }
    }

    /** What a moment of waiting for keys may bring while a question or a wait is on. */
    sealed interface Keys {
        /** What was typed, one character for each byte. */
        record Typed(String bytes) implements Keys {}

        /** Nothing within the time. */
        record Nothing() implements Keys {}

        /** The client will send no more, but may still be told something. */
        record Ended() implements Keys {}

        /** The client is gone. */
        record Gone() implements Keys {}
    }

    /** All that has been typed, waiting at most {@code limit} for something. Not on an I/O thread. */
    Keys keys(Duration limit) {
        long nanos = limit.toNanos();
        lock.lock();
        try {
            while (left() == 0) {
                if (closed) {
                    return new Keys.Gone();
                }
                if (ended) {
                    return new Keys.Ended();
                }
                if (nanos <= 0) {
                    return new Keys.Nothing();
                }
                nanos = changed.awaitNanos(nanos);
            }
            byte[] typed = new byte[left()];
            take(typed, 0, typed.length);
            return new Keys.Typed(new String(typed, StandardCharsets.ISO_8859_1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Keys.Gone();
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
                    while (left() == 0 && !ended) {
                        changed.await();
                    }
                    return left() == 0 ? -1 : take(into, offset, length);
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
                    return left();
                } finally {
                    lock.unlock();
                }
            }
        };
    }

    @GuardedBy("lock")
    private int left() {
        return upTo - from;
    }

    @GuardedBy("lock")
    private void keep(byte[] bytes) {
        if (upTo + bytes.length > waiting.length) {
            int left = left();
            byte[] roomy = left + bytes.length > waiting.length
                    ? new byte[Math.max(2 * waiting.length, left + bytes.length)]
                    : waiting;
            System.arraycopy(waiting, from, roomy, 0, left);
            waiting = roomy;
            from = 0;
            upTo = left;
        }
        System.arraycopy(bytes, 0, waiting, upTo, bytes.length);
        upTo += bytes.length;
        kept += bytes.length;
    }

    @GuardedBy("lock")
    private int take(byte[] into, int offset, int length) {
        int taken = Math.min(length, left());
        System.arraycopy(waiting, from, into, offset, taken);
        from += taken;
        if (left() == 0) {
            forget();
        }
        release.accept(taken);
        return taken;
    }

    /** Nothing waits any more; the room is given back too, since most channels never need it again. */
    @GuardedBy("lock")
    private void forget() {
        waiting = new byte[0];
        from = 0;
        upTo = 0;
    }
}
