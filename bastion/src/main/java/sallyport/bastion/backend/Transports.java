package sallyport.bastion.backend;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import sallyport.policy.Login;
import sallyport.policy.Target;

/**
 * The transports that one client connection has opened, one for each account on a target. A second channel for the same
 * account waits for the first one's transport instead of opening another, and one that comes when the first is over finds it
 * still there for a while: tools such as Ansible open one channel after the other.
 */
public final class Transports {

    private final TargetConnector connector;

    /** Held while connecting, so that ten channels opened at once share one transport; visits may wait, I/O threads not. */
    private final ReentrantLock connecting = new ReentrantLock();

    @GuardedBy("this")
    private final Map<Key, TargetTransport> open = new HashMap<>();

    /** Set when no further channel can come. */
    private volatile boolean closed;

    private record Key(Target target, Login login) {}

    /** None yet. */
    public Transports(TargetConnector connector) {
        this.connector = connector;
    }

    /** Transports of its own for a session that belongs to no client connection. */
    public Transports another() {
        Transports own = new Transports(connector);
        own.close();
        return own;
    }

    /** The client connection is gone: what nobody uses is closed, and what sessions still use when the last of them is over. */
    public void close() {
        closed = true;
        List<TargetTransport> left;
        synchronized (this) {
            left = List.copyOf(open.values());
        }
        left.forEach(TargetTransport::closeIfUnused);
    }

    /**
     * Runs {@code launch} as {@code login} on {@code target}. Blocks until the program runs.
     *
     * @param events called from before this returns
     * @throws TargetUnreachable in words for the person
     */
    public Backend run(Target target, Login login, Launch launch, BackendEvents events) throws TargetUnreachable {
        return joined(target, login).run(launch, events);
    }

    /**
     * Lets things pass as {@code login} on {@code target}. Blocks until the target has let the bastion in.
     *
     * @param arrivals told what the target opens for the client; on an I/O thread, must not block
     * @throws TargetUnreachable in words for the person
     */
    public ForwardBackend forward(Target target, Login login, BackendEvents events, Consumer<AcceptedStream> arrivals)
            throws TargetUnreachable {
        return joined(target, login).forward(events, arrivals);
    }

    private TargetTransport joined(Target target, Login login) throws TargetUnreachable {
        Key key = new Key(target, login);
        connecting.lock();
        try {
            TargetTransport existing = get(key);
            if (existing != null && existing.join()) {
                return existing;
            }
            TargetTransport fresh = connector.connect(target, login, () -> !closed, gone -> remove(key, gone));
            if (!fresh.join()) {
                throw new TargetUnreachable(target.name() + " closed the connection at once");
            }
            put(key, fresh);
            return fresh;
        } finally {
            connecting.unlock();
        }
    }

    private synchronized @Nullable TargetTransport get(Key key) {
        return open.get(key);
    }

    private synchronized void put(Key key, TargetTransport transport) {
        open.put(key, transport);
    }

    private synchronized void remove(Key key, TargetTransport gone) {
        open.remove(key, gone);
    }
}
