package sallyport.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** A PostgreSQL as durable as a real one, with the two roles of the bastion under scram passwords. */
final class Database implements AutoCloseable {

    static final String OWNER = "sallyport_owner";
    static final String APPLICATION = "sallyport";

    private final EmbeddedPostgres postgres;
    private final String password = UUID.randomUUID().toString();

    private Database(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    static Database start(Path folder) throws IOException {
        Database database = new Database(EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .start());
        database.superuser("CREATE ROLE " + OWNER + " LOGIN PASSWORD '" + database.password + "'");
        database.superuser("CREATE ROLE " + APPLICATION + " LOGIN PASSWORD '" + database.password + "'");
        Files.writeString(folder.resolve("pg_hba.conf"), """
            host all postgres 127.0.0.1/32 trust
            host all all 127.0.0.1/32 scram-sha-256
            """);
        database.superuser("SELECT pg_reload_conf()");
        return database;
    }

    /** Makes an empty database, and returns its URL. */
    String create(String name) throws IOException {
        superuser("CREATE DATABASE \"" + name + "\" OWNER " + OWNER);
        return "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/" + name;
    }

    /** Of both roles. */
    String password() {
        return password;
    }

    private void superuser(String sql) throws IOException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IOException("the database refuses: " + failed.getMessage(), failed);
        }
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}
