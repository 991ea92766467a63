package sallyport.bastion.backend;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.policy.Forward;

/**
 * What passes between a client and a target besides programs: the target's own sshd connects and listens. As a session's backend it
 * writes nothing and takes no input; closing it cuts all that passes.
 */
public final class ForwardBackend implements Backend {

    private static final Logger log = LoggerFactory.getLogger(ForwardBackend.class);

    private static final AttributeKey<ForwardBackend> OF_TRANSPORT = new AttributeKey<>();

    /** Most that one client has a target listen on. */
    private static final int MOST_LISTENING = 50;

    private static final String ENDED = "the session has ended";

    private final TargetTransport transport;
    private final BackendEvents events;
    private final Consumer<AcceptedStream> arrivals;

    @GuardedBy("this")
    private final Set<Pipe> pipes = new HashSet<>();

    @GuardedBy("this")
    private final Set<Forward> listening = new HashSet<>();

    @GuardedBy("this")
    private boolean closed;

    /** @param arrivals told what the target opens; on an I/O thread, must not block */
    ForwardBackend(TargetTransport transport, BackendEvents events, Consumer<AcceptedStream> arrivals) {
        this.transport = transport;
        this.events = events;
        this.arrivals = arrivals;
        session().setAttribute(OF_TRANSPORT, this);
        session().addCloseFutureListener(_ -> close());
    }

    private Session session() {
        return transport.session();
    }

    /** A target opened a channel. */
    static void arrived(Session session, AcceptedStream stream) {
        ForwardBackend of = session.getAttribute(OF_TRANSPORT);
        if (of == null || of.isClosed()) {
            stream.refuse(SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, "nobody waits for this");
        } else {
            of.arrivals.accept(stream);
        }
    }

    /** Whether nothing passes here any more. */
    public synchronized boolean isClosed() {
        return closed;
    }

    /**
     * Has the target connect to {@code to}, and what comes from {@code opener} goes there once it has. Returns at once.
     *
     * @param over told when it is over, if it was opened
     */
    public void connect(
            Forward to,
            OpenedStream.Originator originator,
            ChannelStream opener,
            Consumer<Pipe> over,
            OpenAnswer answer) {
        Joining joining = new Joining(answer);
        open(OpenedStream.to(to, originator, joining), session(), opener, over, joining);
    }

    /**
     * Passes what a target opened on to a client.
     *
     * @param client its connection
     */
    public void passOn(AcceptedStream arrived, Session client, Consumer<Pipe> over, OpenAnswer answer) {
        Joining joining = new Joining(new OpenAnswer() {
            @Override
            public void opened() {
                try {
                    arrived.accept();
                    answer.opened();
                } catch (IOException e) {
                    arrived.close(true);
                }
            }

            @Override
            public void refused(int reason, String words) {
                arrived.refuse(reason, words);
                answer.refused(reason, words);
            }
        });
        open(new OpenedStream(arrived.type(), arrived.details(), joining), client, arrived.stream(), over, joining);
    }

    private void open(OpenedStream far, Session where, ChannelStream opener, Consumer<Pipe> over, Joining joining) {
        Pipe pipe = new Pipe(opener, far.stream(), gone -> {
            forget(gone);
            over.accept(gone);
        });
        far.stream().tell(pipe.fromFar());
        joining.pipe = pipe;
        if (remember(pipe)) {
            far.open(where);
        } else {
            joining.refused(SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, ENDED);
        }
    }

    private synchronized boolean remember(Pipe pipe) {
        return !closed && pipes.add(pipe);
    }

    private synchronized void forget(Pipe pipe) {
        pipes.remove(pipe);
    }

    /** Joins the ends when the far one is open, before anything comes from it. */
    private final class Joining implements OpenAnswer {
        private final OpenAnswer answer;
        private volatile @Nullable Pipe pipe;

        Joining(OpenAnswer answer) {
            this.answer = answer;
        }

        @Override
        public void opened() {
            Pipe joined = pipe;
            if (joined != null && joined.join()) {
                answer.opened();
            } else {
                answer.refused(SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, ENDED);
            }
        }

        @Override
        public void refused(int reason, String words) {
            Pipe never = pipe;
            if (never != null) {
                forget(never);
            }
            answer.refused(reason, words);
        }
    }

    // --- listening ---

    /**
     * Has the target listen. Blocks at most {@link TargetConnector#CHANNEL_OPEN_LIMIT}.
     *
     * @return empty if the target refuses; else the port that it listens on, 0 for a socket
     */
    public OptionalLong listen(Forward where) {
        synchronized (this) {
            // Before it is asked: the first connection may come before the answer was looked at.
            if (closed || listening.size() >= MOST_LISTENING || !listening.add(where)) {
                return OptionalLong.empty();
            }
        }
        Buffer reply = request(where, true);
        Forward got = where;
        if (reply != null && where instanceof Forward.FromPort(String host, long port) && port == 0) {
            got = new Forward.FromPort(host, reply.available() >= Integer.BYTES ? reply.getUInt() : 0);
        }
        boolean late;
        synchronized (this) {
            listening.remove(where);
            late = closed;
            if (reply != null && !late) {
                listening.add(got);
            }
        }
        if (reply == null || late) {
            if (late) {
                request(got, false);
            }
            return OptionalLong.empty();
        }
        return OptionalLong.of(got instanceof Forward.FromPort(String _, long port) ? port : 0);
    }

    /** What the target listens on that {@code arrived} came by, if it does. */
    public synchronized Optional<Forward> listening(AcceptedStream arrived) {
        Buffer details = new ByteArrayBuffer(arrived.details());
        String where = details.getString();
        return switch (arrived.type()) {
            case AcceptedStream.TCP -> {
                long at = details.getUInt();
                yield listening.stream()
                        .filter(one ->
                                one instanceof Forward.FromPort(String _, long port) && (port == at || port == 0))
                        .findFirst();
            }
            case AcceptedStream.SOCKET ->
                Optional.<Forward>of(new Forward.FromSocket(where)).filter(listening::contains);
            default -> Optional.empty();
        };
    }

    /** Has the target listen no more; whether it did. */
    public boolean cancel(Forward where) {
        boolean did;
        synchronized (this) {
            did = listening.remove(where);
        }
        return did && request(where, false) != null;
    }

    private @Nullable Buffer request(Forward where, boolean begin) {
        boolean waits = begin || !isClosed();
        String verb = begin ? "" : "cancel-";
        Buffer buffer = session().createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST);
        String name = switch (where) {
            case Forward.FromPort _ -> verb + "tcpip-forward";
            case Forward.FromSocket _ -> verb + "streamlocal-forward@openssh.com";
            default -> throw new IllegalArgumentException("nothing that a target listens on: " + where);
        };
        buffer.putString(name);
        buffer.putBoolean(waits);
        switch (where) {
            case Forward.FromPort(String host, long port) -> {
                buffer.putString(host);
                buffer.putUInt(port);
            }
            case Forward.FromSocket(String path) -> buffer.putString(path);
            default -> {}
        }
        try {
            if (waits) {
                return session().request(name, buffer, TargetConnector.CHANNEL_OPEN_LIMIT);
            }
            session().writePacket(buffer);
        } catch (IOException e) {
            log.info("{} did not answer {}: {}", transport, name, e.toString());
        }
        return null;
    }

    // --- as a backend ---

    @Override
    public void input(byte[] bytes, IntConsumer taken) {
        taken.accept(bytes.length);
    }

    @Override
    public void inputEnded() {}

    @Override
    public void resize(TerminalSize size) {}

    @Override
    public void signal(String name) {}

    @Override
    public void sendBreak(long milliseconds) {}

    @Override
    public void release(int bytes) {}

    @Override
    public void close() {
        List<Pipe> passing;
        List<Forward> heard;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            passing = new ArrayList<>(pipes);
            heard = new ArrayList<>(listening);
            listening.clear();
        }
        passing.forEach(Pipe::cut);
        heard.forEach(where -> request(where, false));
        session().removeAttribute(OF_TRANSPORT);
        transport.leave();
        events.closed();
    }

    @Override
    public String toString() {
        return "ForwardBackend[" + transport + "]";
    }
}
