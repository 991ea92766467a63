package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sallyport.bastion.Tool;

class EmbeddedDatabaseTest {

    @TempDir
    Path temporary;

    @BeforeAll
    static void tools() {
        Tool.SETSID.path();
        Tool.UNSHARE.path();
    }

    @Test
    void data_outlives_a_restart_and_a_killed_parent_and_only_the_two_roles_get_in() throws Exception {
        Path folder = temporary.resolve("a folder with ä space");
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
            run(database.settings(), "create table kept (n int); insert into kept values (1)");
            assertThat(ask(database.settings(), "show fsync")).isEqualTo("on");
            assertThat(ask(database.settings(), "show synchronous_commit")).isEqualTo("on");
            assertThat(ask(database.settings(), "select version()")).startsWith("PostgreSQL 18.6");
            assertThat(ask(database.settings(), "select rolsuper::text from pg_roles where rolname = current_user"))
                    .isEqualTo("false");
            assertRefused(database.settings().url(), "postgres", "");
            assertRefused(database.settings().url(), "sallyport_owner", "wrong");
            assertRefused(database.settings().url().replace("/sallyport", "/postgres"), "sallyport", "wrong");
        }
        for (String name : List.of("owner.password", "application.password")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
                    .isEqualTo("rw-------");
        }

        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long orphan = Long.parseLong(parent.inputReader().readLine());
        parent.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        assertThat(ProcessHandle.of(orphan)).as("the orphan lives on").isPresent();

        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
            assertThat(ProcessHandle.of(orphan).filter(ProcessHandle::isAlive))
                    .as("the orphan is stopped")
                    .isEmpty();
            assertThat(ask(database.settings(), "select count(*) from kept")).isEqualTo("2");
        }
        assertThat(folder.resolve("data/postmaster.pid")).doesNotExist();
    }

    @Test
    void a_pid_file_that_names_a_strangers_process_harms_nobody() throws Exception {
        Path folder = temporary.resolve("db");
        EmbeddedDatabase.start(folder).close();
        Process stranger = new ProcessBuilder("sleep", "600").start();
        try {
            Files.writeString(folder.resolve("data/postmaster.pid"), stranger.pid() + "\n" + folder + "/data\n");

            EmbeddedDatabase.start(folder).close();

            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void an_interrupted_making_is_done_anew() throws Exception {
        Path folder = temporary.resolve("db");
        Files.createDirectories(folder.resolve("programs.new/bin"));
        Files.createDirectories(folder.resolve("data.new/base"));
        Files.writeString(folder.resolve("data.new/PG_VERSION"), "18\n");

        EmbeddedDatabase.start(folder).close();

        assertThat(folder.resolve("data/PG_VERSION")).hasContent("18");
        assertThat(folder.resolve("data.new")).doesNotExist();
    }

    /** A process that starts the database and is then killed. */
    static final class Parent {

        private Parent() {}

        public static void main(String[] arguments) throws Exception {
            EmbeddedDatabase database = EmbeddedDatabase.start(Path.of(arguments[0]));
            run(database.settings(), "insert into kept values (2)");
            System.out.println(Files.readAllLines(Path.of(arguments[0], "data", "postmaster.pid"))
                    .getFirst());
            System.in.read();
        }
    }

    private static Connection connect(BastionSettings.Database settings) throws SQLException {
        return DriverManager.getConnection(
                settings.url(), settings.owner().user(), settings.owner().password());
    }

    private static void run(BastionSettings.Database settings, String sql) throws SQLException {
        try (Connection connection = connect(settings);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(BastionSettings.Database settings, String sql) throws SQLException {
        try (Connection connection = connect(settings);
                var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void assertRefused(String url, String user, String password) {
        assertThatThrownBy(
                        () -> DriverManager.getConnection(url, user, password).close())
                .isInstanceOf(SQLException.class);
    }
}
