package sallyport.admin.http;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.MinimumDataRateHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.admin.ExportFormat;
import sallyport.admin.HistoryOperations;
import sallyport.admin.LiveSessions;
import sallyport.admin.Readiness;
import sallyport.admin.RecordingOperations;
import sallyport.admin.RetentionOperations;
import sallyport.admin.RetentionSweep;
import sallyport.admin.SearchOperations;
import sallyport.admin.SessionOperations;
import sallyport.admin.TokenOperations;
import sallyport.db.DatabaseAway;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;
import sallyport.recorder.store.RecordingStore;

/**
 * Serves {@link Route}s over plain HTTP; whoever wants it from another machine puts TLS in front. Requests run on virtual
 * threads and may wait for the database.
 */
public final class AdminServer implements AutoCloseable {

    /** Largest body of a request, in bytes, but for documents, which have their own; a larger one is refused with 413. */
    public static final int LARGEST_BODY = 64 * 1024;

    /** Largest request line and headers together, in bytes; 431 beyond. */
    static final int LARGEST_HEADERS = 16 * 1024;

    /** A connection on which nothing moves for so long is closed, also in the middle of a request or an answer. */
    static final Duration IDLE = Duration.ofSeconds(30);

    /** Slowest body, in bytes a second, so that dripping bytes does not hold a connection; 408 below. */
    static final int SLOWEST_BODY = 256;

    /** Most connections at once; more wait to be accepted. */
    static final int MOST_CONNECTIONS = 256;

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final String BEGAN = "began";
    private static final String ROUTE = "route";

    private final Javalin javalin;
    private final Meters meters;

    private AdminServer(Javalin javalin, Meters meters) {
        this.javalin = javalin;
        this.meters = meters;
    }

    /**
     * What the server is made of.
     *
     * @param people finds who has a name
     * @param live for counting only
     * @param sweep for counting only
     * @param store for counting only
     * @param isLogGood whether the log is the one that was signed, as far as it was looked at
     * @param registry belongs to the caller; scraped at {@code /metrics}
     * @param readiness asked at each {@code /readyz} and scrape; quick, a second at most
     * @param nanos a monotonic clock in nanoseconds
     */
    public record Parts(
            SessionOperations sessions,
            HistoryOperations history,
            RecordingOperations recordings,
            RetentionOperations retention,
            SearchOperations search,
            TokenOperations tokens,
            Function<PersonName, Optional<PersonId>> people,
            LiveSessions live,
            RetentionSweep sweep,
            RecordingStore store,
            BooleanSupplier isLogGood,
            PrometheusMeterRegistry registry,
            Supplier<Readiness> readiness,
            InstantSource clock,
            LongSupplier nanos) {}

    /**
     * Binds {@code address} and serves from now on.
     *
     * @param address port 0 takes a free one, see {@link #port}
     * @throws io.javalin.util.JavalinException if the address cannot be bound
     */
    public static AdminServer start(InetSocketAddress address, Parts parts) {
        Meters meters = new Meters(parts);
        try {
            return new AdminServer(Javalin.start(config -> configure(config, address, parts, meters)), meters);
        } catch (RuntimeException notStarted) {
            meters.close();
            throw notStarted;
        }
    }

    /** The port that is bound. */
    public int port() {
        return javalin.port();
    }

    /** Stops taking requests and ends those that run. Closing twice is safe. */
    @Override
    public void close() {
        javalin.stop();
        meters.close();
    }

    private static void configure(JavalinConfig config, InetSocketAddress address, Parts parts, Meters meters) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.concurrency.useVirtualThreads = true;
        config.http.maxRequestSize = LARGEST_BODY;
        config.http.prefer405over404 = true;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.jetty.modifyHttpConfiguration(AdminServer::limit);
        config.jetty.addConnector((server, http) -> connector(server, http, address));
        config.jetty.modifyServer(server -> {
            server.setErrorHandler(new QuietErrors());
            server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, server));
            server.insertHandler(new MinimumDataRateHandler(SLOWEST_BODY, 0));
        });
        routes(config, parts);
        frame(config, parts.nanos(), meters);
    }

    private static void limit(HttpConfiguration http) {
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(LARGEST_HEADERS);
    }

    private static Connector connector(Server server, HttpConfiguration http, InetSocketAddress address) {
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(address.getAddress().getHostAddress());
        connector.setPort(address.getPort());
        connector.setIdleTimeout(IDLE.toMillis());
        return connector;
    }

    private static void routes(JavalinConfig config, Parts parts) {
        Api api = new Api(
                parts.sessions(),
                parts.history(),
                parts.recordings(),
                parts.retention(),
                parts.search(),
                parts.people(),
                parts.clock());
        Gate gate = new Gate(parts.tokens(), new FailedTokens(parts.nanos()));
        for (Route route : Route.values()) {
            config.routes.addHttpHandler(route.method(), route.path(), request -> {
                request.attribute(ROUTE, route.path());
                switch (route) {
                    case LIST_SESSIONS -> api.listSessions(request, gate.admit(request, route));
                    case SHOW_SESSION -> api.showSession(request, gate.admit(request, route));
                    case REVOKE_SESSION -> api.revokeSession(request, gate.admit(request, route));
                    case READ_SESSION -> api.readSession(request, gate.admit(request, route));
                    case SAVE_SESSION -> api.saveSession(request, gate.admit(request, route));
                    case RENAME_SESSION -> api.renameSession(request, gate.admit(request, route));
                    case LINK_SESSION -> api.linkSession(request, gate.admit(request, route));
                    case DETACH_SESSION -> api.detachSession(request, gate.admit(request, route));
                    case DESTROY_SESSION -> api.destroySession(request, gate.admit(request, route));
                    case CLEAR_SESSION -> api.clearSession(request, gate.admit(request, route));
                    case CLEAR_SESSIONS -> api.clearSessions(request, gate.admit(request, route));
                    case RESTORE_SESSION -> api.restoreSession(request, gate.admit(request, route));
                    case SHOW_RECORDING -> api.showRecording(request, gate.admit(request, route));
                    case HOLD_RECORDING -> api.holdRecording(request, gate.admit(request, route));
                    case RELEASE_RECORDING -> api.releaseRecording(request, gate.admit(request, route));
                    case SHOW_RETENTION -> api.showRetention(request, gate.admit(request, route));
                    case RESUME_RETENTION -> api.resumeRetention(request, gate.admit(request, route));
                    case SEARCH -> api.search(request, gate.admit(request, route));
                    case HISTORY_CSV -> api.exportHistory(request, gate.admit(request, route), ExportFormat.CSV);
                    case HISTORY_JSON_LINES ->
                        api.exportHistory(request, gate.admit(request, route), ExportFormat.JSON_LINES);
                    case METRICS ->
                        request.contentType("text/plain; version=0.0.4; charset=utf-8")
                                .result(parts.registry().scrape());
                    case HEALTH -> request.contentType("text/plain").result("alive\n");
                    case READINESS -> ready(request, parts.readiness().get());
                }
            });
        }
    }

    private static void ready(Context request, Readiness readiness) {
        request.contentType("text/plain; charset=utf-8");
        if (readiness.isReady()) {
            request.result("ready\n");
        } else {
            request.status(503).result(String.join("\n", readiness.failing()) + "\n");
        }
    }

    /** What happens around every request, found or not: headers, words for what went wrong, counting. */
    private static void frame(JavalinConfig config, LongSupplier nanos, Meters meters) {
        config.routes.before(request -> {
            request.attribute(BEGAN, nanos.getAsLong());
            Headers.ALL.forEach(request::header);
        });
        config.routes.after(request -> {
            String route = request.attribute(ROUTE);
            Long began = request.attribute(BEGAN);
            if (began != null) {
                meters.request(
                        route == null ? "none" : route,
                        request.statusCode(),
                        Duration.ofNanos(nanos.getAsLong() - began));
            }
        });
        config.routes.exception(Refusal.class, (refusal, request) -> refuse(request, refusal));
        config.routes.exception(HttpResponseException.class, (refused, request) -> {
            int status = refused.getStatus();
            refuse(request, new Refusal(status, Refusal.codeOf(status), words(status)));
        });
        config.routes.exception(DatabaseAway.class, (away, request) -> {
            LOG.warn("{} {} was not answered: the database is away", request.method(), request.attribute(ROUTE), away);
            request.header("Retry-After", "5");
            refuse(
                    request,
                    new Refusal(
                            503,
                            "database_away",
                            "the database does not answer; nothing was changed, sessions that run go on; try again"
                                    + " soon"));
        });
        config.routes.exception(UncheckedIOException.class, (unkept, request) -> {
            LOG.error("{} {} failed at a disk", request.method(), request.attribute(ROUTE), unkept);
            refuse(
                    request,
                    new Refusal(
                            503, "unavailable", "the bastion cannot write or read its files now; tell the operator"));
        });
        config.routes.exception(Exception.class, (broken, request) -> {
            LOG.error("{} {} failed", request.method(), request.attribute(ROUTE), broken);
            refuse(request, new Refusal(500, "internal", "something broke inside the bastion; its log says what"));
        });
    }

    private static String words(int status) {
        return switch (status) {
            case 404 -> "there is nothing at this address";
            case 405 -> "this address does not answer that method";
            case 413 -> "the body is larger than " + LARGEST_BODY + " bytes";
            default -> "the request cannot be answered";
        };
    }

    private static void refuse(Context request, Refusal refusal) {
        Headers.ALL.forEach(request::header);
        request.status(refusal.status()).contentType("application/json").result(refusal.json());
    }
}
