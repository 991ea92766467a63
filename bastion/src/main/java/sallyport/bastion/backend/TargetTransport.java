package sallyport.bastion.backend;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.session.ConnectionService;
import org.jspecify.annotations.Nullable;
import sallyport.policy.Login;
import sallyport.policy.Target;

/**
 * One ssh transport to one account on one target. The sessions of one client connection share it (targets count
 * connections, not channels), and it is never shared between people. When the last session is over by itself, the transport stays
 * for {@link #LINGER}, since a key exchange and a login cost more than most commands; after one that was ended it closes at once.
 */
public final class TargetTransport {

    /** How long a transport without a user waits for the next one: as long as Ansible keeps its own connection. */
    static final Duration LINGER = Duration.ofSeconds(60);

    private final ClientSession session;
    private final Target target;
    private final Login login;
    private final BooleanSupplier awaitsMore;
    private final Consumer<TargetTransport> gone;

    /** Sessions on it, and connects in progress that mean to be. */
    @GuardedBy("this")
    private int users;

    /** How often there was nobody any more. */
    @GuardedBy("this")
    private long timesUnused;

    @GuardedBy("this")
    private boolean closed;

    TargetTransport(
            ClientSession session,
            Target target,
            Login login,
            BooleanSupplier awaitsMore,
            Consumer<TargetTransport> gone) {
        this.session = session;
        this.target = target;
        this.login = login;
        this.awaitsMore = awaitsMore;
        this.gone = gone;
    }

    /** Counts one more user; false if it has closed meanwhile and another is needed. */
    synchronized boolean join() {
        if (closed || !session.isOpen()) {
            return false;
        }
        users++;
        return true;
    }

    /** One user less, and this is closed at once if it was the last. */
    void leave() {
        synchronized (this) {
            users--;
        }
        closeIfUnused();
    }

    /** One user less, which came to its own end; the transport is closed if there was no other for {@link #LINGER}. */
    void leaveForNow() {
        long time;
        synchronized (this) {
            users--;
            time = ++timesUnused;
        }
        if (awaitsMore.getAsBoolean()) {
            CompletableFuture.delayedExecutor(LINGER.toSeconds(), TimeUnit.SECONDS, Runnable::run)
                    .execute(() -> closeIfUnusedSince(time));
        } else {
            closeIfUnused();
        }
    }

    /** One user less, which was ended: if it was the last, this is closed at once, whatever the target does; else false. */
    boolean leaveAndCut() {
        synchronized (this) {
            users--;
            if (users > 0 || closed) {
                return false;
            }
            closed = true;
        }
        gone.accept(this);
        session.close(true);
        return true;
    }

    private void closeIfUnusedSince(long time) {
        synchronized (this) {
            if (timesUnused != time) {
                return;
            }
        }
        closeIfUnused();
    }

    /** Closes it, unless somebody uses it. */
    void closeIfUnused() {
        synchronized (this) {
            if (users > 0 || closed) {
                return;
            }
            closed = true;
        }
        gone.accept(this);
        session.close(false);
    }

    /**
     * Runs {@code launch} on a channel of its own and waits until the target has agreed. The caller has joined; this
     * transport is left when the backend closes, or at once if it never opens.
     *
     * @throws TargetUnreachable in words
     */
    Backend run(Launch launch, BackendEvents events) throws TargetUnreachable {
        TargetChannel channel = new TargetChannel(launch, events);
        try {
            session.getService(ConnectionService.class).registerChannel(channel);
            channel.open().verify(TargetConnector.CHANNEL_OPEN_LIMIT);
            channel.started().get(TargetConnector.CHANNEL_OPEN_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            return new SshBackend(channel, this);
        } catch (IOException | ExecutionException | TimeoutException | RuntimeException e) {
            channel.close(true);
            leave();
            throw new TargetUnreachable("%s refused to run it for %s: %s".formatted(target.name(), login, words(e)), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            channel.close(true);
            leave();
            throw new TargetUnreachable("opening " + target.name() + " was interrupted", e);
        }
    }

    /** Lets things pass; the caller has joined, and this transport is left when that is closed. */
    ForwardBackend forward(BackendEvents events, Consumer<AcceptedStream> arrivals) {
        return TargetForwards.over(this, events, arrivals);
    }

    ClientSession session() {
        return session;
    }

    private static @Nullable String words(Exception e) {
        return switch (e) {
            case SshChannelOpenException refused -> refused.getMessage();
            case ExecutionException failed
            when failed.getCause() != null -> failed.getCause().getMessage();
            case TimeoutException _ -> "no answer within " + TargetConnector.CHANNEL_OPEN_LIMIT.toSeconds() + " s";
            default -> e.getMessage();
        };
    }

    @Override
    public String toString() {
        return login + "@" + target.name();
    }
}
