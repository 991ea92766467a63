package sallyport.bastion.backend;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.policy.KeyFingerprint;

/**
 * A client's agent, as programs on a target are led to it (draft-ietf-sshm-ssh-agent). Whole messages pass. A signature is
 * witnessed before the agent is asked for it. Besides signing, keys may be listed and extensions used; what would change the
 * agent, as adding, removing and locking, does not get there: a request that no agent knows goes in its place, so that the agent
 * itself says no.
 */
public final class AgentWatch implements StreamEnd {

    /** Longest message (OpenSSH's AGENT_MAX_LEN). */
    private static final int LONGEST_MESSAGE = 256 * 1024;

    /** Most requests without an answer; OpenSSH's clients have one. */
    private static final int MOST_WAITING = 8;

    private static final int REQUEST_IDENTITIES = 11;
    private static final int SIGN_REQUEST = 13;
    private static final int EXTENSION = 27;
    private static final int SIGN_RESPONSE = 14;

    private static final byte[] KNOWN_TO_NO_AGENT = {0, 0, 0, 1, (byte) 0xff};

    private static final Logger log = LoggerFactory.getLogger(AgentWatch.class);

    private final StreamEnd agent;
    private final Witness witness;
    private final Messages requests = new Messages();
    private final Messages answers = new Messages();

    /** What is awaited, in order: the key to sign with, or none for something else. */
    @GuardedBy("this")
    private final Queue<Optional<KeyFingerprint>> awaited = new ArrayDeque<>();

    /** All that was sent so far is on its way. Only touched by who sends. */
    private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);

    /** Writes down what an agent is used for. */
    public interface Witness {

        /** A signature is asked for; completes when that is written down, with false if it could not be. */
        CompletableFuture<Boolean> asked(KeyFingerprint key);

        /** The agent has answered. Must not block. */
        void answered(KeyFingerprint key, boolean signed);
    }

    AgentWatch(StreamEnd agent, Witness witness) {
        this.agent = agent;
        this.witness = witness;
    }

    @Override
    public void tell(Intake whom) {
        agent.tell(new Answers(whom));
    }

    // --- requests ---

    @Override
    public void send(byte[] bytes, IntConsumer taken) {
        List<byte[]> whole = requests.take(bytes);
        if (whole == null || tooMany(whole.size())) {
            log.info("what asks an agent does not speak as agents do, or does not wait for answers; closed");
            taken.accept(bytes.length);
            cut();
            return;
        }
        whole.forEach(this::pass);
        // What is held back is bounded by the longest message and by how many may wait for their answers.
        taken.accept(bytes.length);
    }

    private synchronized boolean tooMany(int more) {
        return awaited.size() + more > MOST_WAITING;
    }

    private void pass(byte[] message) {
        int type = message[Integer.BYTES];
        Optional<KeyFingerprint> key = type == SIGN_REQUEST ? key(message) : Optional.empty();
        boolean passes = key.isPresent() || type == REQUEST_IDENTITIES || type == EXTENSION;
        synchronized (this) {
            awaited.add(key);
        }
        sent = sent.thenCompose(_ -> key.map(witness::asked).orElse(CompletableFuture.completedFuture(true)))
                .thenAccept(written -> {
                    if (written) {
                        agent.send(passes ? message : KNOWN_TO_NO_AGENT, _ -> {});
                    } else {
                        cut();
                    }
                });
    }

    private static Optional<KeyFingerprint> key(byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message, Integer.BYTES + 1, message.length - Integer.BYTES - 1);
        if (in.remaining() < Integer.BYTES) {
            return Optional.empty();
        }
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            return Optional.empty();
        }
        byte[] blob = new byte[length];
        in.get(blob);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(blob);
            return Optional.of(new KeyFingerprint(
                    "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    @Override
    public void sendEnd() {
        sent = sent.thenRun(agent::sendEnd);
    }

    @Override
    public void release(int bytes) {
        agent.release(bytes);
    }

    @Override
    public void finish() {
        agent.finish();
    }

    @Override
    public void cut() {
        agent.cut();
    }

    // --- answers ---

    private final class Answers implements Intake {
        private final Intake to;

        Answers(Intake to) {
            this.to = to;
        }

        @Override
        public void receive(byte[] bytes) {
            List<byte[]> whole = answers.take(bytes);
            if (whole == null) {
                cut();
                return;
            }
            for (byte[] message : whole) {
                Optional<KeyFingerprint> key;
                synchronized (AgentWatch.this) {
                    key = Optional.ofNullable(awaited.poll()).flatMap(k -> k);
                }
                key.ifPresent(of -> witness.answered(of, message[Integer.BYTES] == SIGN_RESPONSE));
            }
            to.receive(bytes);
        }

        @Override
        public void end() {
            to.end();
        }

        @Override
        public void windowExpanded() {
            to.windowExpanded();
        }

        @Override
        public void lost() {
            to.lost();
        }
    }

    /** Puts messages together. For one thread. */
    private static final class Messages {
        private final ByteArrayOutputStream held = new ByteArrayOutputStream();

        /** What must be held before there is more to say: less is not even looked at, however small the pieces it comes in. */
        private int wanted = Integer.BYTES;

        /** The messages that are whole now, with their lengths; null if one is too long or empty. */
        @Nullable
        List<byte[]> take(byte[] bytes) {
            held.writeBytes(bytes);
            if (held.size() < wanted) {
                return List.of();
            }
            byte[] all = held.toByteArray();
            List<byte[]> whole = new ArrayList<>();
            int at = 0;
            wanted = Integer.BYTES;
            while (all.length - at >= Integer.BYTES) {
                int length = ByteBuffer.wrap(all, at, Integer.BYTES).getInt();
                if (length < 1 || length > LONGEST_MESSAGE) {
                    return null;
                }
                int end = at + Integer.BYTES + length;
                if (end > all.length) {
                    wanted = end - at;
                    break;
                }
                whole.add(Arrays.copyOfRange(all, at, end));
                at = end;
            }
            held.reset();
            held.write(all, at, all.length - at);
            return whole;
        }
    }
}
