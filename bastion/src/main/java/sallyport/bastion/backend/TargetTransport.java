package sallyport.bastion.backend;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.session.ConnectionService;
import org.jspecify.annotations.Nullable;
import sallyport.policy.Login;
import sallyport.policy.Target;

/**
 * One ssh transport to one account on one target. The sessions of one client connection share it (targets count
 * connections, not channels); it closes with the last of them and is never shared between people.
 */
public final class TargetTransport {

    private final ClientSession session;
    private final Target target;
    private final Login login;
    private final Consumer<TargetTransport> gone;

    /** Sessions on it, and connects in progress that mean to be. */
    @GuardedBy("this")
    private int users;

    @GuardedBy("this")
    private boolean closed;

    TargetTransport(ClientSession session, Target target, Login login, Consumer<TargetTransport> gone) {
        this.session = session;
        this.target = target;
        this.login = login;
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

    /** One user less; the last closes it. */
    void leave() {
        synchronized (this) {
            users--;
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
