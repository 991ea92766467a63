package sallyport.bastion.backend;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.sshd.client.channel.AbstractClientChannel;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.util.buffer.Buffer;
import org.jspecify.annotations.Nullable;
import sallyport.policy.Command;
import sallyport.policy.Mode;

/**
 * A session channel on a target's sshd (RFC 4254 section 6). Bytes go straight from the packet to {@link BackendEvents};
 * window credit is given back only by {@link #release}.
 */
final class TargetChannel extends AbstractClientChannel {

    private static final String PTY_REQ = "pty-req";

    /** Columns, rows and the two of pixels of a client that has no terminal itself (ssh -tt). */
    private static final byte[] NO_SIZE = new byte[4 * Integer.BYTES];

    private final Launch launch;
    private final BackendEvents events;
    private final ChannelWriter writer = new ChannelWriter(this);
    private final CompletableFuture<Void> started = new CompletableFuture<>();

    /** Requests whose answer is awaited, in the order sent: answers carry no name. Only touched on the I/O thread. */
    private final ArrayDeque<String> awaited = new ArrayDeque<>();

    TargetChannel(Launch launch, BackendEvents events) {
        super("session");
        this.launch = launch;
        this.events = events;
    }

    /** Completes when the target has agreed to run the program; fails in words when it has not. */
    CompletableFuture<Void> started() {
        return started;
    }

    ChannelWriter writer() {
        return writer;
    }

    @Override
    protected void doOpen() throws IOException {
        Optional<Launch.Terminal> terminal = launch.terminal();
        if (terminal.isPresent()) {
            Buffer request = request(PTY_REQ, true);
            request.putString(terminal.get().type());
            if (terminal.get().sizeIsNamed()) {
                putSize(request, terminal.get().size());
            } else {
                request.putRawBytes(NO_SIZE);
            }
            request.putBytes(terminal.get().modes().encoded());
            send(PTY_REQ, request);
        }
        for (Map.Entry<String, String> variable : launch.environment().entrySet()) {
            Buffer request = request("env", false);
            request.putString(variable.getKey());
            request.putString(variable.getValue());
            writePacket(request);
        }
        for (Launch.Ask ask : launch.asks()) {
            Buffer request = request(ask.name(), true);
            request.putRawBytes(ask.details());
            send(ask.name(), request);
        }
        switch (launch.mode()) {
            case Mode.Shell _ -> send(CHANNEL_SHELL, request(CHANNEL_SHELL, true));
            case Mode.Job(var command) -> exec(command);
            case Mode.Forwarding _ -> throw new IllegalStateException("what passes has channels of its own");
            case Mode.Exec(var command, boolean _) -> exec(command);
            case Mode.Subsystem(String name) -> {
                Buffer request = request(CHANNEL_SUBSYSTEM, true);
                request.putString(name);
                send(CHANNEL_SUBSYSTEM, request);
            }
        }
    }

    private void exec(Command command) throws IOException {
        Buffer request = request(CHANNEL_EXEC, true);
        request.putBytes(command.bytes());
        send(CHANNEL_EXEC, request);
    }

    private void send(String name, Buffer request) throws IOException {
        awaited.add(name);
        writePacket(request);
    }

    /** A channel request up to its want-reply flag. */
    Buffer request(String name, boolean wantReply) {
        Buffer buffer = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST);
        buffer.putUInt(getRecipient());
        buffer.putString(name);
        buffer.putBoolean(wantReply);
        return buffer;
    }

    static void putSize(Buffer buffer, TerminalSize size) {
        buffer.putUInt(size.columns());
        buffer.putUInt(size.rows());
        buffer.putUInt(size.pixelWidth());
        buffer.putUInt(size.pixelHeight());
    }

    @Override
    public void handleSuccess() {
        if (starts(awaited.poll())) {
            started.complete(null);
        }
    }

    @Override
    public void handleFailure() {
        String refused = awaited.poll();
        asked(refused).ifPresent(Launch.Ask::refused);
        // A target without terminals, or one that passes nothing on, still runs the program, as it does for a direct
        // client.
        if (starts(refused)) {
            started.completeExceptionally(new IOException("the target refuses the " + refused + " request"));
            close(true);
        }
    }

    private boolean starts(@Nullable String request) {
        return !PTY_REQ.equals(request) && asked(request).isEmpty();
    }

    private Optional<Launch.Ask> asked(@Nullable String request) {
        return launch.asks().stream().filter(ask -> ask.name().equals(request)).findFirst();
    }

    @Override
    protected void doWriteData(byte[] data, int off, long len) {
        events.output(false, data, off, (int) len);
    }

    @Override
    protected void doWriteExtendedData(byte[] data, int off, long len) {
        events.output(true, data, off, (int) len);
    }

    @Override
    protected void handleChannelRequest(String name, boolean wantReply, Buffer buffer) throws IOException {
        switch (name) {
            case "exit-status" -> events.exited(new ProgramExit.Status((int) (buffer.getUInt() & 0xff)));
            case "exit-signal" ->
                events.exited(new ProgramExit.Signal(buffer.getString(), buffer.getBoolean(), buffer.getString()));
            default -> {
                super.handleChannelRequest(name, wantReply, buffer);
                return;
            }
        }
        sendResponse(buffer, name, RequestHandler.Result.ReplySuccess, wantReply);
    }

    @Override
    public void handleWindowAdjust(Buffer buffer) throws IOException {
        super.handleWindowAdjust(buffer);
        writer.windowExpanded();
    }

    void release(int bytes) {
        if (isClosing()) {
            return;
        }
        try {
            getLocalWindow().release(bytes);
        } catch (IOException e) {
            close(true);
        }
    }

    void sendInputEnded() {
        writer.whenDrained(() -> {
            try {
                sendEof();
            } catch (IOException e) {
                close(true);
            }
        });
    }

    @Override
    protected void preClose() {
        try {
            super.preClose();
        } finally {
            writer.close();
            started.completeExceptionally(new IOException("the target closed the channel before the program started"));
            events.closed();
        }
    }
}
