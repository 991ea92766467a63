package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import sallyport.db.DatabaseSettings;
import sallyport.db.TestDatabase;
import sallyport.keys.KeyFile;

/** {@code sallyport serve} as an init system runs it: a file, a process, signals. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServeTest {

    private static final List<String> WITHOUT_SECOND = List.of("engineer", "approver", "manager", "auditor");

    private TestHouse house;
    private Path config;
    private Child serve;

    @BeforeAll
    void start() throws Exception {
        house = new TestHouse(TestDatabase.create());
        Files.writeString(house.accessFile(), house.access(WITHOUT_SECOND));
        int port = SshdTarget.freePort();
        config = config("sallyport.yaml", port, house.database.owner().url());
        house.bastionServesOn(port);
        serve = Child.start(house.folder, "serve", "--config", config.toString())
                .await("serving ssh on");
    }

    @AfterAll
    void stop() throws Exception {
        if (serve != null) {
            serve.close();
        }
        house.close();
    }

    private Path config(String name, int port, String url) throws Exception {
        Path owner = password("owner.password", house.database.owner());
        Path application = password("application.password", house.database.application());
        return Files.writeString(house.folder.resolve(name), """
            ssh:
              listen: 127.0.0.1:%d
              host-key: ssh_host_key
              host-ca: host_ca
            http:
              listen: 127.0.0.1:%d
            database:
              url: %s
              owner:
                user: %s
                password-file: %s
              application:
                user: %s
                password-file: %s
            recordings:
              dir: recordings
            state:
              dir: state
            signing:
              key: signing_key
            access-file: access.yaml
            target-key: target_key
            """.formatted(
                        port,
                        SshdTarget.freePort(),
                        url,
                        house.database.owner().user(),
                        owner,
                        house.database.application().user(),
                        application));
    }

    private Path password(String name, DatabaseSettings settings) throws Exception {
        Path file = house.folder.resolve(name);
        Files.writeString(file, settings.password() + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    /** Sends SIGHUP and waits until the log says what became of it. */
    private String reload() throws Exception {
        int before = serve.err().length();
        serve.signal("HUP");
        Awaitility.await()
                .until(() -> serve.err()
                        .substring(before)
                        .matches("(?s).*(is read again and in force|what was in force stays).*"));
        return serve.err().substring(before);
    }

    @Test
    void a_person_comes_with_a_signal_and_goes_with_another() throws Exception {
        assertThat(house.run("second", house.at("web-1"), "true").stderr).contains("Permission denied (publickey)");

        Files.writeString(house.accessFile(), house.access(TestHouse.PEOPLE));
        assertThat(reload()).contains("5 people");
        Run in = house.run("second", house.at("web-1"), "echo in");
        assertThat(in.out()).as("%s", in).isEqualTo("in\n");

        Path socket = house.folder.resolve("mux");
        Process master = new ProcessBuilder(
                        house.ssh("second", house.at("web-1"), List.of("-M", "-N", "-o", "ControlPath=" + socket)))
                .start();
        try {
            Awaitility.await().until(() -> Files.exists(socket));
            List<String> through = List.of("-o", "ControlPath=" + socket);
            assertThat(house.run("second", house.at("web-1"), through, new byte[0], "echo through")
                            .out())
                    .isEqualTo("through\n");

            Files.writeString(house.accessFile(), house.access(WITHOUT_SECOND));
            assertThat(reload()).contains("4 people");

            Run gone = house.run("second", house.at("web-1"), through, new byte[0], "echo through");
            assertThat(gone.exit).as("on a connection from before").isEqualTo(252);
            assertThat(gone.stdout).isEmpty();
            assertThat(gone.stderr)
                    .isEqualTo("bastion: you are not let in here any more. Nothing was opened. Ask whoever runs this"
                            + " bastion.\n");
        } finally {
            master.destroy();
        }
        Run again = house.run("second", house.at("web-1"), "echo in");
        assertThat(again.exit).isEqualTo(255);
        assertThat(again.stderr).contains("Permission denied (publickey)");
        assertThat(house.run("engineer", house.at("web-1"), "echo others").out())
                .isEqualTo("others\n");
    }

    @Test
    void a_broken_file_changes_nothing_and_all_that_is_wrong_with_it_is_in_the_log() throws Exception {
        String good = Files.readString(house.accessFile());
        Files.writeString(
                house.accessFile(),
                good.replace("roles: [auditor]", "roles: [auditr]")
                        .replace("environment: production", "environment: prodution")
                        .replace("longest: 8h", "longest: soon"));
        try {
            assertThat(reload())
                    .contains("is not applied, what was in force stays", "auditr", "prodution", "soon")
                    .doesNotContain("Exception");
            assertThat(house.run("engineer", house.at("web-1"), "echo still").out())
                    .isEqualTo("still\n");
        } finally {
            Files.writeString(house.accessFile(), good);
        }
        assertThat(reload()).contains("is read again and in force");
    }

    @Test
    void a_database_that_is_down_at_the_start_is_one_sentence() throws Exception {
        String url = "jdbc:postgresql://127.0.0.1:" + SshdTarget.freePort() + "/sallyport";
        Path down = config("down.yaml", SshdTarget.freePort(), url);
        Files.writeString(down, Files.readString(down).replace("dir: state", "dir: other-state"));
        try (Child child = Child.start(house.folder, "serve", "--config", down.toString())) {
            assertThat(child.exit()).isEqualTo(1);
            assertThat(child.out()).isEmpty();
            assertThat(child.err().lines().filter(l -> l.startsWith("sallyport: ")))
                    .singleElement()
                    .asString()
                    .startsWith("sallyport: the database at " + url + " does not answer")
                    .endsWith("Start it, or put database.url right.");
            assertThat(child.err()).doesNotContain("\tat ");
        }
    }

    @Test
    void check_config_prints_what_holds_and_no_secret() throws Exception {
        try (Child child = Child.start(house.folder, "check-config", config.toString())) {
            assertThat(child.exit()).isZero();
            assertThat(child.out())
                    .contains("access-file: " + house.accessFile(), "password: \"***\"")
                    .doesNotContain(house.database.owner().password());
        }
        Path wrong = Files.writeString(
                house.folder.resolve("wrong.yaml"),
                Files.readString(config).replace("listen:", "listn:").replace("target-key", "target-kee"));
        try (Child child = Child.start(house.folder, "check-config", wrong.toString())) {
            assertThat(child.exit()).isEqualTo(1);
            assertThat(child.err()).contains("listn", "target-kee");
        }
    }

    @Test
    void key_show_prints_the_line_that_targets_must_trust() throws Exception {
        try (Child child = Child.start(house.folder, "key", "show", "--config", config.toString())) {
            assertThat(child.exit()).isZero();
            assertThat(child.out()).isEqualTo(KeyFile.publicLine(KeyFile.load(house.targetKey())) + " sallyport\n");
        }
    }
}
