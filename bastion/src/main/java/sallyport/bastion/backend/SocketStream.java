package sallyport.bastion.backend;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A TCP connection of the bastion's own as an end of something that passes. Two threads wait for it, one for each way. */
final class SocketStream implements StreamEnd {

    private static final int READ_BYTES = 32 * 1024;

    private static final Logger log = LoggerFactory.getLogger(SocketStream.class);

    private final Executor threads;
    private final AtomicBoolean lost = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Queue<Due> due = new ArrayDeque<>();

    /** What may be read before some of it was given back. */
    @GuardedBy("lock")
    private long credit = ChannelStream.WINDOW_BYTES;

    /** The one that is connected, or being connected. */
    @GuardedBy("lock")
    private @Nullable SocketChannel current;

    @GuardedBy("lock")
    private boolean closed;

    /** Ways that have ended; after both it is over. */
    @GuardedBy("lock")
    private int ended;

    private volatile @Nullable Intake events;

    private sealed interface Due {
        final class Bytes implements Due {
            private final byte[] bytes;
            private final IntConsumer taken;

            Bytes(byte[] bytes, IntConsumer taken) {
                this.bytes = bytes;
                this.taken = taken;
            }
        }

        record End() implements Due {}

        record Close() implements Due {}
    }

    /** Not connected yet. */
    SocketStream(Executor threads) {
        this.threads = threads;
    }

    /** Connects; may wait so long. When it has failed, it may be tried again. */
    void connect(InetSocketAddress to, Duration limit) throws IOException {
        SocketChannel fresh = fresh();
        try {
            fresh.socket().setTcpNoDelay(true);
            fresh.socket().connect(to, Math.toIntExact(limit.toMillis()));
        } catch (IOException e) {
            fresh.close();
            throw e;
        }
    }

    private SocketChannel fresh() throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new ClosedChannelException();
            }
            SocketChannel fresh = SocketChannel.open();
            current = fresh;
            return fresh;
        } finally {
            lock.unlock();
        }
    }

    /** @throws ClosedChannelException if it is closed, or was never connected */
    private SocketChannel socket() throws ClosedChannelException {
        lock.lock();
        try {
            if (closed || current == null) {
                throw new ClosedChannelException();
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    /** Begins to read and write: it is joined. */
    void begin() {
        try {
            threads.execute(this::read);
            threads.execute(this::write);
        } catch (RejectedExecutionException over) {
            lose();
        }
    }

    @Override
    public void tell(Intake whom) {
        events = whom;
        if (lost.get()) {
            whom.lost();
        }
    }

    private void read() {
        byte[] buffer = new byte[READ_BYTES];
        try {
            SocketChannel socket = socket();
            while (true) {
                int most = awaitCredit();
                int length = most == 0 ? -1 : socket.read(ByteBuffer.wrap(buffer, 0, Math.min(most, READ_BYTES)));
                if (length < 0) {
                    break;
                }
                take(length);
                tellReceived(Arrays.copyOf(buffer, length));
            }
            Intake to = events;
            if (to != null) {
                to.end();
            }
            wayEnded();
        } catch (IOException e) {
            broke(e);
        }
    }

    private void broke(IOException how) {
        log.debug("what passes over the network broke: {}", how.toString());
        lose();
    }

    private void tellReceived(byte[] bytes) {
        Intake to = events;
        if (to != null) {
            to.receive(bytes);
        }
    }

    /** How much may be read; 0 once closed. */
    private int awaitCredit() {
        lock.lock();
        try {
            while (credit == 0 && !closed) {
                changed.awaitUninterruptibly();
            }
            return closed ? 0 : (int) Math.min(credit, READ_BYTES);
        } finally {
            lock.unlock();
        }
    }

    private void take(int length) {
        lock.lock();
        try {
            credit -= length;
        } finally {
            lock.unlock();
        }
    }

    private void write() {
        try {
            SocketChannel socket = socket();
            Due next;
            while ((next = next()) != null) {
                switch (next) {
                    case Due.Bytes piece -> {
                        ByteBuffer left = ByteBuffer.wrap(piece.bytes);
                        try {
                            while (left.hasRemaining()) {
                                socket.write(left);
                            }
                        } finally {
                            piece.taken.accept(piece.bytes.length);
                        }
                    }
                    case Due.End _ -> {
                        socket.shutdownOutput();
                        wayEnded();
                    }
                    case Due.Close _ -> lose();
                }
            }
        } catch (IOException e) {
            broke(e);
        }
    }

    private @Nullable Due next() {
        lock.lock();
        try {
            while (due.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            return closed ? null : due.poll();
        } finally {
            lock.unlock();
        }
    }

    private void wayEnded() {
        boolean both;
        lock.lock();
        try {
            both = ++ended == 2;
        } finally {
            lock.unlock();
        }
        if (both) {
            lose();
        }
    }

    private boolean add(Due more) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            due.add(more);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void send(byte[] bytes, IntConsumer taken) {
        if (!add(new Due.Bytes(bytes, taken))) {
            taken.accept(bytes.length);
        }
    }

    @Override
    public void sendEnd() {
        add(new Due.End());
    }

    @Override
    public void release(int bytes) {
        lock.lock();
        try {
            credit += bytes;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void finish() {
        add(new Due.Close());
    }

    @Override
    public void cut() {
        lose();
    }

    private void lose() {
        SocketChannel last;
        lock.lock();
        try {
            closed = true;
            last = current;
            due.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (last != null) {
                last.close();
            }
        } catch (IOException e) {
            log.debug("{} did not close in good order: {}", last, e.toString());
        }
        Intake to = events;
        if (!lost.getAndSet(true) && to != null) {
            to.lost();
        }
    }
}
