package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.bastion.Tool;
import sallyport.db.DatabaseSettings;

/** Files through the bastion with OpenSSH's own sftp and scp, at a real sshd. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SftpTest {

    private TestBastion bastion;

    /** Files of the person, and files of the target: both on this machine. */
    private Path here;

    private Path there;

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.start();
    }

    @AfterAll
    void stop() throws Exception {
        bastion.close();
    }

    @BeforeEach
    void folders(TestInfo test) throws Exception {
        Path mine = Files.createTempDirectory(
                bastion.folder, test.getTestMethod().orElseThrow().getName().substring(0, 8));
        here = Files.createDirectory(mine.resolve("here"));
        there = Files.createDirectory(mine.resolve("there"));
        allow("[read, write]");
    }

    private void allow(String sftp) throws Exception {
        Files.writeString(
                bastion.accessFile(),
                bastion.access(TestHouse.PEOPLE)
                        + "  - name: files\n    roles: [engineer]\n    targets: [web-1]\n    sftp: " + sftp + "\n");
        bastion.bastion.reload();
    }

    // --- clients ---

    /** A client with ssh's options of the engineer. */
    private List<String> client(Tool tool, String... options) {
        List<String> line = new ArrayList<>(bastion.ssh("engineer", "x", List.of(options)));
        line.set(0, tool.path());
        line.set(line.indexOf("-p"), "-P");
        return new ArrayList<>(line.subList(0, line.indexOf("-l")));
    }

    /** The same client, without a bastion in between. */
    private List<String> direct(Tool tool) {
        return new ArrayList<>(List.of(
                tool.path(),
                "-F",
                "none",
                "-P",
                String.valueOf(bastion.web.port),
                "-i",
                bastion.targetKey().toString(),
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "IdentityAgent=none",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-o",
                "LogLevel=ERROR"));
    }

    private Run sftp(List<String> client, String user, String... commands) throws IOException {
        Path batch = Files.write(here.resolve("batch"), List.of(commands));
        client.addAll(1, List.of("-b", batch.toString()));
        client.add(user + "@127.0.0.1");
        return Run.of(client, new byte[0], Map.of(), here);
    }

    private Run sftp(String... commands) throws IOException {
        return sftp(client(Tool.SFTP), bastion.at("web-1"), commands);
    }

    private Run scp(String... words) {
        List<String> line = client(Tool.SCP);
        line.addAll(List.of(words));
        return Run.of(line, new byte[0], Map.of(), here);
    }

    private String remote(String name) {
        return bastion.at("web-1") + "@127.0.0.1:" + there.resolve(name);
    }

    private static void worked(Run run) {
        assertThat(run.exit).as("%s", run).isZero();
    }

    private Path file(String name, int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return Files.write(here.resolve(name), content);
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    // --- what was written down ---

    /** Details of the events of this kind that have this in their path, oldest first, once there are so many. */
    private List<Map<String, Object>> events(String action, String inDetail, int expected) {
        return Awaitility.await(action + " of " + inDetail)
                .atMost(Duration.ofSeconds(10))
                .until(() -> details(action, inDetail), found -> found.size() >= expected);
    }

    private List<Map<String, Object>> details(String action, String inDetail) throws Exception {
        DatabaseSettings owner = bastion.database.owner();
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                PreparedStatement query = connection.prepareStatement(
                        "select detail from audit_event where action = ? and position(? in detail) > 0 order by"
                                + " sequence")) {
            query.setString(1, action);
            query.setString(2, inDetail);
            List<Map<String, Object>> found = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    found.add(Json.object(rows.getString(1)));
                }
            }
            return found;
        }
    }

    private String folderName() {
        return there.getParent().getFileName().toString();
    }

    /** The transcript of the engineer's newest session. */
    private String transcript() {
        return new String(bastion.download(bastion.sealed("engineer"), "text"), StandardCharsets.UTF_8);
    }

    // --- both ways ---

    @ParameterizedTest
    @ValueSource(ints = {0, 1 << 20, 64 << 20})
    void files_pass_both_ways_and_their_digests_are_in_the_audit_trail(int bytes) throws Exception {
        Path source = file("source", bytes);
        worked(sftp("put source " + there + "/copy", "get " + there + "/copy back"));
        String digest = sha256(source);
        assertThat(sha256(there.resolve("copy"))).isEqualTo(digest);
        assertThat(sha256(here.resolve("back"))).isEqualTo(digest);
        for (String action : List.of("file.written", "file.read")) {
            assertThat(events(action, folderName(), 1))
                    .singleElement()
                    .satisfies(detail -> assertThat(Json.text(detail, "path")).isEqualTo(there + "/copy"))
                    .satisfies(detail -> assertThat(Json.text(detail, "sha256")).isEqualTo(digest))
                    .satisfies(
                            detail -> assertThat(detail.get("bytes").toString()).isEqualTo(String.valueOf(bytes)));
        }
        assertThat(transcript())
                .contains(
                        "open \"" + there + "/copy\" to write",
                        "wrote \"" + there + "/copy\": " + bytes + " bytes, sha256: " + digest,
                        "read \"" + there + "/copy\": " + bytes + " bytes, sha256: " + digest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"with space", "q'uo\"te", "new\nline", "gr\u00fc\u00dfe \u65e5\u672c", "-dash", "tab\tand;$(x)"})
    void scp_as_it_is_today_takes_any_name_both_ways(String name) throws Exception {
        Path source = file("source", 100_000);
        worked(scp(source.toString(), remote(name)));
        assertThat(there.resolve(name)).hasSameBinaryContentAs(source);
        worked(scp(remote(name), "back"));
        assertThat(here.resolve("back")).hasSameBinaryContentAs(source);
        String shown = name.replace("\n", "\\u{a}").replace("\t", "\\u{9}");
        for (String action : List.of("file.written", "file.read")) {
            assertThat(events(action, folderName(), 1))
                    .singleElement()
                    .satisfies(detail -> assertThat(Json.text(detail, "path")).isEqualTo(there + "/" + shown))
                    .satisfies(detail -> assertThat(Json.text(detail, "sha256")).isEqualTo(sha256(source)));
        }
    }

    @Test
    void a_tree_passes_both_ways() throws Exception {
        Path tree = Files.createDirectories(here.resolve("tree/a/b"));
        for (int i = 0; i < 40; i++) {
            Files.writeString(tree.resolve("file " + i), "content of " + i);
        }
        worked(scp("-r", "tree", remote("")));
        worked(scp("-r", remote("tree"), "back"));
        for (int i = 0; i < 40; i++) {
            assertThat(here.resolve("back/a/b/file " + i)).hasContent("content of " + i);
        }
        assertThat(events("file.read", folderName(), 40)).hasSize(40);
        assertThat(events("file.written", folderName(), 40)).hasSize(40);
        assertThat(events("file.made", folderName(), 3)).hasSize(3);
    }

    /** curl stands on libssh2, which has an sftp client of its own. */
    @Test
    void curl_passes_files_both_ways() throws Exception {
        Path source = file("source", 3_000_000);
        worked(curl("-T", source.toString(), there + "/copy"));
        worked(curl("-o", here + "/back", there + "/copy"));
        assertThat(there.resolve("copy")).hasSameBinaryContentAs(source);
        assertThat(here.resolve("back")).hasSameBinaryContentAs(source);
        for (String action : List.of("file.written", "file.read")) {
            assertThat(events(action, folderName(), 1))
                    .singleElement()
                    .satisfies(detail -> assertThat(Json.text(detail, "sha256")).isEqualTo(sha256(source)));
        }
    }

    private Run curl(String direction, String file, String path) {
        String key = bastion.folder.resolve("engineer").toString();
        return Run.of(
                List.of(
                        Tool.CURL.path(),
                        "-sSk",
                        "--user",
                        bastion.at("web-1") + ":",
                        "--key",
                        key,
                        "--pubkey",
                        key + ".pub",
                        direction,
                        file,
                        "sftp://127.0.0.1:" + bastion.bastion.sshPort() + path),
                new byte[0]);
    }

    // --- pieces ---

    @Test
    void what_is_resumed_is_complete_and_its_pieces_have_no_digest() throws Exception {
        Path source = file("source", 1 << 20);
        byte[] content = Files.readAllBytes(source);
        Files.write(there.resolve("up"), java.util.Arrays.copyOf(content, 300_000));
        Files.write(there.resolve("down"), content);
        Files.write(here.resolve("down"), java.util.Arrays.copyOf(content, 500_000));
        worked(sftp("reput source " + there + "/up", "reget " + there + "/down down"));
        assertThat(there.resolve("up")).hasBinaryContent(content);
        assertThat(here.resolve("down")).hasBinaryContent(content);
        assertThat(events("file.written", folderName(), 1))
                .singleElement()
                .satisfies(detail -> assertThat(Json.text(detail, "sha256")).isEqualTo("none (partial)"))
                .satisfies(detail -> assertThat(Json.text(detail, "ranges")).isEqualTo("300000-1048575"));
        assertThat(events("file.read", folderName(), 1))
                .singleElement()
                .satisfies(detail -> assertThat(Json.text(detail, "sha256")).isEqualTo("none (partial)"))
                .satisfies(detail -> assertThat(Json.text(detail, "ranges")).isEqualTo("500000-1048575"));
    }

    // --- everything else ---

    @Test
    void everything_that_changes_something_leaves_an_event_and_a_line() throws Exception {
        file("source", 10);
        worked(sftp(
                "cd " + there,
                "mkdir folder",
                "put source one",
                "rename one two",
                "chmod 600 two",
                "symlink two three",
                "ln two four",
                "df -h",
                "ls -la",
                "rm two",
                "rmdir folder"));
        assertThat(events("file.made", folderName(), 3))
                .extracting(detail -> Json.text(detail, "what"))
                .containsExactly("folder", "link to two", "hard link to " + there + "/two");
        assertThat(events("file.renamed", folderName(), 1))
                .singleElement()
                .satisfies(detail -> assertThat(Json.text(detail, "from")).isEqualTo(there + "/one"))
                .satisfies(detail -> assertThat(Json.text(detail, "to")).isEqualTo(there + "/two"));
        assertThat(events("file.changed", folderName(), 1))
                .anySatisfy(detail -> assertThat(Json.text(detail, "what")).isEqualTo("mode 0600"));
        assertThat(events("file.removed", folderName(), 2))
                .extracting(detail -> Json.text(detail, "path"))
                .containsExactly(there + "/two", there + "/folder");
        assertThat(transcript())
                .contains(
                        "make folder \"" + there + "/folder\"",
                        "rename \"" + there + "/one\" to \"" + there + "/two\"",
                        "change \"" + there + "/two\": mode 0600",
                        "list \"" + there,
                        "remove \"" + there + "/two\"",
                        "remove folder \"" + there + "/folder\"");
    }

    @Test
    void errors_of_the_target_read_as_without_a_bastion() throws Exception {
        String[][] mistakes = {
            {"get " + there + "/nothing"},
            {"rm " + there + "/nothing"},
            {"put batch /proc/none/x"},
            {"cd " + there + "/nothing"},
            {"-get " + there + "/nothing", "ls -1 " + there}
        };
        for (String[] mistake : mistakes) {
            Run through = sftp(mistake);
            Run direct = sftp(direct(Tool.SFTP), bastion.login, mistake);
            assertThat(through.stderr).isEqualTo(direct.stderr);
            assertThat(through.out()).isEqualTo(direct.out());
            assertThat(through.exit).isEqualTo(direct.exit);
        }
        Run through = scp(remote("nothing"), "back");
        List<String> line = direct(Tool.SCP);
        line.addAll(List.of(bastion.login + "@127.0.0.1:" + there + "/nothing", "back"));
        Run direct = Run.of(line, new byte[0], Map.of(), here);
        assertThat(through.stderr).isEqualTo(direct.stderr);
        assertThat(through.exit).isEqualTo(direct.exit);
        worked(sftp("-rm " + there + "/nothing"));
        assertThat(transcript()).contains("remove \"" + there + "/nothing\": failed: No such file");
    }

    @Test
    void a_session_is_found_by_the_name_of_a_file() throws Exception {
        file("source", 10);
        worked(sftp("put source " + there + "/needle-4711"));
        String code = bastion.sealed("engineer");
        Awaitility.await("in the search")
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(bastion.printed("engineer", "audit search --text needle-4711"))
                        .contains(code));
        assertThat(bastion.printed("engineer", "audit search --file needle-4711"))
                .contains(code, "wrote \"" + there + "/needle-4711\": 10 bytes", "recording play " + code);
        assertThat(Json.items(bastion.printed("engineer", "audit search --file needle-4711 --json")))
                .allSatisfy(hit -> assertThat(Json.text(hit, "kind")).isEqualTo("file"))
                .allSatisfy(hit -> assertThat(Json.text(hit, "text")).isEqualTo(there + "/needle-4711"))
                .extracting(hit -> Json.text(hit, "operation"))
                .anySatisfy(words -> assertThat(words).startsWith("open "))
                .anySatisfy(words -> assertThat(words).startsWith("wrote "));
        bastion.printed("engineer", "recording reindex " + code);
        assertThat(Json.items(bastion.printed("engineer", "audit search --file needle-4711 --json")))
                .hasSize(2);
    }

    @Test
    void a_terminal_that_a_client_asks_for_alters_nothing() throws Exception {
        Process ssh =
                new ProcessBuilder(bastion.ssh("engineer", bastion.at("web-1"), List.of("-tt", "-s"), "sftp")).start();
        try {
            // INIT of version 3. The server goes at the end of its input, answered or not, so the answer comes first.
            ssh.getOutputStream().write(new byte[] {0, 0, 0, 5, 1, 0, 0, 0, 3});
            ssh.getOutputStream().flush();
            byte[] answer = ssh.getInputStream().readNBytes(9);
            assertThat(answer).hasSize(9).startsWith(0, 0);
            assertThat(answer).endsWith(2, 0, 0, 0, 3);
        } finally {
            ssh.destroy();
        }
    }

    // --- policy ---

    @Test
    void a_refused_write_is_an_error_of_its_own_and_reading_goes_on() throws Exception {
        allow("[read]");
        Path source = file("source", 50_000);
        Files.copy(source, there.resolve("kept"));
        Run run = sftp(
                "-put source " + there + "/new",
                "-rm " + there + "/kept",
                "-rename " + there + "/kept " + there + "/moved",
                "-mkdir " + there + "/folder",
                "-chmod 777 " + there + "/kept",
                "get " + there + "/kept back");
        worked(run);
        assertThat(run.stderr)
                .contains("Permission denied")
                .containsOnlyOnce("bastion: changing files is not allowed to you here; refused: open \"" + there
                        + "/new\" to write");
        assertThat(here.resolve("back")).hasSameBinaryContentAs(source);
        assertThat(there).isDirectoryNotContaining("glob:**/{new,moved,folder}");
        assertThat(there.resolve("kept")).exists();
        assertThat(events("file.refused", folderName(), 5)).hasSize(5);
        assertThat(transcript()).contains("refused: remove \"" + there + "/kept\"", "read \"" + there + "/kept\"");
    }

    @Test
    void a_refused_read_is_an_error_of_its_own_and_writing_goes_on() throws Exception {
        allow("[write]");
        Path source = file("source", 50_000);
        Files.writeString(there.resolve("secret"), "secret");
        Run run = sftp("-get " + there + "/secret back", "put source " + there + "/new");
        worked(run);
        assertThat(run.stderr).contains("bastion: reading files is not allowed to you here");
        assertThat(here.resolve("back"))
                .satisfiesAnyOf(
                        back -> assertThat(back).doesNotExist(),
                        back -> assertThat(back).isEmptyFile());
        assertThat(there.resolve("new")).hasSameBinaryContentAs(source);
    }

    @Test
    void files_are_where_the_target_says_whatever_they_are_called() throws Exception {
        Path allowed = Files.createDirectories(there.resolve("allowed/sub"));
        Path outside = Files.createDirectory(there.resolve("outside"));
        Files.writeString(allowed.resolve("fine"), "fine");
        Files.writeString(outside.resolve("secret"), "secret");
        Files.createSymbolicLink(allowed.resolve("link"), outside);
        Files.createSymbolicLink(allowed.resolve("file-link"), outside.resolve("secret"));
        Files.createSymbolicLink(allowed.resolve("dangling"), outside.resolve("new"));
        Files.createSymbolicLink(outside.resolve("in"), allowed.resolve("fine"));
        file("source", 1000);
        String real = there.toRealPath() + "/allowed/**";
        allow("{read: {paths: ['" + real + "']}, write: {paths: ['" + real + "']}}");
        Run run = sftp(
                "-get " + allowed + "/../../outside/secret a",
                "-get " + allowed + "/link/secret b",
                "-get " + allowed + "/file-link c",
                "-get /etc/hostname d",
                "-put source " + allowed + "/dangling",
                "-put source " + allowed + "/../../outside/put",
                "-rename " + allowed + "/fine " + outside + "/moved",
                "-ln " + outside + "/secret " + allowed + "/hard",
                "-rm " + allowed + "/link/secret",
                "-mkdir " + allowed + "/link/folder",
                "get " + outside + "/in e",
                "get " + allowed + "/../sub/fine f",
                "put source " + allowed + "/new",
                "rm " + allowed + "/file-link",
                "-get " + allowed + "/none g");
        worked(run);
        for (String name : List.of("a", "b", "c", "d", "g")) {
            assertThat(here.resolve(name))
                    .satisfiesAnyOf(
                            none -> assertThat(none).doesNotExist(),
                            none -> assertThat(none).isEmptyFile());
        }
        assertThat(here.resolve("e")).hasContent("fine");
        assertThat(here.resolve("f")).hasContent("fine");
        assertThat(allowed.resolve("new")).hasSameBinaryContentAs(here.resolve("source"));
        assertThat(allowed.resolve("file-link")).doesNotExist();
        assertThat(outside.resolve("secret")).hasContent("secret");
        assertThat(outside).isDirectoryNotContaining("glob:**/{new,put,moved,folder}");
        assertThat(allowed.resolve("hard")).doesNotExist();
        assertThat(run.stderr)
                .contains(
                        "bastion: \"" + outside.toRealPath() + "/secret\" is not where reading files is allowed to you")
                .contains("File \"" + allowed + "/none\" not found");
        assertThat(events("file.refused", folderName(), 9))
                .extracting(detail -> Json.text(detail, "cause"))
                .contains("\"" + outside.toRealPath() + "/new\" is not where changing files is allowed to you");
    }

    @Test
    void a_new_name_makes_nothing_readable_that_was_not() throws Exception {
        Path secret = Files.createDirectories(there.resolve("secret/data"));
        Files.writeString(secret.resolve("file"), "secret");
        Path open = Files.createDirectories(there.resolve("open/data"));
        Files.writeString(open.resolve("file"), "open");
        String real = there.toRealPath().toString();
        allow("{read: {paths: ['" + real + "/open/data/**', '" + real + "/pub/data/**']}, write: {paths: ['" + real
                + "/**']}}");
        Run run = sftp(
                "-rename " + there + "/secret " + there + "/pub",
                "-rename " + there + "/secret/data " + there + "/open/data/stolen",
                "-rename " + there + "/secret/data/file " + there + "/open/data/stolen",
                "-ln " + there + "/secret/data/file " + there + "/open/data/linked",
                "rename " + there + "/secret " + there + "/moved",
                "rename " + there + "/open " + there + "/pub",
                "get " + there + "/pub/data/file got");
        worked(run);
        assertThat(there.resolve("moved/data/file")).hasContent("secret");
        assertThat(open).doesNotExist();
        assertThat(there.resolve("pub/data")).isDirectoryNotContaining("glob:**/{stolen,linked}");
        assertThat(here.resolve("got")).hasContent("open");
        assertThat(events("file.refused", folderName(), 4))
                .extracting(detail -> Json.text(detail, "cause"))
                .contains("what is below \"" + real + "/secret\" could be read below \"" + real
                        + "/pub\", and where it is it may not be")
                .contains("\"" + real + "/secret/data/file\" is not where reading files is allowed to you");
    }

    @Test
    void files_that_are_too_large_are_refused_and_others_pass() throws Exception {
        Path small = file("small", 1 << 20);
        file("large", (1 << 20) + 1);
        Files.copy(here.resolve("large"), there.resolve("large"));
        allow("{read: {largest: 1 MiB}, write: {largest: 1 MiB}}");
        Run run = sftp(
                "-put large " + there + "/put",
                "-get " + there + "/large got",
                "-cp " + there + "/large " + there + "/copied",
                "put small " + there + "/small",
                "get " + there + "/small back",
                "-get /dev/zero zero");
        worked(run);
        assertThat(run.stderr).contains("of more than 1048576 bytes is not allowed to you here");
        assertThat(Files.size(there.resolve("put"))).isLessThanOrEqualTo(1 << 20);
        assertThat(here.resolve("got"))
                .satisfiesAnyOf(
                        none -> assertThat(none).doesNotExist(),
                        none -> assertThat(none).isEmptyFile());
        assertThat(there.resolve("small")).hasSameBinaryContentAs(small);
        assertThat(here.resolve("back")).hasSameBinaryContentAs(small);
        assertThat(events("file.refused", folderName(), 2))
                .extracting(detail -> Json.text(detail, "cause"))
                .contains(
                        "writing files of more than 1048576 bytes is not allowed to you here",
                        "reading files of more than 1048576 bytes is not allowed to you here");
    }

    /** Its requests are under way together, so they must not overtake those that the target is asked about. */
    @Test
    void a_tree_passes_where_rules_name_paths() throws Exception {
        Path tree = Files.createDirectories(here.resolve("tree/a"));
        for (int i = 0; i < 40; i++) {
            Files.write(tree.resolve("file " + i), new byte[100_000 + i]);
        }
        allow("{read: {paths: ['" + there.toRealPath() + "/**']}, write: {paths: ['" + there.toRealPath() + "/**']}}");
        worked(scp("-rp", "tree", remote("")));
        worked(scp("-rp", remote("tree"), "back"));
        for (int i = 0; i < 40; i++) {
            assertThat(here.resolve("back/a/file " + i)).hasSize(100_000 + i);
        }
        Path source = file("source", 3_000_000);
        worked(curl("-T", source.toString(), there + "/copy"));
        worked(curl("-o", here + "/back2", there + "/copy"));
        assertThat(here.resolve("back2")).hasSameBinaryContentAs(source);
    }

    @Test
    void a_rule_that_is_changed_counts_for_who_is_in_already() throws Exception {
        file("source", 1000);
        Path stderr = here.resolve("stderr");
        List<String> line = client(Tool.SFTP);
        line.add(bastion.at("web-1") + "@127.0.0.1");
        Process sftp = new ProcessBuilder(line)
                .directory(here.toFile())
                .redirectError(stderr.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        sftp.getOutputStream().write(bastion.bytes("put source " + there + "/before\n"));
        sftp.getOutputStream().flush();
        events("file.written", folderName(), 1);
        allow("[read]");
        sftp.getOutputStream().write(bastion.bytes("put source " + there + "/after\n"));
        sftp.getOutputStream().close();
        sftp.waitFor();
        assertThat(Files.readString(stderr)).contains("bastion: changing files is not allowed to you here");
        assertThat(there.resolve("after")).doesNotExist();
    }

    @Test
    void where_no_rule_allows_files_sftp_is_refused_in_words() throws Exception {
        allow("[]");
        Run run = sftp("ls");
        assertThat(run.exit).isEqualTo(255);
        assertThat(run.stderr).contains("bastion: the subsystem sftp is not allowed on web-1.");
    }

    @Test
    void production_asks_for_a_reason_in_words() throws Exception {
        Run run = sftp(client(Tool.SFTP), bastion.at("prod-db-1"), "ls");
        assertThat(run.exit).isEqualTo(255);
        assertThat(run.stderr).contains("bastion: ").contains("reason");
    }

    @Test
    void a_revoked_transfer_ends_in_words_and_what_had_passed_is_written_down() throws Exception {
        file("source", 8 << 20);
        List<String> line = client(Tool.SFTP);
        // In Kbit/s: it would take a minute.
        line.addAll(1, List.of("-l", "1000"));
        line.add(bastion.at("web-1") + "@127.0.0.1");
        Path stderr = here.resolve("stderr");
        Process sftp = new ProcessBuilder(line)
                .directory(here.toFile())
                .redirectError(stderr.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        sftp.getOutputStream().write(bastion.bytes("put source " + there + "/cut\n"));
        sftp.getOutputStream().flush();
        Awaitility.await("under way")
                .atMost(Duration.ofSeconds(20))
                .until(() -> Files.exists(there.resolve("cut")) && Files.size(there.resolve("cut")) > 0);
        String code = Json.text(bastion.session("engineer", ""), "code");
        bastion.printed("manager", "session revoke " + code + " --yes --reason 'wrong file'");
        assertThat(sftp.waitFor()).isNotZero();
        assertThat(Files.readString(stderr)).contains("bastion: this session was ended by manager", "wrong file");
        assertThat(events("file.written", folderName(), 1))
                .singleElement()
                .satisfies(detail -> assertThat(Json.text(detail, "sha256")).isEqualTo("none (partial)"));
    }

    // --- scp's own protocol ---

    /** For the shell of the target, to which scp -O gives a name as it is. */
    private String remoteWords(String name) {
        return bastion.at("web-1") + "@127.0.0.1:'"
                + there.resolve(name).toString().replace("'", "'\\''") + "'";
    }

    private String recording(String code) {
        return new String(bastion.download(code, "v3"), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"plain", "with space", "q'uo\"te", "gr\u00fc\u00dfe \u65e5\u672c", "-dash", "tab\tand;$(x)`*"})
    void scp_as_it_was_leaves_what_sftp_leaves(String name) throws Exception {
        Path source = file("source", 3_000_000);
        worked(scp("-O", "-p", source.toString(), remoteWords(name)));
        assertThat(there.resolve(name)).hasSameBinaryContentAs(source);
        assertThat(recording(bastion.sealed("engineer")))
                .hasSizeLessThan(20_000)
                .contains(sha256(source));
        worked(scp("-OT", remoteWords(name), "back"));
        assertThat(here.resolve("back")).hasSameBinaryContentAs(source);
        assertThat(recording(bastion.sealed("engineer")))
                .hasSizeLessThan(20_000)
                .contains(sha256(source));
        String shown = there + "/" + name.replace("\t", "\\u{9}");
        assertThat(events("file.written", folderName(), 1)).singleElement().satisfies(detail -> {
            assertThat(Json.text(detail, "path")).isEqualTo(shown + ", or " + shown + "/source if that is a folder");
            assertThat(Json.text(detail, "sha256")).isEqualTo(sha256(source));
        });
        assertThat(events("file.read", folderName(), 1)).singleElement().satisfies(detail -> {
            assertThat(Json.text(detail, "path")).isEqualTo(shown);
            assertThat(Json.text(detail, "sha256")).isEqualTo(sha256(source));
            assertThat(detail.get("bytes").toString()).isEqualTo("3000000");
        });
    }

    /** A shell could do something with a newline, so what passes is recorded, as with any command. */
    @Test
    void scp_of_a_name_that_no_two_shells_read_alike_is_recorded_whole() throws Exception {
        Files.writeString(there.resolve("new\nline"), "needle-in-content\n");
        worked(scp("-OT", remoteWords("new\nline"), "back"));
        assertThat(here.resolve("back")).hasContent("needle-in-content\n");
        assertThat(transcript()).contains("needle-in-content");
    }

    @Test
    void a_tree_passes_both_ways_in_scps_own_protocol() throws Exception {
        Path tree = Files.createDirectories(here.resolve("tree/a/b"));
        for (int i = 0; i < 20; i++) {
            Files.write(tree.resolve("file " + i), new byte[i * 5000]);
        }
        worked(scp("-O", "-rp", "tree", remoteWords("") + "/"));
        worked(scp("-O", "-rp", remoteWords("tree"), "back"));
        for (int i = 0; i < 20; i++) {
            assertThat(here.resolve("back/a/b/file " + i)).hasSize(5000L * i);
        }
        assertThat(events("file.written", folderName(), 20))
                .hasSize(20)
                .allSatisfy(detail -> assertThat(Json.text(detail, "path")).contains("tree/a/b/file "))
                .noneSatisfy(detail -> assertThat(Json.text(detail, "sha256")).isEqualTo("none (partial)"));
        assertThat(events("file.read", folderName(), 20))
                .extracting(detail -> Json.text(detail, "path"))
                .contains(there + "/tree/a/b/file 7");
        assertThat(events("file.made", folderName(), 3)).hasSize(3);
    }

    @Test
    void errors_of_scp_on_the_target_read_as_without_a_bastion() throws Exception {
        file("source", 10);
        String[][] mistakes = {
            {"HOST:" + there + "/none", "back"}, {"source", "HOST:/proc/none/x"}, {"HOST:" + there, "back"}
        };
        for (String[] mistake : mistakes) {
            Run through = scp(
                    "-O",
                    mistake[0].replace("HOST", bastion.at("web-1") + "@127.0.0.1"),
                    mistake[1].replace("HOST", bastion.at("web-1") + "@127.0.0.1"));
            List<String> line = direct(Tool.SCP);
            line.addAll(List.of(
                    "-O",
                    mistake[0].replace("HOST", bastion.login + "@127.0.0.1"),
                    mistake[1].replace("HOST", bastion.login + "@127.0.0.1")));
            Run direct = Run.of(line, new byte[0], Map.of(), here);
            assertThat(through.exit).isEqualTo(direct.exit).isNotZero();
            assertThat(through.stderr).isEqualTo(direct.stderr);
        }
        assertThat(transcript()).contains("the target says: scp: " + there + ": not a regular file");
    }

    @Test
    void scp_with_anything_behind_it_is_a_command_like_any_other() throws Exception {
        allow("[read]");
        Run run = bastion.run(
                "engineer",
                bastion.at("web-1"),
                List.of(),
                bastion.bytes("C0644 5 a\nhello\0"),
                "scp -t " + there + "/a; echo 'needle of the shell'; echo 'wrote \"/forged\": 5 bytes'");
        assertThat(run.out()).contains("needle of the shell");
        String code = bastion.sealed("engineer");
        assertThat(new String(bastion.download(code, "raw"), StandardCharsets.UTF_8))
                .isEqualTo(run.out());
        bastion.printed("engineer", "recording reindex " + code);
        assertThat(Json.items(bastion.printed("engineer", "audit search --file forged --json")))
                .isEmpty();
    }

    @Test
    void what_does_not_follow_scps_protocol_is_recorded_from_there_on() throws Exception {
        Run run = bastion.run(
                "engineer", bastion.at("web-1"), List.of(), bastion.bytes("nonsense\n"), "scp -t " + there + "/a");
        assertThat(run.out()).contains("nonsense");
        assertThat(recording(bastion.sealed("engineer")))
                .contains(
                        "files: from here on all that passes follows: what the client sends does not follow the"
                                + " protocol",
                        "nonsense");
    }

    /** What is called scp on that target is a shell, for as long as this is open. */
    private AutoCloseable scpIsAShell() throws IOException {
        Path profile = bastion.web.folder.resolve("home/.bashrc");
        Files.writeString(profile, "scp() { sh; }\n");
        return () -> Files.delete(profile);
    }

    private void recordInput(String how) throws Exception {
        Files.writeString(bastion.accessFile(), bastion.access(TestHouse.PEOPLE) + "    record_input: " + how + "\n");
        bastion.bastion.reload();
    }

    @ParameterizedTest
    @ValueSource(strings = {"full", "masked", "off"})
    void what_is_called_scp_and_is_a_shell_is_recorded_both_ways(String how) throws Exception {
        recordInput(how);
        boolean kept = how.equals("full");
        try (AutoCloseable _ = scpIsAShell()) {
            Run run = bastion.run(
                    "engineer",
                    bastion.at("web-1"),
                    List.of(),
                    bastion.bytes("C0644 6 a\nhello\n\0\necho needle-$((1+1)); echo error-$((2+2)) >&2\n"),
                    "scp -t " + there + "/x");
            assertThat(run.out()).as("%s", run).contains("needle-2");
            assertThat(run.stderr).contains("error-4");
            assertThat(run.stderr.contains("bastion: this is no transfer any more"))
                    .isEqualTo(kept);
            String code = bastion.sealed("engineer");
            assertThat(recording(code))
                    .contains("files: from here on all that passes follows: what the client sends", "needle-2")
                    .contains("error-4");
            Run input = bastion.console("engineer", "recording input " + code);
            assertThat(input.exit == 0).as("%s", input).isEqualTo(!how.equals("off"));
            assertThat(input.out().contains("echo needle-$((1+1))")).isEqualTo(kept);
            assertThat(input.out().contains("[hidden]")).isEqualTo(how.equals("masked"));
            assertThat(input.out()).doesNotContain("hello");
            assertThat(bastion.console("auditor", "recording verify " + code).exit)
                    .isZero();
        }
    }

    @Test
    void a_transfer_leaves_nothing_of_what_was_sent_where_input_is_recorded() throws Exception {
        recordInput("full");
        Files.writeString(here.resolve("content"), "needle-in-content");
        Run run = scp("-O", "content", remoteWords("copy"));
        worked(run);
        assertThat(run.stderr).doesNotContain("bastion: ");
        assertThat(there.resolve("copy")).hasContent("needle-in-content");
        assertThat(bastion.printed("engineer", "recording input " + bastion.sealed("engineer")))
                .doesNotContain("needle-in-content");
    }

    private Run by(Tool program, String... words) {
        List<String> ssh = new ArrayList<>(bastion.ssh("engineer", "x", List.of()));
        List<String> line = new ArrayList<>(List.of(program.path()));
        line.addAll(List.of(words));
        String transport = String.join(" ", ssh.subList(0, ssh.indexOf("-l")));
        return Run.of(line, new byte[0], Map.of("RSYNC_RSH", transport, "GIT_SSH_COMMAND", transport), here);
    }

    @Test
    void rsync_and_git_are_refused_in_words_where_sftp_is() throws Exception {
        file("source", 10);
        Files.writeString(there.resolve("kept"), "kept");
        String repository = "ssh://" + bastion.at("web-1") + "@127.0.0.1" + there.resolve("a.git");
        worked(by(Tool.GIT, "init", "-q", "--bare", there.resolve("a.git").toString()));
        worked(by(Tool.GIT, "init", "-q", "-b", "main", "mine"));
        worked(by(
                Tool.GIT,
                "-C",
                "mine",
                "-c",
                "user.name=n",
                "-c",
                "user.email=e@example.org",
                "commit",
                "-q",
                "--allow-empty",
                "-m",
                "first"));
        allow("[read]");
        for (String secluded : List.of("--no-secluded-args", "--secluded-args")) {
            Run refused = by(Tool.RSYNC, secluded, "source", remote("new"));
            assertThat(refused.exit).isNotZero();
            assertThat(refused.stderr)
                    .contains("bastion: web-1: changing files is not allowed to you here. Nothing was copied.");
            assertThat(there.resolve("new")).doesNotExist();
            worked(by(Tool.RSYNC, secluded, remote("kept"), "back"));
        }
        assertThat(by(Tool.GIT, "-C", "mine", "push", "-q", repository, "main").stderr)
                .contains("changing files is not allowed");
        worked(by(Tool.GIT, "ls-remote", "-q", repository));
        allow("{read: {paths: [/srv/**]}, write: {}}");
        assertThat(by(Tool.RSYNC, remote("kept"), "back2").stderr)
                .contains("which rsync cannot be held to; use sftp or scp");
        assertThat(by(Tool.GIT, "ls-remote", "-q", repository).stderr)
                .contains("which git cannot be held to; use sftp or scp");
        worked(by(Tool.GIT, "-C", "mine", "push", "-q", repository, "main"));
    }

    @Test
    void scp_is_refused_in_words_where_sftp_is() throws Exception {
        file("source", 10);
        Files.writeString(there.resolve("kept"), "kept");
        allow("[read]");
        Run refused = scp("-O", "source", remoteWords("new"));
        assertThat(refused.exit).isNotZero();
        assertThat(refused.stderr)
                .contains("bastion: web-1: changing files is not allowed to you here. Nothing was copied.");
        assertThat(there.resolve("new")).doesNotExist();
        worked(scp("-OT", remoteWords("kept"), "back"));
        allow("{read: {largest: 10}, write: {}}");
        assertThat(scp("-OT", remoteWords("kept"), "back2").stderr)
                .contains("bastion: web-1: reading files is limited here to paths or sizes, which scp -O cannot be held"
                        + " to; leave out the -O");
        worked(scp(remote("kept"), "back2"));
        worked(scp("-O", "source", remoteWords("new")));
    }

    @Test
    void scp_that_runs_ends_in_words_when_its_rule_goes() throws Exception {
        file("source", 8 << 20);
        Path stderr = here.resolve("stderr");
        List<String> line = client(Tool.SCP);
        // In Kbit/s: it would take a minute.
        line.addAll(List.of("-O", "-l", "1000", "source", remoteWords("cut")));
        Process scp = new ProcessBuilder(line)
                .directory(here.toFile())
                .redirectError(stderr.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Awaitility.await("under way")
                .atMost(Duration.ofSeconds(20))
                .until(() -> Files.exists(there.resolve("cut")) && Files.size(there.resolve("cut")) > 0);
        allow("[read]");
        assertThat(scp.waitFor()).isNotZero();
        assertThat(Files.readString(stderr)).contains("bastion: ");
        assertThat(events("file.written", folderName(), 1))
                .singleElement()
                .satisfies(detail -> assertThat(Json.text(detail, "sha256")).isEqualTo("none (partial)"));
    }

    // --- git and rsync ---

    private Run git(Path folder, String... words) {
        List<String> line = new ArrayList<>(List.of(Tool.GIT.path(), "-c", "user.name=x", "-c", "user.email=x@x"));
        line.addAll(List.of(words));
        return Run.of(line, new byte[0], Map.of("GIT_SSH_COMMAND", sshLine()), folder);
    }

    private String sshLine() {
        List<String> line = new ArrayList<>(bastion.ssh("engineer", "x", List.of()));
        return String.join(" ", line.subList(0, line.indexOf("-l")));
    }

    @Test
    void git_says_which_repository_which_refs_and_how_much() throws Exception {
        byte[] content = Files.readAllBytes(file("random", 2_000_000));
        worked(git(there, "init", "-q", "--bare", "-b", "main", "repo"));
        worked(git(here, "init", "-q", "-b", "main", "work"));
        Path work = here.resolve("work");
        Files.write(work.resolve("big"), content);
        worked(git(work, "add", "big"));
        worked(git(work, "commit", "-q", "-m", "needle-of-the-message"));
        String url = "ssh://" + bastion.at("web-1") + "@127.0.0.1:" + bastion.bastion.sshPort() + there + "/repo";
        worked(git(work, "push", "-q", url, "main", "main:refs/heads/other"));
        worked(git(here, "clone", "-q", url, "cloned"));
        assertThat(here.resolve("cloned/big")).hasBinaryContent(content);
        assertThat(recording(bastion.sealed("engineer")))
                .hasSizeLessThan(20_000)
                .contains("git-upload-pack read");
        assertThat(events("files.copied", folderName(), 2))
                .anySatisfy(detail -> {
                    assertThat(Json.text(detail, "program")).isEqualTo("git-receive-pack");
                    assertThat(Json.text(detail, "access")).isEqualTo("write");
                    assertThat(Json.text(detail, "path")).isEqualTo(there + "/repo");
                    assertThat(Json.text(detail, "what")).isEqualTo("refs/heads/main: done; refs/heads/other: done");
                    assertThat(Long.parseLong(detail.get("bytes_to_target").toString()))
                            .isGreaterThan(2_000_000);
                })
                .anySatisfy(detail -> {
                    assertThat(Json.text(detail, "program")).isEqualTo("git-upload-pack");
                    assertThat(Json.text(detail, "access")).isEqualTo("read");
                    assertThat(Long.parseLong(detail.get("bytes_from_target").toString()))
                            .isGreaterThan(2_000_000);
                });
    }

    @Test
    void rsync_says_what_it_was_asked_and_is_recorded_whole() throws Exception {
        Path source = file("source", 300_000);
        for (String[] way : new String[][] {{"source", "HOST" + there + "/copy"}, {"HOST" + there + "/copy", "back"}}) {
            worked(Run.of(
                    List.of(
                            Tool.RSYNC.path(),
                            "-a",
                            "-e",
                            sshLine(),
                            way[0].replace("HOST", bastion.at("web-1") + "@127.0.0.1:"),
                            way[1].replace("HOST", bastion.at("web-1") + "@127.0.0.1:")),
                    new byte[0],
                    Map.of(),
                    here));
        }
        assertThat(here.resolve("back")).hasSameBinaryContentAs(source);
        String code = bastion.sealed("engineer");
        assertThat(bastion.download(code, "raw")).hasSizeGreaterThan(300_000);
        assertThat(events("files.copied", folderName(), 2))
                .extracting(detail -> Json.text(detail, "access") + " " + Json.text(detail, "path"))
                .containsExactly("write " + there + "/copy", "read " + there + "/copy");
        Awaitility.await("in the search")
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(bastion.printed("engineer", "audit search --file " + there + "/copy"))
                        .contains(code, "rsync read"));
    }

    /** Paramiko asks for all of a file at once. */
    @Test
    void a_client_may_ask_far_ahead_of_the_answers() throws Exception {
        int asked = 20_000;
        ByteBuffer requests = ByteBuffer.allocate(9 + asked * 14);
        requests.putInt(5).put((byte) 1).putInt(3);
        for (int id = 0; id < asked; id++) {
            // REALPATH of "/"
            requests.putInt(10).put((byte) 16).putInt(id).putInt(1).put((byte) '/');
        }
        Run run = bastion.run("engineer", bastion.at("web-1"), List.of("-s"), requests.array(), "sftp");
        assertThat(run.exit).as(run.stderr).isZero();
        assertThat(run.stdout.length).isGreaterThan(asked * 20);
    }

    // --- what is not sftp ---

    @Test
    void what_is_not_sftp_ends_the_session_in_words() {
        Run run = bastion.run(
                "engineer", bastion.at("web-1"), List.of("-s"), bastion.bytes("GET / HTTP/1.1\r\n\r\n"), "sftp");
        assertThat(run.exit).isEqualTo(255);
        assertThat(run.stderr)
                .contains("bastion: this session was ended: the client sent what is not sftp: a packet of 1195725856"
                        + " bytes");
        assertThat(run.out()).isEmpty();
    }
}
