package sallyport.bastion.ssh;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.RequestHandler.Result;
import org.apache.sshd.common.util.buffer.Buffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.policy.Forward;

/**
 * The global requests of one connection (RFC 4254 section 4). Answers carry no name, so they are given in the order of the
 * requests, although some wait for a target: behind one that waits all others do.
 */
final class GlobalRequests {

    /** Most that wait for an answer; a client that asks on is disconnected. */
    private static final int MOST_WAITING = 200;

    private static final Logger log = LoggerFactory.getLogger(GlobalRequests.class);

    private final FrontSession session;
    private final SshFront front;

    @GuardedBy("this")
    private int waiting;

    @GuardedBy("this")
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

    GlobalRequests(FrontSession session, SshFront front) {
        this.session = session;
        this.front = front;
    }

    /** What becomes of it. Runs on an I/O thread. */
    Result take(String request, boolean wantReply, Buffer buffer) throws IOException {
        Optional<Forwards> forwards = session.forwards();
        if (forwards.isEmpty()) {
            return Result.ReplyFailure;
        }
        Forwards all = forwards.get();
        return switch (request) {
            case "tcpip-forward" -> {
                Forward where = new Forward.FromPort(text(buffer), buffer.getUInt());
                yield add(wantReply, () -> all.listen(where));
            }
            case "streamlocal-forward@openssh.com" -> {
                Forward where = new Forward.FromSocket(text(buffer));
                yield add(wantReply, () -> all.listen(where));
            }
            case "cancel-tcpip-forward" -> {
                Forward where = new Forward.FromPort(text(buffer), buffer.getUInt());
                yield add(wantReply, () -> all.cancel(where));
            }
            case "cancel-streamlocal-forward@openssh.com" -> {
                Forward where = new Forward.FromSocket(text(buffer));
                yield add(wantReply, () -> all.cancel(where));
            }
            case "no-more-sessions@openssh.com" -> {
                session.noMoreSessions();
                yield add(wantReply, () -> Optional.of(OptionalLong.empty()));
            }
            default -> isIdle() ? Result.Unsupported : add(wantReply, Optional::empty);
        };
    }

    private static String text(Buffer buffer) {
        return new String(buffer.getBytes(), StandardCharsets.UTF_8);
    }

    private synchronized boolean isIdle() {
        return waiting == 0;
    }

    /** @param work may wait; gives what a success carries besides, or is empty for a failure */
    private Result add(boolean wantReply, Supplier<Optional<OptionalLong>> work) throws IOException {
        synchronized (this) {
            if (waiting < MOST_WAITING) {
                waiting++;
                last = last.thenRunAsync(() -> run(wantReply, work), front::aside);
                return Result.Replied;
            }
        }
        session.disconnect(SshConstants.SSH2_DISCONNECT_BY_APPLICATION, "Too many requests at once");
        return Result.Replied;
    }

    private void run(boolean wantReply, Supplier<Optional<OptionalLong>> work) {
        Optional<OptionalLong> done = Optional.empty();
        try {
            done = work.get();
        } catch (RuntimeException e) {
            log.error("a request of {} broke", session, e);
        }
        try {
            if (wantReply) {
                answer(done);
            }
        } catch (IOException e) {
            log.debug("{} was closed before it was answered: {}", session, e.toString());
        } finally {
            synchronized (this) {
                waiting--;
            }
        }
    }

    private void answer(Optional<OptionalLong> done) throws IOException {
        Buffer answer = session.createBuffer(
                done.isPresent() ? SshConstants.SSH_MSG_REQUEST_SUCCESS : SshConstants.SSH_MSG_REQUEST_FAILURE);
        done.ifPresent(port -> port.ifPresent(answer::putUInt));
        session.writePacket(answer);
    }
}
