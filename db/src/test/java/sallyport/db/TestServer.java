package sallyport.db;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A real PostgreSQL for tests, with the roles of the product under scram passwords. {@link #shared} serves everybody in this
 * JVM; a test that stops or freezes its server starts one of its own.
 */
public final class TestServer implements AutoCloseable {

    private static final String OWNER = "sallyport_owner";
    private static final String APPLICATION = "sallyport";
    private static final String TEMPLATE = "migrated";

    private final Path folder;
    private final String password = UUID.randomUUID().toString();
    private final AtomicInteger databases = new AtomicInteger();
    private EmbeddedPostgres postgres;

    private TestServer(Path folder, boolean forThisJvm) throws IOException, SQLException {
        this.folder = folder;
        // Cleaned with the server, unless the server is to start again on the same files.
        this.postgres = EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(forThisJvm)
                .start();
        superuser("CREATE ROLE " + OWNER + " LOGIN PASSWORD '" + password + "'");
        superuser("CREATE ROLE " + APPLICATION + " LOGIN PASSWORD '" + password + "'");
        superuser("CREATE DATABASE " + TEMPLATE + " OWNER " + OWNER);
        Files.writeString(folder.resolve("pg_hba.conf"), """
            host all postgres 127.0.0.1/32 trust
            host all all 127.0.0.1/32 scram-sha-256
            """);
        superuser("SELECT pg_reload_conf()");
        Migrations.run(settings(TEMPLATE, OWNER), APPLICATION);
    }

    private static final class Shared {
        static final TestServer SERVER = start(true);
    }

    /** The one of this JVM, started by the first who asks and stopped when the JVM ends. */
    public static TestServer shared() {
        return Shared.SERVER;
    }

    /** One more, to stop and freeze; the caller closes. */
    public static TestServer start() {
        return start(false);
    }

    private static TestServer start(boolean forThisJvm) {
        try {
            return new TestServer(Files.createTempDirectory("sallyport-postgres"), forThisJvm);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A fresh database with all tables. */
    public TestDatabase database() {
        String name = "test_" + databases.incrementAndGet();
        superuser("CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE + " OWNER " + OWNER);
        return new TestDatabase(settings(name, OWNER), settings(name, APPLICATION));
    }

    /** A database without tables, and its owner. */
    public DatabaseSettings emptyDatabase() {
        String name = "test_" + databases.incrementAndGet();
        superuser("CREATE DATABASE " + name + " OWNER " + OWNER);
        return settings(name, OWNER);
    }

    /** Stops it, as an operator would. */
    public void stop() throws IOException {
        postgres.close();
    }

    /** Starts it again on the same port and files. */
    public void startAgain() throws IOException {
        postgres = EmbeddedPostgres.builder()
                .setPort(postgres.getPort())
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .start();
    }

    /** Makes all its processes stand still; connections stay open and nothing answers. */
    public void freeze() {
        signal("-STOP");
    }

    /** Lets them go on. */
    public void thaw() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(
                            Files.readAllLines(folder.resolve("postmaster.pid")).getFirst()))
                    .orElseThrow();
            kill(signal, Stream.of(postmaster));
            // Only now nobody is born any more.
            kill(signal, postmaster.descendants());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void kill(String signal, Stream<ProcessHandle> processes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", signal));
        processes.forEach(p -> command.add(Long.toString(p.pid())));
        Process kill = new ProcessBuilder(command).start();
        // A backend may have left by itself meanwhile, so the status says nothing.
        if (!kill.waitFor(5, TimeUnit.SECONDS)) {
            throw new IllegalStateException("kill hangs");
        }
    }

    private DatabaseSettings settings(String database, String user) {
        return new DatabaseSettings(
                "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/" + database, user, password);
    }

    private void superuser(String sql) {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Stops it and removes its files. */
    @Override
    public void close() throws IOException {
        stop();
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
