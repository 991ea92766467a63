package sallyport.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to PostgreSQL, as the application's role. Thread-safe; one per process.
 *
 * <p>How the deadline is kept: a connection is waited for {@link #CONNECTION_WAIT} at most; after that every read from the
 * server may take what is left of {@link #STATEMENTS_END}, so a server that is frozen in the middle of a transaction is given
 * up in time as well. The server's own {@code statement_timeout} and {@code lock_timeout} are only the second line: they
 * free a live server from work that nobody waits for.
 */
public final class Database implements AutoCloseable {

    /** After this long a call has answered or thrown {@link DatabaseAway}, whatever the server does. */
    public static final Duration LONGEST_CALL = Duration.ofMillis(2_500);

    /** How long a call waits for a connection; the pool may overdraw it by {@link #VALIDATION_WAIT} once. */
    private static final Duration CONNECTION_WAIT = Duration.ofSeconds(1);

    /** How long a connection that was idle has to show that it lives. */
    private static final Duration VALIDATION_WAIT = Duration.ofMillis(250);

    /** When the last read from the server must have ended, counted from the start of the call. */
    private static final Duration STATEMENTS_END = Duration.ofMillis(2_250);

    /**
     * The same for a change of the whole access definition: a rare thing, often the first of a process that is still
     * loading its classes, and nobody waits for it at a prompt. Each read of it has no longer than any other's, so that a
     * frozen server is noticed as soon.
     */
    private static final Duration LONG_STATEMENTS_END = Duration.ofSeconds(20);

    /** What is left for a rollback when the time is up; without an answer the connection is thrown away. */
    private static final int ROLLBACK_MILLIS = 50;

    /** The most that {@link #isUp} takes. */
    private static final Duration UP_WAIT = Duration.ofMillis(950);

    /** Connections at most. Calls take milliseconds, so few serve many; the rest wait, see {@link #CONNECTION_WAIT}. */
    private static final int MOST_CONNECTIONS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private final PatientDataSource server;
    private final HikariDataSource pool;
    private final InstantSource clock;
    private final ExecutorService probes = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("db-up-", 0).factory());
    private final AtomicReference<@Nullable Instant> awaySince = new AtomicReference<>();
    private final List<Runnable> backAgain = new CopyOnWriteArrayList<>();
    private final List<Runnable> logGrew = new CopyOnWriteArrayList<>();

    private Database(PatientDataSource server, HikariDataSource pool, InstantSource clock) {
        this.server = server;
        this.pool = pool;
        this.clock = clock;
    }

    /**
     * Prepares connections and makes the first ones in the background, so it succeeds while the server is away.
     *
     * @param clock says since when the database is away, in messages
     */
    public static Database connect(DatabaseSettings settings, InstantSource clock) {
        PatientDataSource server = new PatientDataSource(settings);
        HikariConfig config = new HikariConfig();
        config.setPoolName("db");
        config.setDataSource(server);
        config.setMaximumPoolSize(MOST_CONNECTIONS);
        config.setMinimumIdle(2);
        config.setConnectionTimeout(CONNECTION_WAIT.toMillis());
        config.setValidationTimeout(VALIDATION_WAIT.toMillis());
        config.setInitializationFailTimeout(-1);
        return new Database(server, new HikariDataSource(config), clock);
    }

    /** Whether the database answers now. Takes a second at most. */
    public boolean isUp() {
        Future<Integer> probe = probes.submit(() -> ask(dsl -> dsl.execute("select 1")));
        try {
            probe.get(UP_WAIT.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the database does not answer a probe", e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Calls {@code then} each time the database answers after it was away, on the thread of whoever noticed; must be quick. */
    void whenBackAgain(Runnable then) {
        backAgain.add(then);
    }

    /** Calls {@code then} each time leaves were added to the log, on the thread that did it; must be quick. */
    void whenLogGrew(Runnable then) {
        logGrew.add(then);
    }

    /** Takes {@link #whenLogGrew} back. */
    void forgetWhenLogGrew(Runnable then) {
        logGrew.remove(then);
    }

    /** Closes the connections. Calls that are running fail; later ones too. */
    @Override
    public void close() {
        server.giveUp();
        pool.close();
        probes.close();
    }

    /** Puts one question, in one statement. */
    <T extends @Nullable Object> T ask(Function<DSLContext, T> question) {
        return call(STATEMENTS_END, (connection, dsl) -> question.apply(dsl));
    }

    /** Puts several questions to one state of the tables. */
    <T> T readAtOneMoment(Function<DSLContext, T> questions) {
        return inTransaction(dsl -> {
            dsl.execute("set transaction isolation level repeatable read, read only");
            return questions.apply(dsl);
        });
    }

    /** Does all of {@code work} or none of it: an exception rolls back. */
    <T> T inTransaction(Function<DSLContext, T> work) {
        return call(STATEMENTS_END, committing(work));
    }

    /** As {@link #inTransaction}, without an answer. */
    void transact(Consumer<DSLContext> work) {
        inTransaction(answeringNothing(work));
    }

    /** As {@link #inTransaction}, but may take {@link #LONG_STATEMENTS_END}, each statement no longer than any other's. */
    <T> T inTransactionAtLeisure(Function<DSLContext, T> work) {
        return call(LONG_STATEMENTS_END, committing(work));
    }

    /** As {@link #transact}, but may take {@link #LONG_STATEMENTS_END}. */
    void transactAtLeisure(Consumer<DSLContext> work) {
        call(LONG_STATEMENTS_END, committing(answeringNothing(work)));
    }

    private <T> Work<T> committing(Function<DSLContext, T> work) {
        return (connection, dsl) -> {
            connection.setAutoCommit(false);
            T answer = work.apply(dsl);
            boolean grew = LogTree.append(dsl);
            dsl.connection(Connection::commit);
            if (grew) {
                logGrew.forEach(Runnable::run);
            }
            return answer;
        };
    }

    private static Function<DSLContext, Boolean> answeringNothing(Consumer<DSLContext> work) {
        return dsl -> {
            work.accept(dsl);
            return Boolean.TRUE;
        };
    }

    private interface Work<T extends @Nullable Object> {
        T with(Connection connection, DSLContext dsl) throws SQLException;
    }

    private <T extends @Nullable Object> T call(Duration limit, Work<T> work) {
        // The real passing of time, not a clock that tests move: what it bounds is a real network.
        long end = System.nanoTime() + limit.toNanos();
        try (Connection connection = pool.getConnection()) {
            T answer = run(connection, end, work);
            answered();
            return answer;
        } catch (SQLException e) {
            throw failed(e);
        } catch (DataAccessException e) {
            throw failed(Optional.ofNullable(e.getCause(SQLException.class)).orElseThrow(() -> e));
        }
    }

    private static <T extends @Nullable Object> T run(Connection connection, long end, Work<T> work)
            throws SQLException {
        DefaultConfiguration configuration = new DefaultConfiguration();
        configuration.set(connection).set(SQLDialect.POSTGRES).set(new ReadsEnd(connection, end));
        limitReads(connection, end);
        boolean done = false;
        try {
            T answer = work.with(connection, DSL.using(configuration));
            done = true;
            return answer;
        } finally {
            if (!done && !connection.isClosed() && !connection.getAutoCommit()) {
                rollBack(connection);
            }
        }
    }

    /** Before a failed connection goes back. If even this fails, the pool notices and throws the connection away. */
    private static void rollBack(Connection connection) {
        try {
            connection.setNetworkTimeout(Runnable::run, ROLLBACK_MILLIS);
            connection.rollback();
        } catch (SQLException e) {
            LOG.debug("rollback failed; the connection is thrown away", e);
        }
    }

    private static void limitReads(Connection connection, long end) throws SQLException {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
            throw new SQLException("the call's time is up", SqlFailure.QUERY_CANCELED);
        }
        connection.setNetworkTimeout(Runnable::run, (int) Math.min(left, STATEMENTS_END.toMillis()));
    }

    /** Renews the limit before each statement of a call: each may take only what the ones before it have left. */
    private record ReadsEnd(Connection connection, long end) implements ExecuteListener {
        @Override
        public void executeStart(ExecuteContext context) {
            try {
                limitReads(connection, end);
            } catch (SQLException e) {
                throw new DataAccessException("no time left", e);
            }
        }
    }

    private void answered() {
        Instant since = awaySince.getAndSet(null);
        if (since != null) {
            LOG.info("the database answers again; it was away since {}", since);
            backAgain.forEach(Runnable::run);
        }
    }

    private RuntimeException failed(SQLException e) {
        SQLException cause = SqlFailure.isNoConnection(e) ? server.lastFailure().orElse(e) : e;
        Optional<String> away = SqlFailure.awayBecause(cause);
        if (away.isEmpty()) {
            return new IllegalStateException(
                    "the database refused a statement (SQLSTATE " + cause.getSQLState() + "); this is a fault of ours",
                    cause);
        }
        if (awaySince.compareAndSet(null, clock.instant())) {
            LOG.warn("the database {}; openings are refused until it answers", away.get(), cause);
        }
        return new DatabaseAway("the database " + away.get() + " (since " + awaySince.get() + ")", cause);
    }
}
