package sallyport.bastion.ssh;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.apache.sshd.common.future.CloseFuture;
import org.apache.sshd.common.future.DefaultCloseFuture;
import org.apache.sshd.common.io.AbstractIoWriteFuture;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoService;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.bastion.backend.ChannelWriter;
import sallyport.bastion.backend.Intake;

/**
 * A channel as the transport of another ssh connection, in place of a socket. A write is finished when the outer connection's
 * transport has it, so a client that reads nothing holds up whoever writes as it would directly; what is read gives its window
 * back when the inner connection has it.
 *
 * <p>Locks of the two connections are only ever taken from the inner to the outer. An outer one may be held when a write
 * finishes or the channel ends, so what follows from that for the inner connection happens aside, on a thread that holds none.
 */
final class JumpTransport extends AbstractCloseable implements IoSession, Intake {

    /**
     * Most bytes that may wait for the client. All the channels that there can be stay below with the one packet of 32 KiB that each
     * has under way; answers to a client that asks and never reads do not, and end its connection here.
     */
    static final int MOST_WAITING_BYTES = 8 * 1024 * 1024;

    private static final Logger transportLog = LoggerFactory.getLogger(JumpTransport.class);

    private static final AtomicLong IDS = new AtomicLong();

    /** Stands in {@link #arrived} for the client's EOF; what it sends is never empty there. */
    private static final byte[] END = new byte[0];

    private final long id = IDS.incrementAndGet();
    private final DirectChannel channel;
    private final Jump jump;
    private final SshFront front;
    private final IoSession outer;
    private final ChannelWriter writer;
    private final Map<Object, Object> attributes = new ConcurrentHashMap<>();
    private final AtomicBoolean lost = new AtomicBoolean();

    /** Guards what is under way in either direction; nothing is called while it is held. */
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Queue<byte[]> arrived = new ArrayDeque<>();

    /** Nothing is read before somebody says so. */
    @GuardedBy("lock")
    private boolean reading;

    @GuardedBy("lock")
    private boolean handingOver;

    @GuardedBy("lock")
    private final Queue<Write> underWay = new ArrayDeque<>();

    @GuardedBy("lock")
    private long offered;

    @GuardedBy("lock")
    private long taken;

    @GuardedBy("lock")
    private boolean finishing;

    /** One object, so that small pieces can be put together. */
    private final IntConsumer onTaken = this::taken;

    /** Over {@code channel}; nothing is read yet. */
    JumpTransport(DirectChannel channel, Jump jump, SshFront front) {
        this.channel = channel;
        this.jump = jump;
        this.front = front;
        this.outer = jump.outer().getIoSession();
        this.writer = new ChannelWriter(channel);
    }

    Jump jump() {
        return jump;
    }

    // --- from the client ---

    /** Bytes from the client. */
    @Override
    public void receive(byte[] bytes) {
        if (bytes.length > 0) {
            arrived(bytes);
        }
    }

    /** The client sends no more. As with a socket, that is the end of the connection. */
    @Override
    public void end() {
        arrived(END);
    }

    private void arrived(byte[] bytes) {
        lock.lock();
        try {
            arrived.add(bytes);
        } finally {
            lock.unlock();
        }
        handOver();
    }

    @Override
    public void suspendRead() {
        lock.lock();
        try {
            reading = false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void resumeRead() {
        lock.lock();
        try {
            reading = true;
        } finally {
            lock.unlock();
        }
        handOver();
    }

    /** Gives the inner connection what has come, on one thread at a time. */
    private void handOver() {
        while (true) {
            byte[] next;
            lock.lock();
            try {
                if (!reading || handingOver || arrived.isEmpty()) {
                    return;
                }
                handingOver = true;
                next = arrived.remove();
            } finally {
                lock.unlock();
            }
            try {
                handOver(next);
            } finally {
                lock.lock();
                try {
                    handingOver = false;
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    private void handOver(byte[] next) {
        if (next.length == 0) {
            close(true);
            return;
        }
        IoHandler inner = front.inner();
        try {
            if (!isClosing()) {
                inner.messageReceived(this, new ByteArrayBuffer(next));
            }
        } catch (Exception e) {
            failed(inner, e);
        }
        channel.release(next.length);
    }

    private void failed(IoHandler inner, Exception cause) {
        try {
            inner.exceptionCaught(this, cause);
        } catch (Exception e) {
            transportLog.debug("{} fell over its own failure", this, e);
            close(true);
        }
    }

    // --- to the client ---

    private static final class Write extends AbstractIoWriteFuture {

        private final long upTo;

        Write(long id, long upTo) {
            super(id, null);
            this.upTo = upTo;
        }

        void finish(boolean written) {
            setValue(written ? true : new ClosedChannelException());
        }
    }

    @Override
    public IoWriteFuture writeBuffer(Buffer buffer) {
        byte[] bytes = Arrays.copyOfRange(buffer.array(), buffer.rpos(), buffer.rpos() + buffer.available());
        Write write;
        long waiting;
        lock.lock();
        try {
            offered += bytes.length;
            write = new Write(id, offered);
            underWay.add(write);
            waiting = offered - taken;
        } finally {
            lock.unlock();
        }
        writer.offer(false, bytes, onTaken);
        boolean isOneTooMany = waiting > MOST_WAITING_BYTES && waiting - bytes.length <= MOST_WAITING_BYTES;
        if (isOneTooMany && !isClosing()) {
            transportLog.warn("{} does not read what it asks for; closed", this);
            front.aside(() -> close(true));
        }
        return write;
    }

    private void taken(int bytes) {
        lock.lock();
        try {
            taken += bytes;
            if (finishing) {
                return;
            }
            finishing = true;
        } finally {
            lock.unlock();
        }
        front.aside(this::finish);
    }

    /** Finishes the writes whose bytes were taken, in order. */
    private void finish() {
        while (true) {
            Write write;
            lock.lock();
            try {
                write = underWay.peek();
                if (write == null || write.upTo > taken) {
                    finishing = false;
                    return;
                }
                underWay.remove();
            } finally {
                lock.unlock();
            }
            write.finish(!lost.get());
        }
    }

    @Override
    public void windowExpanded() {
        writer.windowExpanded();
    }

    /** Nobody does this to the transport of an ssh connection. */
    @Override
    public void shutdownOutputStream() {
        close(false);
    }

    // --- the end ---

    /** The channel is gone, or going: for the inner connection that is a network that broke. */
    @Override
    public void lost() {
        lost.set(true);
        writer.close();
        front.aside(() -> close(true));
    }

    @Override
    protected CloseFuture doCloseGracefully() {
        CloseFuture drained = new DefaultCloseFuture(this, futureLock);
        writer.whenDrained(() -> front.aside(drained::setClosed));
        return drained;
    }

    @Override
    protected void doCloseImmediately() {
        // Politely: of a channel that is closed at once the client is not told, and would wait for ever.
        channel.close(false);
        super.doCloseImmediately();
        front.aside(this::tellInner);
    }

    private void tellInner() {
        try {
            front.inner().sessionClosed(this);
        } catch (Exception e) {
            transportLog.debug("{} had no connection inside it", this, e);
        }
    }

    // --- as a socket would ---

    @Override
    public long getId() {
        return id;
    }

    @Override
    public IoService getService() {
        return outer.getService();
    }

    @Override
    public @Nullable SocketAddress getAcceptanceAddress() {
        return outer.getAcceptanceAddress();
    }

    @Override
    public SocketAddress getLocalAddress() {
        return outer.getLocalAddress();
    }

    @Override
    public SocketAddress getRemoteAddress() {
        return outer.getRemoteAddress();
    }

    @Override
    public @Nullable Object getAttribute(Object key) {
        return attributes.get(key);
    }

    @Override
    public @Nullable Object setAttribute(Object key, Object value) {
        return attributes.put(key, value);
    }

    @Override
    public @Nullable Object setAttributeIfAbsent(Object key, Object value) {
        return attributes.putIfAbsent(key, value);
    }

    @Override
    public @Nullable Object removeAttribute(Object key) {
        return attributes.remove(key);
    }

    @Override
    public String toString() {
        return "jump-" + id + " of " + jump.connection().person().name() + " to " + jump.target();
    }
}
