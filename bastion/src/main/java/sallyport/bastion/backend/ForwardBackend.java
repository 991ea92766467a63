package sallyport.bastion.backend;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.jspecify.annotations.Nullable;
import sallyport.policy.Forward;

/**
 * What passes for a client besides programs. As a session's backend it writes nothing and takes no input; closing it cuts all that
 * passes.
 */
public abstract sealed class ForwardBackend implements Backend permits TargetForwards, NetworkForwards {

    static final String ENDED = "the session has ended";

    private final BackendEvents events;

    @GuardedBy("this")
    private final Set<Pipe> pipes = new HashSet<>();

    @GuardedBy("this")
    private boolean closed;

    ForwardBackend(BackendEvents events) {
        this.events = events;
    }

    /**
     * What the bastion itself connects to, for a connection that is to no target.
     *
     * @param gate asked about every address that a name has, before one of them is connected to
     */
    public static ForwardBackend onNetwork(BackendEvents events, Gate gate, Resolver resolver) {
        return new NetworkForwards(events, gate, resolver);
    }

    /** Says of an address why nobody is led to it; may wait. */
    @FunctionalInterface
    public interface Gate {
        /** In words without a full stop; empty: they may be. */
        Optional<String> whyNever(InetAddress address, int port);
    }

    /** Whether nothing passes here any more. */
    public final synchronized boolean isClosed() {
        return closed;
    }

    /**
     * Connects to {@code to}, and what comes from {@code opener} goes there once that has succeeded. May wait.
     *
     * @param over told when it is over, if it was opened
     */
    public abstract void connect(
            Forward to, OpenedStream.Originator originator, StreamEnd opener, Consumer<Pipe> over, OpenAnswer answer);

    /**
     * Has the target listen. Blocks at most {@link TargetConnector#CHANNEL_OPEN_LIMIT}.
     *
     * @param over runs when it listens no more, if it did; on any thread, must not block
     * @return empty if it does not; else the port that it listens on, 0 for a socket
     */
    public OptionalLong listen(Forward where, Runnable over) {
        return OptionalLong.empty();
    }

    /** Has the target listen no more; whether it did. */
    public boolean cancel(Forward where) {
        return false;
    }

    /** What the target listens on that {@code arrived} came by, if it does. */
    public Optional<Forward> listening(AcceptedStream arrived) {
        return Optional.empty();
    }

    /**
     * Passes what a target opened on to a client, in its connection.
     *
     * @param witness told of what the client's agent is asked, if that is what it is
     */
    public final void passOn(
            AcceptedStream arrived,
            Session client,
            Optional<AgentWatch.Witness> witness,
            Consumer<Pipe> over,
            OpenAnswer answer) {
        Joining joining = new Joining(new OpenAnswer() {
            @Override
            public void opened() {
                arrived.accept();
                answer.opened();
            }

            @Override
            public void refused(int reason, String words) {
                arrived.refuse(reason, words);
                answer.refused(reason, words);
            }
        });
        OpenedStream far = new OpenedStream(arrived.type(), arrived.details(), joining);
        StreamEnd end =
                witness.<StreamEnd>map(who -> new AgentWatch(far.stream(), who)).orElse(far.stream());
        if (join(arrived.type(), end, arrived.stream(), over, joining)) {
            far.open(client);
        }
    }

    /** Ends what passes through channels of {@code type}. */
    public final void cut(String type) {
        List<Pipe> passing;
        synchronized (this) {
            passing = pipes.stream().filter(pipe -> pipe.type().equals(type)).toList();
        }
        passing.forEach(Pipe::cut);
    }

    /** Prepares what is to pass; false if nothing passes any more, and then that was said. */
    final boolean join(String type, StreamEnd far, StreamEnd opener, Consumer<Pipe> over, Joining joining) {
        Pipe pipe = new Pipe(type, opener, far, gone -> {
            forget(gone);
            over.accept(gone);
        });
        far.tell(pipe.fromFar());
        joining.pipe = pipe;
        boolean passes;
        synchronized (this) {
            passes = !closed && pipes.add(pipe);
        }
        if (!passes) {
            joining.refused(SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, ENDED);
        }
        return passes;
    }

    private synchronized void forget(Pipe pipe) {
        pipes.remove(pipe);
    }

    /** Joins the ends when the far one is open, before anything comes from it. */
    final class Joining implements OpenAnswer {
        private final OpenAnswer answer;
        private final AtomicBoolean told = new AtomicBoolean();
        private volatile @Nullable Pipe pipe;

        Joining(OpenAnswer answer) {
            this.answer = answer;
        }

        @Override
        public void opened() {
            Pipe joined = pipe;
            if (joined == null || !joined.join()) {
                refused(SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, ENDED);
            } else if (!told.getAndSet(true)) {
                answer.opened();
            }
        }

        @Override
        public void refused(int reason, String words) {
            Pipe never = pipe;
            if (never != null) {
                forget(never);
            }
            if (told.getAndSet(true)) {
                return;
            }
            if (never != null && never.isNeverJoined()) {
                // It was cut, and the far end only says that it is closed.
                answer.refused(SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, ENDED);
            } else {
                answer.refused(reason, words);
            }
        }
    }

    // --- as a backend ---

    @Override
    public final void input(byte[] bytes, IntConsumer taken) {
        taken.accept(bytes.length);
    }

    @Override
    public final void inputEnded() {}

    @Override
    public final void resize(TerminalSize size) {}

    @Override
    public final void signal(String name) {}

    @Override
    public final void sendBreak(long milliseconds) {}

    @Override
    public final void release(int bytes) {}

    @Override
    public final void close() {
        List<Pipe> passing;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            passing = new ArrayList<>(pipes);
        }
        passing.forEach(Pipe::cut);
        closeMore();
        events.closed();
    }

    /** Behind that all was cut, and before it is said. */
    abstract void closeMore();
}
