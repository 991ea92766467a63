package sallyport.bastion.ssh;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.kex.KexState;
import org.apache.sshd.common.session.helpers.KeyExchangeMessageHandler;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.ServerFactoryManager;
import org.apache.sshd.server.session.ServerSessionImpl;
import org.jspecify.annotations.Nullable;
import sallyport.bastion.backend.Algorithms;
import sallyport.bastion.backend.QueueingKeyExchange;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Person;

/**
 * One transport from a client: its key exchange, and what it has proven of itself. Runs on I/O threads; nothing here waits.
 *
 * <p>OpenSSH's client prefers ChaCha20, which costs Java two and a half times AES-GCM. So a client that says it is OpenSSH is
 * answered after its own KEXINIT, and if that lists AES-GCM, is offered nothing else. All others get the whole list at once,
 * since some wait for the server to speak first.
 */
sealed class FrontSession extends ServerSessionImpl permits JumpSession {

    /** How long a key exchange of a connection that is logged in may take. */
    static final Duration REKEY_LIMIT = Duration.ofSeconds(30);

    /** Most messages of a connection that nobody knows (T50). */
    static final int MOST_UNKNOWN = 1_000;

    private final SshFront front;
    private final AtomicInteger exchanges = new AtomicInteger();
    private final AtomicInteger failedSignatures = new AtomicInteger();
    private final AtomicInteger queries = new AtomicInteger();
    private final AtomicInteger serviceRequests = new AtomicInteger();

    private volatile @Nullable String triedUser;
    private volatile boolean awaitsClientKexInit;
    private volatile boolean gcmOnly;
    private final GlobalRequests globalRequests;
    private final Places sessions = new Places(SshFront.MOST_SESSIONS);
    private final Hints hints = new Hints();
    private final Pace pace;
    private final AtomicBoolean goesOn = new AtomicBoolean();
    private volatile boolean moreSessions = true;
    private volatile @Nullable Connection connection;
    private volatile @Nullable Forwards forwards;

    /** How many messages came that nobody knows. */
    private final AtomicInteger unknown = new AtomicInteger();

    FrontSession(SshFront front, ServerFactoryManager server, IoSession ioSession) throws Exception {
        super(server, ioSession);
        this.front = front;
        this.globalRequests = new GlobalRequests(this, front);
        this.pace = new Pace(front.nanos());
    }

    // --- how fast it may ask ---

    @Override
    protected void handleMessage(Buffer buffer) throws Exception {
        switch (buffer.array()[buffer.rpos()] & 0xff) {
            case SshConstants.SSH_MSG_GLOBAL_REQUEST,
                    SshConstants.SSH_MSG_CHANNEL_OPEN,
                    SshConstants.SSH_MSG_CHANNEL_REQUEST -> keepPace();
            default -> {}
        }
        super.handleMessage(buffer);
    }

    /**
     * A client that asks too fast is not read from for a while: nothing is dropped or put out of order, and what waits does so on its
     * side. What was read already is still dealt with, and makes that while longer.
     */
    private void keepPace() {
        Duration wait = pace.asked();
        if (wait.isPositive()) {
            // Each time: the last pause may end right now.
            getIoSession().suspendRead();
            goOnAfter(wait);
        }
    }

    private void goOnAfter(Duration wait) {
        if (!goesOn.getAndSet(true)) {
            log.debug(
                    "{} asks for more than {} things a second; it is read from again in {}",
                    this,
                    Pace.PER_SECOND,
                    wait);
            front.after(wait, this::goOn);
        }
    }

    private void goOn() {
        goesOn.set(false);
        Duration wait = pace.left();
        if (wait.isPositive()) {
            goOnAfter(wait);
        } else {
            // Aside, as what waits in a jump is dealt with at once.
            front.aside(getIoSession()::resumeRead);
        }
    }

    /** Each message that nobody knows is answered (RFC 4253 section 11.4), and what a client does not read would be kept for it. */
    @Override
    protected boolean doInvokeUnimplementedMessageHandler(int cmd, Buffer buffer) throws Exception {
        int count = unknown.incrementAndGet();
        if (count == MOST_UNKNOWN + 1) {
            disconnect(
                    SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR,
                    "More than " + MOST_UNKNOWN + " messages that nobody here knows");
        }
        return count > MOST_UNKNOWN || super.doInvokeUnimplementedMessageHandler(cmd, buffer);
    }

    // --- key exchange ---

    @Override
    protected KeyExchangeMessageHandler initializeKeyExchangeMessageHandler() {
        return new QueueingKeyExchange(this, log);
    }

    /** A key exchange that one side begins and the other never finishes must not hold packets back for good (T51). */
    private void limitRekey() {
        int exchange = exchanges.incrementAndGet();
        front.after(REKEY_LIMIT, () -> {
            if (exchanges.get() == exchange && kexState.get() != KexState.DONE) {
                log.warn("{} did not finish a key exchange within {} s; closed", this, REKEY_LIMIT.toSeconds());
                close(true);
            }
        });
    }

    @Override
    protected byte @Nullable [] sendKexInit() throws Exception {
        String client = getClientVersion();
        if (getSessionId() == null && !awaitsClientKexInit && client != null && client.startsWith("SSH-2.0-OpenSSH_")) {
            awaitsClientKexInit = true;
            return null;
        }
        if (getSessionId() != null) {
            limitRekey();
        }
        return super.sendKexInit();
    }

    @Override
    protected void handleKexInit(Buffer buffer) throws Exception {
        super.handleKexInit(buffer);
        if (awaitsClientKexInit && getSessionId() == null) {
            gcmOnly = lists(KexProposalOption.C2SENC) && lists(KexProposalOption.S2CENC);
            super.sendKexInit();
        }
    }

    private boolean lists(KexProposalOption direction) {
        String offered = getClientKexProposals().get(direction);
        return offered != null
                && List.of(offered.split(",")).stream()
                        .anyMatch(name -> Algorithms.gcmCiphers().stream()
                                .anyMatch(cipher -> cipher.getName().equals(name)));
    }

    @Override
    public List<NamedFactory<Cipher>> getCipherFactories() {
        return gcmOnly ? Algorithms.gcmCiphers() : super.getCipherFactories();
    }

    // --- who is there ---

    /** Whose key this is, if they may log in here with it. Without effects: a client may ask about keys it does not hold. */
    Optional<Person> owner(KeyFingerprint key) {
        return front.keys().owner(key);
    }

    /** Where a user name leads. */
    Destination destination(String user) {
        return UserPart.parse(user);
    }

    /** The key of a login has just been proven. */
    final void proven(String user, KeyFingerprint key) {
        enter(owner(key).orElseThrow(() -> new IllegalStateException("a proven key is nobody's")), key, user);
    }

    /** Who they are is proven. */
    final void enter(Person person, KeyFingerprint key, String user) {
        Connection entered = new Connection(person, key, source(), destination(user), front.newTransports());
        forwards = new Forwards(front, this, entered);
        connection = entered;
    }

    /** Who has logged in. */
    final Optional<Connection> connection() {
        return isAuthenticated() ? Optional.ofNullable(connection) : Optional.empty();
    }

    /** What it passes on, once somebody has logged in. */
    final Optional<Forwards> forwards() {
        return isAuthenticated() ? Optional.ofNullable(forwards) : Optional.empty();
    }

    /** What it asks for as a whole. */
    final GlobalRequests globalRequests() {
        return globalRequests;
    }

    /** For session channels. */
    final Places sessions() {
        return sessions;
    }

    /** Its client wants no further session channel opened (no-more-sessions@openssh.com). */
    final void noMoreSessions() {
        moreSessions = false;
    }

    /** Whether a session channel may be opened. */
    final boolean takesSessions() {
        return moreSessions;
    }

    /** Words that have no channel of their own. */
    final Hints hints() {
        return hints;
    }

    /** Says {@code words} on a session channel, now or when there is one. */
    final void hint(String words) {
        hints.say(words);
    }

    /** The user name of a login that was tried and did not succeed. */
    final Optional<String> refusedUser() {
        return connection().isPresent() ? Optional.empty() : Optional.ofNullable(triedUser);
    }

    /** Counts a login step that did not succeed, and ends the connection when there were too many (T3). */
    final void loginTried(String user, boolean signed) throws IOException {
        triedUser = user;
        if (signed && failedSignatures.incrementAndGet() >= ProvenKeyAuth.MOST_FAILED_SIGNATURES) {
            disconnect(
                    SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE,
                    "Too many failed logins; try again with the right key (ssh -i KEY -o IdentitiesOnly=yes)");
        } else if (!signed && queries.incrementAndGet() > ProvenKeyAuth.MOST_QUERIES) {
            disconnect(
                    SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE,
                    "Too many keys; name the right one (ssh -i KEY -o IdentitiesOnly=yes)");
        }
    }

    /** One service request is all a login needs; a second would give a client fresh counters in the library (T3). */
    @Override
    protected void handleServiceRequest(Buffer buffer) throws Exception {
        if (serviceRequests.incrementAndGet() > 1) {
            disconnect(SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR, "A second service request");
            return;
        }
        super.handleServiceRequest(buffer);
    }

    /** The client's address, without its port. */
    final String source() {
        SocketAddress address = getIoSession().getRemoteAddress();
        return address instanceof InetSocketAddress inet ? inet.getAddress().getHostAddress() : String.valueOf(address);
    }
}
