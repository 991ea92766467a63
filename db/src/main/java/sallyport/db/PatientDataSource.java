package sallyport.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Makes connections for the pool, and does not come back without one: the pool answers a failed attempt with pauses that
 * grow to five seconds, and would find a database that has returned that much later. Here the pause stays short. Only the
 * pool's own thread waits here; callers wait for the pool, for as long as they choose.
 */
final class PatientDataSource extends PGSimpleDataSource {

    private static final long serialVersionUID = 1L;

    /** Between two attempts. Enough to spare a server that is starting, short enough to be back at once. */
    private static final long PAUSE_MILLIS = 200;

    private final transient CountDownLatch givenUp = new CountDownLatch(1);
    private transient volatile @Nullable SQLException lastFailure;

    PatientDataSource(DatabaseSettings settings) {
        limit(this, settings);
    }

    /** Sets the address of {@code settings}, and limits on everything that can be waited for. */
    static void limit(PGSimpleDataSource source, DatabaseSettings settings) {
        source.setUrl(settings.url());
        source.setUser(settings.user());
        source.setPassword(settings.password());
        source.setApplicationName("sallyport");
        source.setConnectTimeout(1);
        source.setLoginTimeout(1);
        source.setSocketTimeout(2);
        source.setTcpKeepAlive(true);
        source.setOptions("-c statement_timeout=2000 -c lock_timeout=1500 -c idle_in_transaction_session_timeout=5000");
    }

    @Override
    public Connection getConnection() throws SQLException {
        while (true) {
            try {
                Connection connection = super.getConnection();
                lastFailure = null;
                return connection;
            } catch (SQLException e) {
                lastFailure = e;
            }
            try {
                if (givenUp.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new SQLException("the database object is closed", "08003", lastFailure);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SQLException("interrupted while waiting for the database", "08001", e);
            }
        }
    }

    /** Why the last attempt failed; empty if it did not. */
    Optional<SQLException> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    /** Nobody needs a connection any more: whoever waits here leaves. */
    void giveUp() {
        givenUp.countDown();
    }
}
