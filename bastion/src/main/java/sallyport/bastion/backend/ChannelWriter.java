package sallyport.bastion.backend;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.RemoteWindow;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes bytes to the peer of one channel, in order, as its window allows. At most one chunk is under way: the next starts
 * when the transport has taken the last packet of the one before, whatever window the peer claims (T49). The queue behind
 * it is bounded by whoever offers: they give back their own source's credit only when their bytes were taken.
 *
 * <p>May be called on any thread; never blocks.
 */
public final class ChannelWriter {

    /** Most bytes that waiting pieces are put together to. */
    private static final int LARGEST_MERGED = 64 * 1024;

    private final Channel channel;
    private final ReentrantLock lock = new ReentrantLock();

    /** The chunk at the head is the one under way. */
    @GuardedBy("lock")
    private final ArrayDeque<Chunk> queue = new ArrayDeque<>();

    /** Whether packets of the head are being written, or the last of them is awaited. */
    @GuardedBy("lock")
    private boolean writing;

    @GuardedBy("lock")
    private boolean closed;

    @GuardedBy("lock")
    private @Nullable Runnable whenDrained;

    /** A writer to {@code channel}, which passes window-adjusts on to {@link #windowExpanded}. */
    public ChannelWriter(Channel channel) {
        this.channel = channel;
    }

    private static final class Chunk {
        final boolean stderr;
        final IntConsumer taken;
        byte[] bytes;
        int length;
        int written;

        Chunk(boolean stderr, byte[] bytes, IntConsumer taken) {
            this.stderr = stderr;
            this.bytes = bytes;
            this.length = bytes.length;
            this.taken = taken;
        }

        boolean takes(boolean stream, byte[] more, IntConsumer whom) {
            return stderr == stream && taken.equals(whom) && length + more.length <= LARGEST_MERGED;
        }

        void add(byte[] more) {
            if (length + more.length > bytes.length) {
                bytes = Arrays.copyOf(
                        bytes, Math.min(LARGEST_MERGED, Math.max(2 * bytes.length, length + more.length)));
            }
            System.arraycopy(more, 0, bytes, length, more.length);
            length += more.length;
        }
    }

    /**
     * Queues {@code bytes}, which the caller must not change afterwards. Small pieces that wait behind one another are put
     * together, so that a peer who sends single bytes cannot make them cost more than they are.
     *
     * @param taken told how many bytes are with the transport, or will never be because the channel is closing; must not block
     */
    public void offer(boolean stderr, byte[] bytes, IntConsumer taken) {
        boolean queued = false;
        lock.lock();
        try {
            if (!closed) {
                Chunk last = queue.size() > 1 ? queue.peekLast() : null;
                if (last != null && last.takes(stderr, bytes, taken)) {
                    last.add(bytes);
                } else {
                    queue.add(new Chunk(stderr, bytes, taken));
                }
                queued = true;
            }
        } finally {
            lock.unlock();
        }
        if (queued) {
            drain();
        } else {
            taken.accept(bytes.length);
        }
    }

    /** The peer has opened its window further. */
    public void windowExpanded() {
        drain();
    }

    /** Runs {@code then} once everything offered so far is with the transport, or the writer is closed. */
    public void whenDrained(Runnable then) {
        lock.lock();
        try {
            if (!queue.isEmpty() && !closed) {
                whenDrained = then;
                return;
            }
        } finally {
            lock.unlock();
        }
        then.run();
    }

    /** Forgets what has not begun to be written; a chunk under way is finished first. */
    public void dropQueued() {
        ArrayDeque<Chunk> dropped = new ArrayDeque<>();
        lock.lock();
        try {
            Chunk head = queue.peek();
            boolean underWay = head != null && (writing || head.written > 0);
            if (underWay) {
                queue.poll();
            }
            dropped.addAll(queue);
            queue.clear();
            // A head that waits for window space is dropped too: its rest can never be waited for.
            if (underWay && writing) {
                queue.add(head);
            } else if (underWay) {
                dropped.add(head);
            }
        } finally {
            lock.unlock();
        }
        dropped.forEach(chunk -> chunk.taken.accept(chunk.length));
    }

    /** The channel is gone: everything queued counts as taken. */
    public void close() {
        ArrayDeque<Chunk> dropped;
        Runnable then;
        lock.lock();
        try {
            closed = true;
            dropped = new ArrayDeque<>(queue);
            queue.clear();
            then = whenDrained;
            whenDrained = null;
        } finally {
            lock.unlock();
        }
        dropped.forEach(chunk -> chunk.taken.accept(chunk.length));
        if (then != null) {
            then.run();
        }
    }

    /** Whether the channel is gone. */
    public boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private void drain() {
        while (true) {
            Chunk chunk;
            lock.lock();
            try {
                chunk = queue.peek();
                if (writing || closed || chunk == null) {
                    return;
                }
                writing = true;
            } finally {
                lock.unlock();
            }
            IoWriteFuture last = null;
            try {
                last = writePackets(chunk);
            } catch (IOException e) {
                // The transport is gone; the channel's own closing tells everybody.
                close();
                return;
            }
            if (last == null) {
                lock.lock();
                try {
                    writing = false;
                } finally {
                    lock.unlock();
                }
                // The window may have opened between the look at it and this line; its drain saw `writing` and left.
                if (channel.getRemoteWindow().getSize() == 0) {
                    return;
                }
                continue;
            }
            // Whoever comes second goes on: this loop if the write is finished already, else the listener. So a chain
            // of
            // writes that finish at once is a loop, not a recursion.
            AtomicInteger arrived = new AtomicInteger();
            last.addListener(future -> {
                finished(chunk, future.isWritten());
                if (arrived.incrementAndGet() == 2) {
                    drain();
                }
            });
            if (arrived.incrementAndGet() != 2) {
                return;
            }
        }
    }

    /** Writes what the window allows of {@code chunk}; null if it allows nothing. */
    private @Nullable IoWriteFuture writePackets(Chunk chunk) throws IOException {
        RemoteWindow window = channel.getRemoteWindow();
        IoWriteFuture last = null;
        while (chunk.written < chunk.length) {
            int length =
                    (int) Math.min(chunk.length - chunk.written, Math.min(window.getSize(), window.getPacketSize()));
            if (length <= 0) {
                break;
            }
            window.consume(length);
            byte type = chunk.stderr ? SshConstants.SSH_MSG_CHANNEL_EXTENDED_DATA : SshConstants.SSH_MSG_CHANNEL_DATA;
            Buffer packet = channel.getSession().createBuffer(type, length + 16);
            packet.putUInt(channel.getRecipient());
            if (chunk.stderr) {
                packet.putInt(SshConstants.SSH_EXTENDED_DATA_STDERR);
            }
            packet.putBytes(chunk.bytes, chunk.written, length);
            last = channel.getSession().writePacket(packet);
            chunk.written += length;
        }
        return last;
    }

    private void finished(Chunk chunk, boolean written) {
        Runnable then = null;
        boolean done;
        lock.lock();
        try {
            writing = false;
            done = chunk.written >= chunk.length && queue.peek() == chunk;
            if (done) {
                queue.poll();
            }
            if (queue.isEmpty()) {
                then = whenDrained;
                whenDrained = null;
            }
        } finally {
            lock.unlock();
        }
        if (done) {
            chunk.taken.accept(chunk.length);
        }
        if (then != null) {
            then.run();
        }
        if (!written) {
            close();
        }
    }
}
