package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sallyport.admin.PublicAddress;
import sallyport.policy.Environment;
import sallyport.policy.HostSuffix;
import sallyport.policy.retention.Retention;

class ConfigTest {

    private static final String DATABASE = """
        database:
          url: jdbc:postgresql://db.example:5432/sallyport
          owner: {password-file: owner.password}
          application: {password-file: application.password}
        """;

    @TempDir
    Path dir;

    @BeforeEach
    void passwords() throws IOException {
        secret("owner.password", "canary-one\n");
        secret("application.password", "canary-two\n");
    }

    @Test
    void defaults_fill_what_is_not_given_and_relative_paths_start_at_the_file() throws Exception {
        BastionSettings settings = Config.read(file(DATABASE + "access-file: people/access.yaml\n"));

        assertThat(settings.ssh())
                .isEqualTo(new BastionSettings.Ssh(
                        new HostAndPort("0.0.0.0", 2222),
                        Path.of("/etc/sallyport/host_key"),
                        Path.of("/etc/sallyport/host_ca"),
                        HostSuffix.NONE,
                        new PublicAddress("bastion", 22)));
        assertThat(settings.http().listen()).hasToString("127.0.0.1:8022");
        assertThat(settings.database().owner()).isEqualTo(new BastionSettings.Account("sallyport_owner", "canary-one"));
        assertThat(settings.database().application()).isEqualTo(new BastionSettings.Account("sallyport", "canary-two"));
        assertThat(settings.recordings().dir()).isEqualTo(Path.of("/var/lib/sallyport/recordings"));
        assertThat(settings.accessFile()).isEqualTo(dir.resolve("people/access.yaml"));
    }

    @Test
    void days_of_recordings_are_production_s_the_other_ones_or_an_environment_s_own() throws Exception {
        assertThat(Config.read(file(DATABASE)).recordings().retention()).isEqualTo(Retention.of(365, 90));

        BastionSettings settings =
                Config.read(file(DATABASE + "recordings: {retention: {production: 400, other: 30, development: 0}}\n"));

        assertThat(settings.recordings().retention())
                .isEqualTo(new Retention(Map.of(
                        Environment.PRODUCTION, 400,
                        Environment.STAGING, 30,
                        Environment.TEST, 30,
                        Environment.DEVELOPMENT, 0)));
        assertThat(Config.show(settings)).contains("""
              retention:
                development: 0
                test: 30
                staging: 30
                production: 400
            state:
            """);
    }

    @Test
    void all_output_of_commands_is_kept_unless_a_number_of_bytes_is_given() throws Exception {
        BastionSettings usual = Config.read(file(DATABASE));
        assertThat(usual.recordings().commandOutput()).isEmpty();
        assertThat(Config.show(usual)).doesNotContain("command-output");

        BastionSettings settings = Config.read(file(DATABASE + "recordings: {command-output: 64 MiB}\n"));
        assertThat(settings.recordings().commandOutput()).hasValue(64L << 20);
        assertThat(Config.show(settings)).contains("\n  command-output: 67108864\n");
    }

    @Test
    void what_is_shown_is_the_effective_configuration_without_secrets() throws Exception {
        BastionSettings settings =
                Config.read(file(DATABASE + "ssh: {listen: '[::1]:22', public: 'bastion.example:2222'}\n"));

        assertThat(Config.show(settings))
                .contains(
                        "listen: \"[::1]:22\"",
                        "public: \"bastion.example:2222\"",
                        "url: jdbc:postgresql://db.example:5432/sallyport",
                        "user: sallyport_owner")
                .contains("password: \"***\"")
                .doesNotContain("canary");
        assertThat(settings.toString()).doesNotContain("canary");
    }

    static String[][] wrong() {
        return new String[][] {
            {"shh: {}\n", "line 1: unknown key \"shh\"; did you mean \"ssh\"?"},
            {"ssh:\n  lisen: a:1\n", "line 2: unknown key \"ssh.lisen\"; did you mean \"listen\"?"},
            {"http:\n  frobnicate: 1\n", "line 2: unknown key \"http.frobnicate\"; there are: listen"},
            {
                "ssh:\n  listen: 2222\n",
                "line 2: \"ssh.listen\" is not HOST:PORT, for example 127.0.0.1:2222 or [::1]:2222: \"2222\""
            },
            {"ssh:\n  listen: a:70000\n", "line 2: \"ssh.listen\" has port 70000, but ports go from 0 to 65535"},
            {"ssh:\n  public: a:0\n", "line 2: \"ssh.public\" cannot be used: a port is 1 to 65535, not 0"},
            {
                "ssh:\n  public: ..:22\n",
                "line 2: \"ssh.public\" cannot be used: a public address needs a host name or an address"
            },
            {
                "ssh:\n  target-suffix: prod.example\n",
                "line 2: \"ssh.target-suffix\" cannot be used: a target suffix is a dot and labels, as .prod.example,"
                        + " of 180 characters at most"
            },
            {"ssh:\n  listen:\n", "line 2: \"ssh.listen\" needs a value"},
            {"ssh:\n  listen: [a]\n", "line 2: \"ssh.listen\" needs a value"},
            {"ssh: yes\n", "line 1: \"ssh\" needs keys below it"},
            {"state:\n  dir: /a\n  dir: /b\n", "line 3: \"state.dir\" is there twice"},
            {
                "recordings:\n  retention: {production: 0}\n",
                "line 2: \"recordings.retention.production\" is 0; 1 to 36500 are possible"
            },
            {
                "recordings:\n  retention: {other: -1}\n",
                "line 2: \"recordings.retention.other\" is -1; 0 to 36500 are possible"
            },
            {
                "recordings:\n  retention: {staging: 90d}\n",
                "line 2: \"recordings.retention.staging\" is not a whole number: \"90d\""
            },
            {
                "recordings:\n  recipients: [ssh-ed25519]\n",
                "line 2: \"recordings.recipients\" cannot be used: a recipient is no public key of age:"
                        + " \"ssh-ed25519\"; it begins with age1 and is what age-keygen -y prints"
            },
            {"recordings:\n  recipients: age1x\n", "line 2: \"recordings.recipients\" is not a list; write [A, B]"},
            {
                "recordings:\n  identities: [/none/here]\n",
                "line 2: \"recordings.identities\" cannot be used: identity file /none/here does not exist"
            },
            {
                "recordings:\n  identities: [/none/here]\n",
                "line 2: \"recordings.identities\" is there without \"recordings.recipients\""
            },
            {
                "recordings:\n  command-output: lots\n",
                "line 2: \"recordings.command-output\" is wrong: \"lots\" is not a size; write a number of bytes"
            },
            {"recordings:\n  retention: 90\n", "line 2: \"recordings.retention\" needs keys below it"},
            {"ssh: {\n", "line 2: not YAML: expected the node content, but found '<stream end>'"},
            {"? [a]\n: b\n", "not YAML: Non scalar key is detected but it is not configured to be allowed."},
        };
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void a_wrong_line_is_named(String text, String problem) throws Exception {
        Path file = file(text.startsWith("ssh: {\n") ? text : text + DATABASE);

        assertThatThrownBy(() -> Config.read(file))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("\n  " + problem);
    }

    @Test
    void all_problems_come_in_one_message() throws Exception {
        Path file = file("""
            ssh:
              listen: nowhere
            databse:
              url: x
            database:
              url: postgres://db
              owner: {password-file: open.password, user: same}
              application: {password-file: none, user: same}
            """);
        Files.writeString(dir.resolve("open.password"), "x");
        Files.setPosixFilePermissions(dir.resolve("open.password"), PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> Config.read(file)).hasMessage("""
            configuration file %1$s/sallyport.yaml has 5 problems:
              line 2: "ssh.listen" is not HOST:PORT, for example 127.0.0.1:2222 or [::1]:2222: "nowhere"
              line 3: unknown key "databse"; did you mean "database"?
              line 6: "database.url" does not start with jdbc:postgresql://
              line 7: "database.owner.password-file" cannot be used: password file %1$s/open.password is open to others (rw-r--r--); run: chmod 600 %1$s/open.password
              line 8: "database.application.password-file" cannot be used: password file %1$s/none does not exist\
            """.formatted(dir));
    }

    @Test
    void an_empty_file_lacks_what_has_no_default() throws Exception {
        Path file = file("# nothing\n");

        assertThatThrownBy(() -> Config.read(file)).hasMessage("""
            configuration file %s has 3 problems:
              "database.url" is missing
              "database.owner.password-file" is missing
              "database.application.password-file" is missing\
            """.formatted(file));
    }

    @Test
    void the_application_is_not_the_owner() throws Exception {
        Path file = file(DATABASE.replace("{password-file: owner", "{user: sallyport, password-file: owner"));

        assertThatThrownBy(() -> Config.read(file)).hasMessageContaining("the application must not own its tables");
    }

    @Test
    void a_missing_file_is_named() {
        assertThatThrownBy(() -> Config.read(dir.resolve("none")))
                .hasMessage("configuration file %s does not exist", dir.resolve("none"));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(dir.resolve("sallyport.yaml"), text);
    }

    private void secret(String name, String text) throws IOException {
        Files.setPosixFilePermissions(
                Files.writeString(dir.resolve(name), text), PosixFilePermissions.fromString("rw-------"));
    }
}
