package sallyport.bastion.ssh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.bastion.backend.ChannelWriter;
import sallyport.bastion.backend.Launch;
import sallyport.bastion.backend.TerminalSize;
import sallyport.bastion.session.Attachment;
import sallyport.bastion.session.ClientEnd;
import sallyport.policy.Command;
import sallyport.policy.Mode;
import sallyport.policy.session.Ending;
import sallyport.recorder.screen.Redraw;

/**
 * One session channel of a client (RFC 4254 section 6). Collects what comes before the program, then starts one {@link Visit}
 * for the shell, exec or subsystem that is asked for. Runs on I/O threads; a refusal is the visit's, in words on stderr and
 * with an exit status, since the failure of a channel request would hide the words.
 */
final class ClientChannel extends DoorChannel implements ClientEnd {

    private static final Logger log = LoggerFactory.getLogger(ClientChannel.class);

    /** Switches off what a program may have switched on that was cut off, then begins a fresh line. */
    private static final String CLEAN_LINE = new String(Redraw.inverse(), StandardCharsets.US_ASCII) + "\r\n";

    /** The client's agent for the program (OpenSSH's PROTOCOL.agent). */
    static final String AGENT_REQUEST = "auth-agent-req@openssh.com";

    /** The client's X11 display for the program (RFC 4254 section 6.3.1). */
    static final String X11_REQUEST = "x11-req";

    /** Longest name of a protocol and longest cookie in an {@link #X11_REQUEST}, in bytes. */
    private static final int LONGEST_COOKIE = 1024;

    private final SshFront front;
    private final ChannelWriter writer = new ChannelWriter(this);
    private final ClientInput input = new ClientInput(this::release);
    private final ProgramEnvironment environment = new ProgramEnvironment();
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean ending = new AtomicBoolean();

    /** The last words have been said, or there are none: nothing comes after them. */
    private final AtomicBoolean told = new AtomicBoolean();

    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    /** One object, so that it can be found again. */
    private final Consumer<String> hinting = this::hint;

    private volatile Optional<Launch.Terminal> terminal = Optional.empty();
    /** What it lends, with what its request for that says. */
    private final Map<Loan, byte[]> loans = new ConcurrentHashMap<>();

    private volatile boolean wordsAreOutput;
    private volatile @Nullable Attachment attachment;

    ClientChannel(SshFront front) {
        this.front = front;
    }

    ChannelWriter writer() {
        return writer;
    }

    ClientInput input() {
        return input;
    }

    /** The terminal the client asked for, with its size as it is now. */
    Optional<Launch.Terminal> terminal() {
        return terminal;
    }

    /** Completes when the channel is closed, whoever closed it. */
    CompletableFuture<Void> gone() {
        return gone;
    }

    /** From here on the bastion's own words go where the output of a session's terminal goes. */
    void inTerminal() {
        wordsAreOutput = true;
    }

    /** The client is in a session now: what it sends goes there. */
    void enter(Attachment entered) {
        attachment = entered;
        input.flowTo(entered);
        if (isClosing()) {
            entered.leave("connection lost", true);
        }
    }

    @Override
    protected OpenFuture doInit(Buffer buffer) {
        FrontSession session = (FrontSession) getSession();
        if (!session.takesSessions()) {
            return refused("the client wanted no more sessions in this connection");
        }
        if (!session.sessions().take()) {
            return refused("%d sessions are open in this connection, more are not possible. Connect once more for more"
                    .formatted(SshFront.MOST_SESSIONS));
        }
        addCloseFutureListener(_ -> session.sessions().free());
        return super.doInit(buffer);
    }

    private OpenFuture refused(String words) {
        refuse(SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, words);
        return new DefaultOpenFuture(this, this);
    }

    // --- requests ---

    @Override
    protected RequestHandler.Result handleInternalRequest(String request, boolean wantReply, Buffer buffer)
            throws IOException {
        return switch (request) {
            case "env" -> done(environment.offer(text(buffer), text(buffer)));
            case "pty-req" -> ptyRequest(buffer);
            case "window-change" -> windowChange(buffer);
            case "signal" -> signal(buffer);
            case "break" -> breakRequest(buffer);
            case Channel.CHANNEL_SHELL -> start(request, wantReply, new Mode.Shell(terminal.isPresent()));
            case Channel.CHANNEL_EXEC ->
                start(request, wantReply, new Mode.Exec(new Command(buffer.getBytes()), terminal.isPresent()));
            case Channel.CHANNEL_SUBSYSTEM -> start(request, wantReply, new Mode.Subsystem(text(buffer)));
            // Politely, when they are not allowed: the client goes on without.
            case AGENT_REQUEST -> done(mayLend(Loan.AGENT) && lend(Loan.AGENT, new byte[0]));
            case X11_REQUEST -> done(mayLend(Loan.X11) && lendX11(buffer));
            default -> super.handleInternalRequest(request, wantReply, buffer);
        };
    }

    @Override
    protected void handleUnknownChannelRequest(String request, boolean wantReply, Buffer buffer) throws IOException {
        RequestHandler.Result result = handleInternalRequest(request, wantReply, buffer);
        sendResponse(buffer, request, result, wantReply);
    }

    private static RequestHandler.Result done(boolean accepted) {
        return accepted ? RequestHandler.Result.ReplySuccess : RequestHandler.Result.ReplyFailure;
    }

    private static String text(Buffer buffer) {
        return new String(buffer.getBytes(), StandardCharsets.UTF_8);
    }

    private boolean lendX11(Buffer buffer) {
        boolean single = buffer.getBoolean();
        byte[] protocol = buffer.getBytes();
        byte[] cookie = buffer.getBytes();
        long screen = buffer.getUInt();
        if (protocol.length > LONGEST_COOKIE || cookie.length > LONGEST_COOKIE) {
            return false;
        }
        Buffer details = new ByteArrayBuffer();
        details.putBoolean(single);
        details.putBytes(protocol);
        details.putBytes(cookie);
        details.putUInt(screen);
        return lend(Loan.X11, details.getCompactData());
    }

    private boolean mayLend(Loan loan) {
        return !started.get()
                && forwards()
                        .filter(forwards -> forwards.isLikely(loan.right()))
                        .isPresent();
    }

    private boolean lend(Loan loan, byte[] details) {
        loans.put(loan, details);
        return true;
    }

    /** What the client would lend to its program, with what follows the want-reply flag of its request for that. */
    Map<Loan, byte[]> loans() {
        return Map.copyOf(loans);
    }

    /** What the connection passes on. */
    Optional<Forwards> forwards() {
        return ((FrontSession) getSession()).forwards();
    }

    private RequestHandler.Result ptyRequest(Buffer buffer) {
        if (started.get() || terminal.isPresent()) {
            return RequestHandler.Result.ReplyFailure;
        }
        String type = text(buffer);
        long columns = buffer.getUInt();
        long rows = buffer.getUInt();
        TerminalSize size = TerminalSize.claimed(columns, rows, buffer.getUInt(), buffer.getUInt());
        terminal = Optional.of(new Launch.Terminal(
                TerminalType.accepted(type),
                size,
                columns != 0 || rows != 0,
                new Launch.TerminalModes(buffer.getBytes())));
        return RequestHandler.Result.ReplySuccess;
    }

    private RequestHandler.Result windowChange(Buffer buffer) {
        TerminalSize size =
                TerminalSize.claimed(buffer.getUInt(), buffer.getUInt(), buffer.getUInt(), buffer.getUInt());
        terminal = terminal.map(t -> new Launch.Terminal(t.type(), size, true, t.modes()));
        Attachment in = attachment;
        if (in != null && terminal.isPresent()) {
            in.resize(size);
        }
        return RequestHandler.Result.ReplySuccess;
    }

    private RequestHandler.Result signal(Buffer buffer) {
        String name = text(buffer);
        return done(name.matches("[A-Z0-9]{1,10}") && isForProgram(to -> to.signal(name)));
    }

    private RequestHandler.Result breakRequest(Buffer buffer) {
        long milliseconds = buffer.getUInt();
        return done(isForProgram(to -> to.sendBreak(milliseconds)));
    }

    /** Something for the program, which may not run yet: it has been asked for, and what is sent behind that must not overtake it. */
    private boolean isForProgram(Consumer<Attachment> what) {
        return started.get() && input.inOrder(what);
    }

    private RequestHandler.Result start(String request, boolean wantReply, Mode mode) throws IOException {
        Optional<Connection> connection = ((FrontSession) getSession()).connection();
        if (connection.isEmpty() || started.getAndSet(true)) {
            return RequestHandler.Result.ReplyFailure;
        }
        wordsAreOutput = mode.outlivesConnection();
        // Answered before the visit begins, so that no output can overtake the answer.
        sendResponse(new ByteArrayBuffer(), request, RequestHandler.Result.ReplySuccess, wantReply);
        ((FrontSession) getSession()).hints().listen(hinting);
        front.receive(new Visit(front.desk(), connection.get(), this, mode, environment));
        return RequestHandler.Result.Replied;
    }

    // --- bytes ---

    @Override
    protected void doWriteData(byte[] data, int off, long len) {
        input.put(Arrays.copyOfRange(data, off, off + (int) len));
    }

    @Override
    public void handleWindowAdjust(Buffer buffer) throws IOException {
        super.handleWindowAdjust(buffer);
        writer.windowExpanded();
    }

    @Override
    public void handleEof() throws IOException {
        super.handleEof();
        input.end();
    }

    // --- the end ---

    @Override
    public void output(boolean stderr, byte[] bytes, IntConsumer taken) {
        if (told.get()) {
            taken.accept(bytes.length);
        } else {
            writer.offer(stderr, bytes, taken);
        }
    }

    @Override
    public void end(Ending how, String words, boolean drain) {
        if (told.getAndSet(true)) {
            return;
        }
        if (!drain) {
            writer.dropQueued();
            // A client that reads nothing must not keep the end from happening: no words then, but the end.
            front.after(SshFront.LAST_WORDS_LIMIT, () -> sendEnd(how));
        }
        if (!words.isEmpty()) {
            say((drain || terminal.isEmpty() ? "" : CLEAN_LINE) + Words.prefixed(words, terminal.isPresent()));
        }
        writer.whenDrained(() -> sendEnd(how));
    }

    @Override
    public void dropQueued() {
        writer.dropQueued();
    }

    @Override
    public void dismiss(String words, int exitStatus) {
        attachment = null;
        end(new Ending.Exited(exitStatus), words, false);
    }

    /**
     * Queues the bastion's own words. They go to stderr, so that stdout is the program's alone; but to a shell's terminal
     * they go with its output, since a client may show the two streams in another order than they were sent.
     */
    void say(String text) {
        writer.offer(!wordsAreOutput, text.getBytes(StandardCharsets.UTF_8), _ -> {});
    }

    private void hint(String words) {
        say(Words.prefixed(words, terminal.isPresent()));
    }

    private void sendEnd(Ending how) {
        if (ending.getAndSet(true) || isClosing()) {
            return;
        }
        try {
            if (how instanceof Ending.Signalled signal) {
                sendExitSignal(signal);
            } else {
                sendExitStatus(how.exitStatus());
            }
            sendEof();
        } catch (IOException e) {
            log.debug("{} ended before its exit status could be sent: {}", this, e.toString());
        }
        close(false);
    }

    private void sendExitSignal(Ending.Signalled signal) throws IOException {
        Buffer buffer = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST);
        buffer.putUInt(getRecipient());
        buffer.putString("exit-signal");
        buffer.putBoolean(false);
        buffer.putString(signal.name());
        buffer.putBoolean(signal.coreDumped());
        buffer.putString(signal.message());
        buffer.putString("");
        writePacket(buffer);
    }

    @Override
    protected void preClose() {
        try {
            super.preClose();
        } finally {
            Attachment in = attachment;
            if (in != null && !ending.get()) {
                boolean lost = !getSession().isOpen();
                in.leave(lost ? "connection lost" : "the client closed its channel", lost);
            }
            ((FrontSession) getSession()).hints().leave(hinting);
            input.close();
            writer.close();
            gone.complete(null);
        }
    }
}
