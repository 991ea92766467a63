package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import sallyport.db.DatabaseSettings;

/** Recordings verified over plain ssh: whatever was done to one behind the bastion's back is named (T43, R11). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerifyTest {

    private TestBastion bastion;

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.start();
    }

    @AfterAll
    void stop() throws Exception {
        bastion.close();
    }

    /** A recording that is over, packed, and in the log. */
    private record Recorded(String id, String code, Path folder) {
        Path file(String name) {
            return folder.resolve(name);
        }
    }

    private Recorded recorded() throws IOException {
        assertThat(bastion.run("engineer", bastion.at("web-1"), "seq 1 20000").exit)
                .isZero();
        String code = bastion.sealed("engineer");
        String id = Json.text(bastion.session("engineer", ""), "id");
        Path folder;
        try (Stream<Path> files = Files.walk(bastion.folder.resolve("recordings"))) {
            folder = files.filter(f -> f.endsWith(id) && Files.isDirectory(f) && !Files.isSymbolicLink(f))
                    .findFirst()
                    .orElseThrow();
        }
        Awaitility.await("packed")
                .atMost(Duration.ofSeconds(10))
                .until(() -> Files.readString(folder.resolve("seal.json")).contains("\"stored\""));
        Awaitility.await("in the log")
                .atMost(Duration.ofSeconds(10))
                .until(() -> verify("engineer", code).out().contains("as the log says"));
        return new Recorded(id, code, folder);
    }

    private Run verify(String person, String which) {
        return bastion.console(person, "recording verify " + which);
    }

    private static void change(Path file, byte[] content) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.write(file, content);
    }

    private static byte[] flipped(Path file, int at) throws IOException {
        byte[] content = Files.readAllBytes(file);
        content[at] ^= 1;
        return content;
    }

    private void assertNamed(Recorded recorded, String words) {
        Run run = verify("auditor", recorded.code);
        assertThat(run.exit).as(run.toString()).isEqualTo(1);
        assertThat(run.out().lines().toList()).last().asString().startsWith("recording " + recorded.code + ": ");
        assertThat(run.out()).contains(words);
        assertThat(run.stderr).isEmpty();
    }

    @Test
    void what_nobody_touched_is_intact_and_whoever_may_see_it_is_told() throws Exception {
        Recorded recorded = recorded();

        Awaitility.await("all of it signed").untilAsserted(() -> {
            Run run = verify("engineer", recorded.code);
            assertThat(run.exit).as(run.toString()).isZero();
            assertThat(run.out().lines().toList())
                    .anyMatch(
                            line -> line.startsWith("good: the log: ") && line.contains("in the tree that was signed"))
                    .anyMatch(line -> line.startsWith("good: part 1: ") && line.endsWith(", as sealed"))
                    .contains("good: the sidecar is signed by test")
                    .last()
                    .isEqualTo("recording " + recorded.code + ": intact");
        });
        Map<String, Object> json =
                Json.object(bastion.printed("auditor", "recording verify " + recorded.code + " --json"));
        assertThat(json).containsEntry("verdict", "intact").containsEntry("id", recorded.id);
        assertThat(verify("second", recorded.code).exit).isEqualTo(3);
        assertThat(verify("manager", recorded.code).exit).isEqualTo(4);
        assertThat(bastion.console("auditor", "recording verify").exit).isEqualTo(2);
        Awaitility.await("in the audit log")
                .untilAsserted(() -> assertThat(bastion.printed("auditor", "history --all --since 1h --format jsonl"))
                        .contains("verification of its recording"));
    }

    @Test
    void a_session_that_runs_is_verified_as_far_as_it_is() {
        try (Terminal live = bastion.terminal("engineer", bastion.at("web-1", "new", "name=running"))) {
            live.await("new session");
            live.type("PS1='> '; echo be''fore\n").awaitScreen("before");
            Run run = verify("engineer", "running");
            assertThat(run.exit).as(run.toString()).isZero();
            assertThat(run.out()).contains("as far as it is", "not sealed yet", "intact");
            live.type("echo af''ter\n").awaitScreen("after");
            live.type("exit\n").exit();
        }
    }

    @Test
    void a_file_that_was_altered_or_cut_is_named() throws Exception {
        Recorded recorded = recorded();
        Path file = recorded.file("part-0001.cast.zst");
        byte[] whole = Files.readAllBytes(file);

        change(file, flipped(file, whole.length / 2));
        assertNamed(recorded, "altered: part 1");
        change(file, Arrays.copyOf(whole, whole.length - 100));
        assertNamed(recorded, "part 1");
        change(file, whole);
        assertThat(verify("auditor", recorded.code).exit).isZero();
        Files.delete(file);
        assertNamed(recorded, "missing: part 1");
    }

    @Test
    void a_sidecar_that_was_altered_or_is_gone_is_named() throws Exception {
        Recorded recorded = recorded();
        Path sidecar = recorded.file("seal.json");
        String stated = Files.readString(sidecar);

        change(sidecar, stated.replace("\"ended\"", "\"endet\"").getBytes(StandardCharsets.UTF_8));
        assertNamed(recorded, "altered: the sidecar is not what test signed");
        change(sidecar, stated.lines().findFirst().orElseThrow().concat("\n").getBytes(StandardCharsets.UTF_8));
        assertNamed(recorded, "not proven: the sidecar has no signature");
        Files.delete(sidecar);
        assertNamed(recorded, "missing: the sidecar");
    }

    @Test
    void a_recording_that_is_gone_without_a_rule_is_missing_and_another_in_its_place_is_not_it() throws Exception {
        Recorded first = recorded();
        Recorded second = recorded();
        for (String name : new String[] {"seal.json", "part-0001.cast.zst"}) {
            change(first.file(name), Files.readAllBytes(second.file(name)));
        }
        assertNamed(first, "altered: the sidecar speaks of another recording than the log");

        try (Stream<Path> files = Files.list(second.folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(second.folder);
        assertNamed(second, "missing: part 1");
    }

    @Test
    void audit_rows_and_entries_of_the_log_that_were_altered_or_dropped_are_named() throws Exception {
        Recorded recorded = recorded();

        execute(
                "update audit_event set source = 'elsewhere' where session_id = ? and action = 'session.ended'",
                recorded.id);
        assertNamed(recorded, "was altered: it is not what entry");
        execute("delete from audit_event where session_id = ? and action = 'session.ended'", recorded.id);
        assertNamed(recorded, "is missing: entry");

        // The stored hash stays, so that the log itself goes on.
        Recorded other = recorded();
        execute(
                "update evidence_leaf set data = replace(data, 'header_sha256\":\"', 'header_sha256\":\"0') where"
                        + " session_id = ? and kind = 'recording.opened'",
                other.id);
        assertNamed(other, "is not in the tree that was signed");
    }

    @Test
    void the_whole_log_is_held_against_a_check_point_that_was_kept_elsewhere() throws Exception {
        try (TestBastion other = TestBastion.start()) {
            assertThat(other.run("engineer", other.at("web-1"), "true").exit).isZero();
            Run kept =
                    Awaitility.await().until(() -> other.console("auditor", "audit checkpoint"), run -> run.exit == 0);
            assertThat(kept.out()).startsWith("test\n").contains("\n\n\u2014 test ");
            assertThat(verifyAll(other, "", kept.stdout))
                    .satisfies(run -> assertThat(run.out()).contains("the log is intact: "))
                    .satisfies(run -> assertThat(run.exit).isZero());

            execute(other, "delete from evidence_leaf where session_id is null and index > 0");
            execute(other, "update audit_event set source = 'elsewhere' where action = 'session.ended'");
            Run altered = verifyAll(other, "--json", kept.stdout);
            assertThat(altered.exit).isEqualTo(1);
            assertThat(altered.out())
                    .contains("\"intact\":false", "missing: entr", "was altered: it is not what entry");
            assertThat(other.console("engineer", "audit verify"))
                    .satisfies(run -> assertThat(run.exit).isEqualTo(4))
                    .satisfies(run -> assertThat(run.stderr).contains("needs terminal.view_history"));
        }
    }

    @Test
    void an_exported_bundle_is_verified_with_the_public_key_alone() throws Exception {
        Recorded recorded = recorded();
        Awaitility.await("all of it signed")
                .until(() -> !verify("engineer", recorded.code).out().contains("not signed yet"));
        String key = bastion.printed("auditor", "audit key").strip();

        Run run = bastion.console("auditor", "recording export --since 1h --person engineer --to -");
        assertThat(run.exit).as(run.stderr).isZero();
        Path bundle = Files.write(bastion.folder.resolve("bundle.tar.zst"), run.stdout);
        assertThat(offline(0, bundle.toString(), "--key", key))
                .contains("is the one that was signed", "recording " + recorded.id + ": ");
        assertThat(offline(0, bundle.toString())).contains("agrees with itself");
        change(bundle, flipped(bundle, run.stdout.length / 3));
        assertThat(offline(1, bundle.toString(), "--key", key)).contains("altered: ", "NOT INTACT");
        offline(2, bastion.folder.resolve("absent").toString());
        offline(2, recorded.file("seal.json").toString());

        assertThat(bastion.console("manager", "recording export --since 1h --to -").exit)
                .isEqualTo(4);
        assertThat(bastion.console("auditor", "recording export --since 1h --to /tmp/x").exit)
                .isEqualTo(2);
    }

    private static Run verifyAll(TestBastion bastion, String options, byte[] kept) {
        return bastion.run("auditor", "auditor", List.of(), kept, ("audit verify --checkpoint - " + options).strip());
    }

    private static String offline(int exit, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        Main main = new Main(
                _ -> {
                    throw new AssertionError("no bastion is needed");
                },
                InputStream.nullInputStream(),
                stream,
                stream);
        String[] line = Stream.concat(Stream.of("verify"), Stream.of(arguments)).toArray(String[]::new);
        assertThat(main.run(line)).as(out.toString(StandardCharsets.UTF_8)).isEqualTo(exit);
        return out.toString(StandardCharsets.UTF_8);
    }

    /** As whoever owns the tables, which the bastion is not. */
    private void execute(String sql, String session) throws Exception {
        execute(bastion, sql.replace("?", "'" + UUID.fromString(session) + "'"));
    }

    private static void execute(TestBastion bastion, String sql) throws Exception {
        DatabaseSettings owner = bastion.database.owner();
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                PreparedStatement statement = connection.prepareStatement(sql)) {
            assertThat(statement.executeUpdate()).isPositive();
        }
    }
}
