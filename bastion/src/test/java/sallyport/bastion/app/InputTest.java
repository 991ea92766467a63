package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import sallyport.db.DatabaseSettings;

/** What people type, recorded as rules say, with a real ssh client at a real shell. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InputTest {

    private TestBastion bastion;

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.start();
    }

    @AfterAll
    void stop() throws Exception {
        bastion.close();
    }

    /** From now on what is typed on web-1 is recorded so; the manager may look at it, the auditor may not. */
    private void recordInput(String how) throws Exception {
        String access =
                bastion.access(TestHouse.PEOPLE).replace("terminal.revoke,", "terminal.revoke, terminal.view_input,");
        Files.writeString(
                bastion.accessFile(),
                access + "  - name: typing\n    roles: [engineer]\n    targets: [web-1]\n    record_input: " + how
                        + "\n");
        bastion.bastion.reload();
    }

    private Terminal shell(String name) {
        return bastion.terminal("engineer", bastion.at("web-1", "new", "name=" + name));
    }

    /** Types a secret where it is not shown, key by key, at a prompt that has no word for it. */
    private static void typeSecret(Terminal terminal, String secret) {
        terminal.type("PS1='ready> '; echo be''gun\r").awaitScreen("begun");
        terminal.type("read -s -p 'Say friend> ' x; echo \"got ${#x}\"\r").awaitScreen("got $");
        terminal.await("Say friend> ");
        for (int i = 0; i < secret.length(); i++) {
            terminal.type(secret.substring(i, i + 1));
        }
        terminal.type("\r").awaitScreen("got " + secret.length());
        terminal.type("echo af''ter\r").awaitScreen("after");
    }

    private boolean isInAnyFile(String secret) throws IOException {
        try (Stream<Path> files = Files.walk(bastion.folder.resolve("recordings"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] content = file.toString().endsWith(".zst") ? unpacked(file) : Files.readAllBytes(file);
                if (new String(content, StandardCharsets.ISO_8859_1).contains(secret)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static byte[] unpacked(Path file) throws IOException {
        Process zstd = new ProcessBuilder("zstd", "-qdc", file.toString()).start();
        byte[] text = zstd.getInputStream().readAllBytes();
        assertThat(text).isNotEmpty();
        return text;
    }

    /** The file of what was typed in the session of that name, once it is packed. */
    private Path packed(String name) throws IOException {
        Map<String, Object> session = bastion.session("engineer", name);
        bastion.awaitSealed(Json.text(session, "code"));
        String end = Json.text(session, "id") + "/input.cast.zst";
        Awaitility.await("packed")
                .atMost(Duration.ofSeconds(10))
                .until(() -> recorded(end).isPresent());
        return recorded(end).orElseThrow();
    }

    private Optional<Path> recorded(String end) throws IOException {
        try (Stream<Path> files = Files.walk(bastion.folder.resolve("recordings"))) {
            return files.filter(file -> file.endsWith(end)).findFirst();
        }
    }

    @Test
    void masked_keeps_what_was_shown_and_the_secret_is_in_no_file() throws Exception {
        recordInput("masked");
        String secret = "zq7masked";
        try (Terminal terminal = shell("masked")) {
            terminal.awaitScreen("recorded here: what is shown, and what you type (hidden input is masked)");
            typeSecret(terminal, secret);
            assertThat(isInAnyFile(secret)).as("while it runs").isFalse();
            assertThat(bastion.printed("engineer", "recording input masked"))
                    .contains("Z  engineer  [hidden]\\u{d}", "echo af''ter\\u{d}")
                    .doesNotContain(secret);
            terminal.type("exit\r").exit();
        }

        Path input = packed("masked");
        assertThat(isInAnyFile(secret)).as("when it is packed").isFalse();
        assertThat(new String(unpacked(input), StandardCharsets.UTF_8))
                .contains("\"stream\":\"input\"", "#typist engineer", "#hidden", "af''ter");
        assertThat(bastion.printed("engineer", "session show masked --json")).contains("\"records_input\":\"masked\"");
        assertThat(bastion.printed("engineer", "session show masked")).contains("recorded as far as it is shown");
        assertThat(bastion.printed("engineer", "recording input masked --json")).contains("\"hidden\":true");
    }

    @Test
    void full_keeps_everything_and_only_who_may_sees_it_and_every_look_is_written_down() throws Exception {
        recordInput("full");
        String secret = "zq7full";
        try (Terminal terminal = shell("full")) {
            terminal.awaitScreen("recorded here: what is shown, and all that you type, passwords too");
            typeSecret(terminal, secret);
            assertThat(isInAnyFile("passwords too"))
                    .as("what the bastion says is no output")
                    .isFalse();
            terminal.type("exit\r").exit();
        }
        String code = Json.text(bastion.session("engineer", "full"), "code");
        Path input = packed("full");

        assertThat(bastion.printed("engineer", "recording input " + code)).contains("  engineer  " + secret + "\\u{d}");
        assertThat(bastion.printed("manager", "recording input " + code + " --json"))
                .contains("\"text\":\"" + secret);
        assertThat(bastion.console("auditor", "recording input " + code))
                .satisfies(refused -> assertThat(refused.exit).isEqualTo(4))
                .satisfies(refused -> assertThat(refused.stderr).contains("needs terminal.view_input"))
                .satisfies(refused -> assertThat(refused.out()).isEmpty());
        assertThat(bastion.console("second", "recording input " + code).exit).isEqualTo(3);
        Awaitility.await("in the audit log")
                .untilAsserted(() -> assertThat(viewed("manager")).isPositive());
        assertThat(viewed("auditor")).isZero();
        for (String format : new String[] {"v3", "v2", "raw", "text", "json"}) {
            assertThat(new String(bastion.download(code, format), StandardCharsets.UTF_8))
                    .as(format)
                    .contains("got " + secret.length())
                    .doesNotContain(secret);
        }
        assertThat(bastion.console("auditor", "recording export --since 1h --to -").stdout)
                .satisfies(bundle -> assertThat(Files.write(bastion.folder.resolve("bundle.zst"), bundle))
                        .satisfies(file -> assertThat(new String(unpacked(file), StandardCharsets.ISO_8859_1))
                                .contains("part-0001.cast.zst")
                                .doesNotContain("input.cast.zst\0")));

        assertThat(bastion.console("auditor", "recording verify " + code))
                .satisfies(run -> assertThat(run.out()).contains("good: what was typed: "))
                .satisfies(run -> assertThat(run.exit).as(run.toString()).isZero());
        Files.setPosixFilePermissions(input, PosixFilePermissions.fromString("rw-------"));
        byte[] whole = Files.readAllBytes(input);
        byte[] altered = whole.clone();
        altered[whole.length / 2] ^= 1;
        Files.write(input, altered);
        assertThat(bastion.console("auditor", "recording verify " + code))
                .satisfies(run -> assertThat(run.out()).contains("altered: what was typed"))
                .satisfies(run -> assertThat(run.exit).isEqualTo(1));
        Files.delete(input);
        assertThat(bastion.console("auditor", "recording verify " + code))
                .satisfies(run -> assertThat(run.out()).contains("missing: what was typed"))
                .satisfies(run -> assertThat(run.exit).isEqualTo(1));
    }

    @Test
    void where_nothing_is_recorded_of_it_nothing_is_kept_and_words_say_so() throws Exception {
        recordInput("off");
        String secret = "zq7off";
        try (Terminal terminal = shell("off")) {
            terminal.awaitScreen("Recorded: output, not keystrokes.");
            typeSecret(terminal, secret);
            terminal.type("exit\r").exit();
        }
        assertThat(isInAnyFile(secret)).isFalse();
        assertThat(bastion.console("engineer", "recording input off"))
                .satisfies(run -> assertThat(run.exit).isEqualTo(7))
                .satisfies(run -> assertThat(run.stderr).contains("what is typed is not recorded in session"));
    }

    private long viewed(String person) throws Exception {
        DatabaseSettings owner = bastion.database.owner();
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                PreparedStatement query = connection.prepareStatement("select count(*) from audit_event where action ="
                        + " 'session.viewed' and actor_name = ? and detail like '%\"input\"%'")) {
            query.setString(1, person);
            try (ResultSet rows = query.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }
}
