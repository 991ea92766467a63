package sallyport.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;

/** Makes the tables what this version of the product needs. */
public final class Migrations {

    /** It is put into SQL text, between double quotes. */
    private static final Pattern ROLE_NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    private Migrations() {}

    /**
     * Runs the migrations that have not run yet, and gives {@code applicationRole} exactly the rights that the application
     * needs: of the audit table, to read and to add (T44). Several bastions may call it at the same moment. May take as long
     * as the migrations need.
     *
     * @param owner the role that owns the tables; nothing else should log in as it
     * @param applicationRole an existing role, not the owner's
     * @throws IllegalArgumentException if {@code applicationRole} is not a plain role name or is the owner
     * @throws DatabaseAway if the database does not answer
     * @throws IllegalStateException in words if the role does not exist or a migration fails; what it began is rolled back
     */
    public static void run(DatabaseSettings owner, String applicationRole) {
        if (!ROLE_NAME.matcher(applicationRole).matches()) {
            throw new IllegalArgumentException("\"" + applicationRole
                    + "\" is no usable name for the application's role: lower case letters, digits and _ are allowed");
        }
        if (applicationRole.equals(owner.user())) {
            throw new IllegalArgumentException("the application's role and the owner of the tables are both \""
                    + applicationRole + "\"; an application that owns the audit table could rewrite it");
        }
        try {
            checkRole(owner, applicationRole);
            Flyway.configure()
                    .dataSource(owner.url(), owner.user(), owner.password())
                    .locations("classpath:db/migration")
                    .placeholders(Map.of("application", applicationRole))
                    .loggers("slf4j")
                    .load()
                    .migrate();
        } catch (SQLException e) {
            throw failed(e, e);
        } catch (FlywayException e) {
            throw failed(e, e.getCause() instanceof SQLException sql ? sql : new SQLException(e));
        }
    }

    private static void checkRole(DatabaseSettings owner, String role) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        PatientDataSource.limit(source, owner);
        try (Connection connection = source.getConnection();
                PreparedStatement query = connection.prepareStatement("select 1 from pg_roles where rolname = ?")) {
            query.setString(1, role);
            try (ResultSet found = query.executeQuery()) {
                if (!found.next()) {
                    throw new IllegalStateException("the application's role \"" + role
                            + "\" does not exist; make it with: CREATE ROLE " + role + " LOGIN PASSWORD '...'");
                }
            }
        }
    }

    private static RuntimeException failed(Exception e, SQLException cause) {
        Optional<String> away = SqlFailure.awayBecause(cause);
        return away.<RuntimeException>map(words -> new DatabaseAway("the database " + words, e))
                .orElseGet(() -> new IllegalStateException(
                        "the tables could not be brought up to date; the cause names the migration", e));
    }
}
