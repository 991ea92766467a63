package sallyport.bastion.ssh;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.sshd.common.PropertyResolverUtils;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoServiceFactoryFactory;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.global.OpenSshHostKeysHandler;
import org.apache.sshd.server.session.ServerConnectionServiceFactory;
import org.apache.sshd.server.session.ServerSessionImpl;
import org.apache.sshd.server.session.SessionFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.bastion.backend.Algorithms;
import sallyport.bastion.backend.TargetConnector;
import sallyport.bastion.backend.Transports;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.Ending;

/**
 * The ssh server that clients meet. Every setting of the library that matters is set here; none is left to its default.
 * Only public keys are asked for; only session channels are opened, and {@link DirectChannel}s.
 */
public final class SshFront implements AutoCloseable {

    /** From accept to a finished login; people compare fingerprints and touch keys (T2). */
    static final Duration LOGIN_LIMIT = Duration.ofMinutes(2);

    /** How long a client that is sent away may take to hear why, before its channel is closed without. */
    static final Duration LAST_WORDS_LIMIT = Duration.ofMillis(400);

    /** How long connections may take to close politely when the bastion stops. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    /** Session channels of one connection that may be open at once, and as many jumps (T50). */
    static final int MOST_SESSIONS = 10;

    /** What may pass at once in one connection besides sessions, jumps among it (T50). */
    static final int MOST_FORWARDS = 200;

    /** Decisions about forwards that are under way at once, of all connections: the rest of the database is for everything else. */
    private static final int MOST_DECISIONS = 4;

    /** A client that opens channels and never confirms their end is disconnected here. */
    private static final int MOST_CHANNELS = 2 * (MOST_SESSIONS + MOST_FORWARDS);

    private static final Logger log = LoggerFactory.getLogger(SshFront.class);

    private final VisitDesk desk;
    private final LongSupplier nanos;
    private final TargetConnector connector;
    private final JumpDoor jumps;
    private final SshServer server;
    private final Refusals refusals = new Refusals();
    private final Set<ClientChannel> channels = ConcurrentHashMap.newKeySet();
    private final ExecutorService visits = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("visit-", 0).factory());
    private final ExecutorService aside = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("jump-", 0).factory());
    private final Semaphore decisions = new Semaphore(MOST_DECISIONS, true);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("ssh-timer").daemon().factory());

    /**
     * A door that does not listen yet.
     *
     * @param hostKey what it proves itself with
     * @param jumpHost what it shows in the targets' place
     * @param nanos measures intervals
     * @param identification the version part of the identification line (RFC 4253 section 4.2)
     */
    public SshFront(
            VisitDesk desk,
            TargetConnector connector,
            KeyPair hostKey,
            JumpHost jumpHost,
            LongSupplier nanos,
            InetSocketAddress listen,
            String identification,
            IoServiceFactoryFactory io) {
        this.desk = desk;
        this.nanos = nanos;
        this.connector = connector;
        this.jumps = new JumpDoor(desk, jumpHost);
        this.server = ServerBuilder.builder().build();
        server.setHost(listen.getAddress().getHostAddress());
        server.setPort(listen.getPort());
        server.setIoServiceFactoryFactory(io);
        server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
        server.setSessionFactory(new FrontSessionFactory(server));
        server.setKeyExchangeFactories(Algorithms.serverKeyExchanges());
        server.setCipherFactories(Algorithms.ciphers());
        server.setMacFactories(Algorithms.macs());
        server.setCompressionFactories(Algorithms.noCompression());
        server.setServiceFactories(List.of(JumpLogin.factory(), ServerConnectionServiceFactory.INSTANCE));
        server.setUserAuthFactories(List.of(ProvenKeyAuth.factory()));
        server.setPublickeyAuthenticator((_, key, session) -> {
            try {
                return ((FrontSession) session)
                        .owner(ProvenKeyAuth.fingerprint(key))
                        .isPresent();
            } catch (IllegalArgumentException e) {
                return false;
            }
        });
        server.setPasswordAuthenticator(null);
        server.setKeyboardInteractiveAuthenticator(null);
        server.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
        server.setAgentFactory(null);
        server.setShellFactory(null);
        server.setCommandFactory(null);
        server.setSubsystemFactories(List.of());
        server.setChannelFactories(List.of(
                new ClientChannelFactory(),
                new DirectChannelFactory(DirectChannel.Kind.TCP),
                new DirectChannelFactory(DirectChannel.Kind.SOCKET)));
        server.setGlobalRequestHandlers(List.of(
                (service, request, wantReply, buffer) ->
                        ((FrontSession) service.getSession()).globalRequests().take(request, wantReply, buffer),
                OpenSshHostKeysHandler.INSTANCE));
        server.addSessionListener(new Logins());
        CoreModuleProperties.SERVER_IDENTIFICATION.set(server, identification);
        CoreModuleProperties.AUTH_TIMEOUT.set(server, LOGIN_LIMIT);
        CoreModuleProperties.IDLE_TIMEOUT.set(server, Duration.ZERO);
        CoreModuleProperties.NIO2_READ_TIMEOUT.set(server, Duration.ZERO);
        CoreModuleProperties.NIO2_READ_BUFFER_SIZE.set(server, Algorithms.READ_BUFFER_BYTES);
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(
                server, ProvenKeyAuth.MOST_QUERIES + ProvenKeyAuth.MOST_FAILED_SIGNATURES + 2);
        CoreModuleProperties.TCP_NODELAY.set(server, true);
        CoreModuleProperties.MAX_CONCURRENT_CHANNELS.set(server, MOST_CHANNELS);
        PropertyResolverUtils.updateProperty(server, CoreModuleProperties.WELCOME_BANNER.getName(), "");
    }

    /**
     * Starts to listen.
     *
     * @throws IOException if the address cannot be bound
     */
    public void start() throws IOException {
        server.start();
        log.info("ssh on {} port {}", server.getHost(), server.getPort());
    }

    /** The port it listens on; meaningful after {@link #start}. */
    public int port() {
        return server.getPort();
    }

    /** Whether it listens. */
    public boolean isOpen() {
        return server.isStarted() && !server.isClosing();
    }

    VisitDesk desk() {
        return desk;
    }

    LongSupplier nanos() {
        return nanos;
    }

    AuthorizedKeys keys() {
        return desk.keys();
    }

    Transports newTransports() {
        return new Transports(connector);
    }

    JumpDoor jumps() {
        return jumps;
    }

    /** Serves a connection that comes through a channel; it lives until that closes. */
    void serve(JumpTransport transport) throws Exception {
        inner().sessionCreated(transport);
    }

    /** What is decided about channels at one time. */
    Semaphore decisions() {
        return decisions;
    }

    /** What tells connections of what comes on their transport. */
    IoHandler inner() {
        return server.getSessionFactory();
    }

    /** Runs {@code task} soon on a thread that may wait and holds no lock. */
    void aside(Runnable task) {
        try {
            aside.execute(task);
        } catch (RejectedExecutionException stopped) {
            log.debug("the door is closed; nobody waits for this any more", stopped);
        }
    }

    void receive(Visit visit) {
        visits.execute(visit);
    }

    void after(Duration delay, Runnable task) {
        var _ = timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Tells whoever still waits or asks that the bastion is stopping, closes every connection, and waits for the visits.
     * Sessions are ended before, by whoever owns them.
     */
    @Override
    public void close() {
        channels.forEach(channel ->
                channel.end(new Ending.BastionStopped(), "the bastion is stopping. Try again in a minute.", false));
        try {
            if (!server.close(false).await(CLOSE_LIMIT)) {
                server.close(true).await(CLOSE_LIMIT);
            }
        } catch (IOException e) {
            log.warn("the ssh door did not close in good order: {}", e.toString());
        }
        visits.shutdown();
        try {
            if (!visits.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                visits.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        aside.shutdown();
        timer.shutdownNow();
    }

    private final class FrontSessionFactory extends SessionFactory {
        FrontSessionFactory(SshServer server) {
            super(server);
        }

        @Override
        protected ServerSessionImpl doCreateSession(IoSession ioSession) throws Exception {
            if (ioSession instanceof JumpTransport transport) {
                return new JumpSession(SshFront.this, getServer(), transport);
            }
            KeepAlive.watch(ioSession);
            return new FrontSession(SshFront.this, getServer(), ioSession);
        }
    }

    private final class ClientChannelFactory implements ChannelFactory {
        @Override
        public String getName() {
            return "session";
        }

        @Override
        public Channel createChannel(Session session) {
            ClientChannel channel = new ClientChannel(SshFront.this);
            channels.add(channel);
            var _ = channel.gone().thenRun(() -> channels.remove(channel));
            return channel;
        }
    }

    private final class DirectChannelFactory implements ChannelFactory {
        private final DirectChannel.Kind kind;

        DirectChannelFactory(DirectChannel.Kind kind) {
            this.kind = kind;
        }

        @Override
        public String getName() {
            return kind.type();
        }

        @Override
        public Channel createChannel(Session session) {
            return new DirectChannel(SshFront.this, kind);
        }
    }

    /** Audits who came in, and who did not. Whoever jumps to a target has come in once, at the outer connection. */
    private final class Logins implements SessionListener {

        @Override
        public void sessionEvent(Session session, Event event) {
            if (event != Event.Authenticated) {
                return;
            }
            if (session instanceof JumpSession inner) {
                log.info(
                        "{} stands before {}",
                        inner.jump().connection().person().name(),
                        inner.jump().target());
            } else {
                ((FrontSession) session)
                        .connection()
                        .ifPresent(connection -> visits.execute(() -> accepted(session, connection)));
            }
        }

        @Override
        public void sessionClosed(Session session) {
            if (session instanceof FrontSession front && !visits.isShutdown()) {
                front.forwards()
                        .ifPresent(forwards -> aside(() -> {
                            forwards.close();
                            forwards.connection().transports().close();
                        }));
                front.refusedUser().ifPresent(user -> visits.execute(() -> refused(front.source(), user)));
            }
        }

        private void accepted(Session session, Connection connection) {
            log.info("{} logged in from {} with {}", connection.person().name(), connection.source(), connection.key());
            desk.audit()
                    .append(AuditEntry.by(
                            desk.ids().get(),
                            desk.clock().instant(),
                            connection.person(),
                            connection.source(),
                            new AuditEvent.LoggedIn(connection.key(), Visible.text(session.getClientVersion()))));
        }

        private void refused(String source, String user) {
            if (!refusals.mayNote(desk.clock().instant())) {
                return;
            }
            log.info("nobody was let in from {} as {}", source, Visible.text(user));
            desk.audit()
                    .append(new AuditEntry(
                            desk.ids().get(),
                            desk.clock().instant(),
                            Optional.empty(),
                            Optional.empty(),
                            source,
                            new AuditEvent.LoginRefused(Visible.text(user), "no key that is known was proven")));
        }
    }
}
