package sallyport.bastion.backend;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.client.session.ClientSessionImpl;
import org.apache.sshd.client.session.SessionFactory;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.io.IoServiceFactoryFactory;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.session.helpers.KeyExchangeMessageHandler;
import org.apache.sshd.core.CoreModuleProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.keys.PinnedHostKeys;
import sallyport.policy.Login;
import sallyport.policy.Target;

/**
 * Opens transports to targets with the bastion's own key, to hosts that show a pinned key and to no other (T47). One for
 * the whole process; closed last.
 */
public final class TargetConnector implements AutoCloseable {

    /** How long the TCP connection and the key exchange may take. */
    static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    /** How long the target may think about the bastion's key. */
    static final Duration LOGIN_LIMIT = Duration.ofSeconds(10);

    /** How long the target may take to open a channel, and again to agree to run the program. */
    static final Duration CHANNEL_OPEN_LIMIT = Duration.ofSeconds(10);

    /** A target is asked for a sign of life this often, and given up after {@link #MOST_UNANSWERED} without answer (R6). */
    static final Duration HEARTBEAT = Duration.ofSeconds(12);

    private static final int MOST_UNANSWERED = 2;

    /** What a target may open; whether it may is asked each time. */
    private static final List<String> ARRIVING =
            List.of(AcceptedStream.TCP, AcceptedStream.SOCKET, AcceptedStream.AGENT, AcceptedStream.X11);

    private static final Logger log = LoggerFactory.getLogger(TargetConnector.class);

    private static final AttributeKey<Pin> PIN = new AttributeKey<>();

    private final SshClient client;
    private final KeyPair credential;

    /** What one connect expects, and what it found instead. */
    private record Pin(PinnedHostKeys keys, AtomicReference<PublicKey> other) {}

    /**
     * Starts the client side.
     *
     * @param credential the bastion's own key, which every target trusts
     * @param io the transport's I/O, shared with the door
     */
    public TargetConnector(KeyPair credential, IoServiceFactoryFactory io) {
        this.credential = credential;
        this.client = ClientBuilder.builder().build();
        client.setIoServiceFactoryFactory(io);
        client.setSessionFactory(new PinnedSessionFactory(client));
        client.setKeyExchangeFactories(Algorithms.clientKeyExchanges());
        client.setCipherFactories(Algorithms.ciphers());
        client.setMacFactories(Algorithms.macs());
        client.setCompressionFactories(Algorithms.noCompression());
        client.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setServerKeyVerifier((session, _, key) -> isPinned(session, key));
        client.setAgentFactory(null);
        client.setForwardingFilter(null);
        client.setChannelFactories(
                ARRIVING.stream().map(AcceptedStream::factory).toList());
        CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, HEARTBEAT);
        CoreModuleProperties.HEARTBEAT_REQUEST.set(client, "keepalive@openssh.com");
        CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, MOST_UNANSWERED);
        CoreModuleProperties.IDLE_TIMEOUT.set(client, Duration.ZERO);
        CoreModuleProperties.NIO2_READ_TIMEOUT.set(client, Duration.ZERO);
        CoreModuleProperties.NIO2_READ_BUFFER_SIZE.set(client, Algorithms.READ_BUFFER_BYTES);
        CoreModuleProperties.TCP_NODELAY.set(client, true);
        CoreModuleProperties.SOCKET_KEEPALIVE.set(client, true);
        CoreModuleProperties.CLIENT_IDENTIFICATION.set(client, "Sallyport");
        client.start();
    }

    /**
     * Connects and logs in. Blocks at most {@link #CONNECT_LIMIT} and {@link #LOGIN_LIMIT}.
     *
     * @param awaitsMore whether another user may come when the last one is gone
     * @param gone told when the transport is closed for want of users
     * @throws TargetUnreachable in words that name the target and what to do
     */
    TargetTransport connect(Target target, Login login, BooleanSupplier awaitsMore, Consumer<TargetTransport> gone)
            throws TargetUnreachable {
        Pin pin = new Pin(pinned(target), new AtomicReference<>());
        ClientSession session = null;
        try {
            AttributeRepository context = AttributeRepository.ofKeyValuePair(PIN, pin);
            session = client.connect(login.value(), target.host(), target.port(), context, null)
                    .verify(CONNECT_LIMIT)
                    .getSession();
            session.addPublicKeyIdentity(credential);
            session.auth().verify(LOGIN_LIMIT);
            return new TargetTransport(session, target, login, awaitsMore, gone);
        } catch (IOException | RuntimeException e) {
            if (session != null) {
                session.close(true);
            }
            throw unreachable(target, login, pin, e);
        }
    }

    private static TargetUnreachable unreachable(Target target, Login login, Pin pin, Exception e) {
        log.info(
                "target {} at {}:{} not reached as {}: {}",
                target.name(),
                target.host(),
                target.port(),
                login,
                e.toString());
        PublicKey other = pin.other().get();
        if (other != null) {
            return new TargetUnreachable(
                    "the host key of %s is %s, pinned is %s. It was re-installed, or something stands in between. Nothing was sent; have the new key confirmed and pinned in access.yaml"
                            .formatted(target.name(), KeyUtils.getFingerPrint(other), pin.keys()),
                    e);
        }
        return new TargetUnreachable(
                target.name() + " at " + target.host() + ":" + target.port() + " " + words(login, e), e);
    }

    private static String words(Login login, Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case java.net.ConnectException refused -> {
                    return "cannot be reached: " + refused.getMessage();
                }
                case UnresolvedAddressException _ -> {
                    return "cannot be reached: its host name has no address";
                }
                case SocketTimeoutException _, java.util.concurrent.TimeoutException _ -> {
                    return "does not answer within " + CONNECT_LIMIT.toSeconds() + " s";
                }
                case SshException refused
                when String.valueOf(refused.getMessage()).contains("No more authentication methods") -> {
                    return "does not let the bastion in as " + login
                            + ": its authorized_keys must hold the key that \"sallyport key show\" prints";
                }
                default -> {}
            }
        }
        return "cannot be used: " + e.getMessage();
    }

    private static PinnedHostKeys pinned(Target target) throws TargetUnreachable {
        try {
            return PinnedHostKeys.parse(target.hostKeys());
        } catch (IllegalArgumentException e) {
            throw new TargetUnreachable(
                    "a pinned host key of " + target.name() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static boolean isPinned(ClientSession session, PublicKey key) {
        Pin pin = pin(session);
        if (pin.keys().contains(key)) {
            return true;
        }
        pin.other().set(key);
        return false;
    }

    private static Pin pin(ClientSession session) {
        AttributeRepository context = session.getConnectionContext();
        Pin pin = context == null ? null : context.getAttribute(PIN);
        if (pin == null) {
            throw new IllegalStateException("a connection to a target without its pinned keys: " + session);
        }
        return pin;
    }

    @Override
    public void close() {
        client.close(true);
        client.stop();
    }

    /** Asks a target only for host keys of a pinned type, or a second key of another type would look like a change. */
    private static final class PinnedSessionFactory extends SessionFactory {
        PinnedSessionFactory(SshClient client) {
            super(client);
        }

        @Override
        protected ClientSessionImpl doCreateSession(IoSession ioSession) throws Exception {
            return new ClientSessionImpl(getClient(), ioSession) {
                @Override
                protected KeyExchangeMessageHandler initializeKeyExchangeMessageHandler() {
                    return new QueueingKeyExchange(this, log);
                }

                @Override
                protected String resolveAvailableSignaturesProposal(FactoryManager manager) {
                    Set<String> types = pin(this).keys().types();
                    String offered = super.resolveAvailableSignaturesProposal(manager);
                    String narrowed = List.of(offered.split(",")).stream()
                            .filter(algorithm -> types.contains(KeyUtils.getCanonicalKeyType(algorithm)))
                            .collect(Collectors.joining(","));
                    return narrowed.isEmpty() ? offered : narrowed;
                }
            };
        }
    }
}
