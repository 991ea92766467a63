package sallyport.bastion.ssh;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import sallyport.bastion.backend.ChannelWriter;

/**
 * A channel's stdout or stderr as a blocking stream, for commands of the console. Writing waits until the client has taken
 * what was written before; a client that is gone swallows everything, and the next write says so. For one thread.
 */
final class ChannelSink extends OutputStream {

    private static final int BUFFER_BYTES = 32 * 1024;

    private final ChannelWriter writer;
    private final boolean stderr;
    private final Semaphore free = new Semaphore(1);
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int filled;

    ChannelSink(ChannelWriter writer, boolean stderr) {
        this.writer = writer;
        this.stderr = stderr;
    }

    @Override
    public void write(int b) throws IOException {
        if (filled == buffer.length) {
            flush();
        }
        buffer[filled++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (filled == buffer.length) {
                flush();
            }
            int count = Math.min(length - done, buffer.length - filled);
            System.arraycopy(bytes, offset + done, buffer, filled, count);
            filled += count;
            done += count;
        }
    }

    @Override
    public void flush() throws IOException {
        if (writer.isClosed()) {
            throw new IOException("the client is gone");
        }
        if (filled == 0) {
            return;
        }
        byte[] bytes = Arrays.copyOf(buffer, filled);
        filled = 0;
        free.acquireUninterruptibly();
        writer.offer(stderr, bytes, _ -> free.release());
    }
}
