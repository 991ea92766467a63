package sallyport.bastion.backend;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.policy.Forward;

/** What passes between a client and a target: the target's own sshd connects and listens. */
final class TargetForwards extends ForwardBackend {

    private static final Logger log = LoggerFactory.getLogger(TargetForwards.class);

    private static final AttributeKey<TargetForwards> OF_TRANSPORT = new AttributeKey<>();

    /** Most that one client has a target listen on. */
    private static final int MOST_LISTENING = 50;

    private final TargetTransport transport;
    private final Consumer<AcceptedStream> arrivals;

    /** What the target listens on, and what runs when it does no more. */
    @GuardedBy("this")
    private final Map<Forward, Runnable> listening = new HashMap<>();

    private TargetForwards(TargetTransport transport, BackendEvents events, Consumer<AcceptedStream> arrivals) {
        super(events);
        this.transport = transport;
        this.arrivals = arrivals;
    }

    /** @param arrivals told what the target opens; on an I/O thread, must not block */
    static TargetForwards over(TargetTransport transport, BackendEvents events, Consumer<AcceptedStream> arrivals) {
        TargetForwards forwards = new TargetForwards(transport, events, arrivals);
        transport.session().setAttribute(OF_TRANSPORT, forwards);
        transport.session().addCloseFutureListener(_ -> forwards.close());
        return forwards;
    }

    private Session session() {
        return transport.session();
    }

    /** A target opened a channel. */
    static void arrived(Session session, AcceptedStream stream) {
        TargetForwards of = session.getAttribute(OF_TRANSPORT);
        if (of == null || of.isClosed()) {
            stream.refuse(SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, "nobody waits for this");
        } else {
            of.arrivals.accept(stream);
        }
    }

    @Override
    public void connect(
            Forward to, OpenedStream.Originator originator, StreamEnd opener, Consumer<Pipe> over, OpenAnswer answer) {
        Joining joining = new Joining(answer);
        OpenedStream far = OpenedStream.to(to, originator, joining);
        if (join(far.getChannelType(), far.stream(), opener, over, joining)) {
            far.open(session());
        }
    }

    // --- listening ---

    @Override
    public OptionalLong listen(Forward where, Runnable over) {
        synchronized (this) {
            // Before it is asked: the first connection may come before the answer was looked at.
            if (isClosed() || listening.size() >= MOST_LISTENING || listening.containsKey(where)) {
                return OptionalLong.empty();
            }
            listening.put(where, () -> {});
        }
        Buffer reply = request(where, true);
        Forward got = where;
        if (reply != null && where instanceof Forward.FromPort(String host, long port) && port == 0) {
            got = new Forward.FromPort(host, reply.available() >= Integer.BYTES ? reply.getUInt() : 0);
        }
        boolean late;
        synchronized (this) {
            listening.remove(where);
            late = isClosed();
            if (reply != null && !late) {
                listening.put(got, over);
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

    @Override
    public synchronized Optional<Forward> listening(AcceptedStream arrived) {
        Buffer details = new ByteArrayBuffer(arrived.details());
        String where = details.getString();
        return switch (arrived.type()) {
            case AcceptedStream.TCP -> {
                long at = details.getUInt();
                yield listening.keySet().stream()
                        .filter(one ->
                                one instanceof Forward.FromPort(String _, long port) && (port == at || port == 0))
                        .findFirst();
            }
            case AcceptedStream.SOCKET ->
                Optional.<Forward>of(new Forward.FromSocket(where)).filter(listening::containsKey);
            default -> Optional.empty();
        };
    }

    @Override
    public boolean cancel(Forward where) {
        Runnable over;
        synchronized (this) {
            over = listening.remove(where);
        }
        if (over == null) {
            return false;
        }
        boolean did = request(where, false) != null;
        over.run();
        return did;
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

    @Override
    void closeMore() {
        Map<Forward, Runnable> heard;
        synchronized (this) {
            heard = Map.copyOf(listening);
            listening.clear();
        }
        heard.forEach((where, over) -> {
            request(where, false);
            over.run();
        });
        if (equals(session().getAttribute(OF_TRANSPORT))) {
            session().removeAttribute(OF_TRANSPORT);
        }
        transport.leave();
    }

    @Override
    public String toString() {
        return "TargetForwards[" + transport + "]";
    }
}
