package sallyport.bastion.backend;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.sshd.common.util.buffer.Buffer;

/** A program on a target, run by the target's own sshd. */
final class SshBackend implements Backend {

    private final TargetChannel channel;
    private final TargetTransport transport;

    /** Whether the transport was left: once, by whichever side ends it first. */
    private final AtomicBoolean left = new AtomicBoolean();

    SshBackend(TargetChannel channel, TargetTransport transport) {
        this.channel = channel;
        this.transport = transport;
        channel.addCloseFutureListener(_ -> {
            if (!left.getAndSet(true)) {
                transport.leaveForNow();
            }
        });
    }

    @Override
    public void input(byte[] bytes, IntConsumer taken) {
        channel.writer().offer(false, bytes, taken);
    }

    @Override
    public void inputEnded() {
        channel.sendInputEnded();
    }

    @Override
    public void resize(TerminalSize size) {
        request("window-change", buffer -> TargetChannel.putSize(buffer, size));
    }

    @Override
    public void signal(String name) {
        request("signal", buffer -> buffer.putString(name));
    }

    @Override
    public void sendBreak(long milliseconds) {
        request("break", buffer -> buffer.putUInt(milliseconds));
    }

    @Override
    public void release(int bytes) {
        channel.release(bytes);
    }

    /**
     * Drops what was typed and not sent, and closes the channel: sshd then hangs up on the program. A transport that nobody else
     * uses is closed with it, since OpenSSH's sshd keeps a channel without a terminal until the program is over.
     */
    @Override
    public void close() {
        channel.writer().dropQueued();
        if (left.getAndSet(true) || !transport.leaveAndCut()) {
            channel.close(false);
        }
    }

    private void request(String name, Consumer<Buffer> details) {
        if (channel.isClosing()) {
            return;
        }
        Buffer buffer = channel.request(name, false);
        details.accept(buffer);
        try {
            channel.writePacket(buffer);
        } catch (IOException e) {
            channel.close(true);
        }
    }

    @Override
    public String toString() {
        return "SshBackend[" + transport + "]";
    }
}
