package sallyport.bastion.backend;

import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.sshd.common.util.buffer.Buffer;

/** A program on a target, run by the target's own sshd. */
final class SshBackend implements Backend {

    private final TargetChannel channel;
    private final TargetTransport transport;

    SshBackend(TargetChannel channel, TargetTransport transport) {
        this.channel = channel;
        this.transport = transport;
        channel.addCloseFutureListener(_ -> transport.leave());
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

    /** Drops what was typed and not sent, and closes the channel: sshd then hangs up on the program. */
    @Override
    public void close() {
        channel.writer().dropQueued();
        channel.close(false);
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
