package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import sallyport.bastion.Tool;
import sallyport.db.TestDatabase;

/** Recordings encrypted at rest, from the keys of {@code age-keygen} to the {@code age} tool: one recording, as its keys come and go. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.MethodName.class)
class EncryptedRecordingsTest {

    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);

    private final List<Bastion> started = new ArrayList<>();
    private TestHouse house;
    private Path oldKey;
    private Path newKey;
    private String token = "";

    /** The shell that was recorded while the old key was the only one. */
    private String code = "";

    private String id = "";

    /** While its screen showed what was typed. */
    private String then = "";

    @BeforeAll
    void start() throws Exception {
        house = new TestHouse(TestDatabase.create());
        oldKey = key("old");
        newKey = key("new");
        String access = house.access(TestHouse.PEOPLE);
        Files.writeString(
                house.accessFile(),
                access + "  - name: typing\n    roles: [engineer]\n    targets: [web-1]\n    record_input: full\n");
        serve(List.of(recipient(oldKey)), List.of(oldKey));
        token = house.printed("auditor", "token create --name locked").strip();
    }

    @AfterAll
    void stop() throws Exception {
        started.forEach(Bastion::close);
        house.close();
    }

    private Path key(String name) {
        Path file = house.folder.resolve(name + ".agekey");
        assertThat(Run.of(List.of(Tool.AGE_KEYGEN.path(), "-o", file.toString()), new byte[0]).exit)
                .isZero();
        return file;
    }

    private static String recipient(Path key) {
        return Run.of(List.of(Tool.AGE_KEYGEN.path(), "-y", key.toString()), new byte[0])
                .out()
                .strip();
    }

    /** Stops what serves, if something does, and starts it with these keys. */
    private void serve(List<String> recipients, List<Path> identities) throws Exception {
        started.forEach(Bastion::close);
        BastionSettings usual = house.settings(0, 0);
        BastionSettings.Recordings plain = usual.recordings();
        Bastion bastion = Bastion.start(
                new BastionSettings(
                        usual.ssh(),
                        usual.http(),
                        usual.database(),
                        new BastionSettings.Recordings(
                                plain.dir(),
                                plain.retention(),
                                recipients,
                                identities,
                                plain.fullDiskWait(),
                                plain.commandOutput()),
                        usual.state(),
                        usual.signing(),
                        usual.accessFile(),
                        usual.targetKey(),
                        usual.sessions(),
                        usual.clientStall()),
                InstantSource.system(),
                System::nanoTime);
        started.add(bastion);
        house.bastionServesOn(bastion.sshPort());
    }

    private Path folder(String session) throws IOException {
        try (Stream<Path> files = Files.walk(house.folder.resolve("recordings"))) {
            return files.filter(file -> file.endsWith(session) && !Files.isSymbolicLink(file))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private Path packed(String session) throws IOException {
        Path file = folder(session).resolve("part-0001.cast.zst.age");
        Awaitility.await("packed").atMost(Duration.ofSeconds(20)).until(() -> Files.exists(file));
        return file;
    }

    private String age(Path key, Path file) {
        Run opened = Run.of(List.of(Tool.AGE.path(), "-d", "-i", key.toString(), file.toString()), new byte[0]);
        if (opened.exit != 0) {
            return "exit " + opened.exit;
        }
        return Run.of(List.of(Tool.ZSTD.path(), "-dcq"), opened.stdout).out();
    }

    @Test
    void a_what_is_sealed_is_read_back_in_every_way() throws Exception {
        try (Terminal shell = house.terminal("engineer", house.at("web-1", "new", "name=sealed"))) {
            shell.await("new session");
            shell.type("PS1='web-1$ '; clear\r").awaitScreen("web-1$");
            shell.type("echo needle-$((40 + 2))\r").awaitScreen("needle-42");
            Instant shown = Instant.now();
            Awaitility.await("the next second")
                    .until(() -> Instant.now().getEpochSecond() >= shown.getEpochSecond() + 2);
            then = CLOCK.format(shown.plusSeconds(1));
            shell.type("clear\r").awaitScreen("web-1$");
            shell.type("exit\r").exit();
        }
        code = house.sealed("engineer");
        Map<String, Object> row = house.session("engineer", "");
        id = Json.text(row, "id");
        Path part = packed(id);
        assertThat(Files.exists(folder(id).resolve("part-0001.cast"))).isFalse();
        assertThat(new String(Files.readAllBytes(part), StandardCharsets.ISO_8859_1))
                .startsWith("age-encryption.org/v1\n")
                .doesNotContain("needle");

        assertThat(house.printed("auditor", "session show " + code + " --at " + then))
                .contains("needle-42");
        assertThat(house.printed("auditor", "session show " + code + " --tail 50"))
                .contains("exit");
        assertThat(new String(house.download(code, "raw"), StandardCharsets.UTF_8))
                .contains("needle-42");
        assertThat(house.printed("engineer", "recording input " + code)).contains("echo needle-$((40 + 2))");
        try (Terminal player = house.terminal(100, 30, "auditor", "auditor", "recording play " + code + " --speed 8")) {
            player.awaitScreen("this is the end of the recording");
            assertThat(player.type("q").exit()).isZero();
        }
        Awaitility.await("read for the search")
                .atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(house.printed("auditor", "audit search --text needle-42 --json"))
                        .contains(code));
        Awaitility.await("all of it signed")
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(house.console("auditor", "recording verify " + code))
                        .satisfies(run -> assertThat(run.out()).contains("good: part 1: ", "as sealed"))
                        .satisfies(run -> assertThat(run.exit).isZero()));
        assertThat(age(oldKey, part)).contains("needle-42", "\"version\":3");
    }

    @Test
    void b_the_age_tool_opens_what_is_in_an_export() throws Exception {
        Run export = house.console("auditor", "recording export --since 1h --person engineer --to -");
        assertThat(export.exit).as(export.stderr).isZero();
        Path bundle = Files.write(house.folder.resolve("locked.tar.zst"), export.stdout);
        Path unpacked = Files.createDirectory(house.folder.resolve("unpacked"));
        byte[] tar = Run.of(List.of(Tool.ZSTD.path(), "-dcq", bundle.toString()), new byte[0]).stdout;
        assertThat(Run.of(List.of(Tool.TAR.path(), "-x", "-C", unpacked.toString()), tar).exit)
                .isZero();
        Path member = unpacked.resolve("recordings/" + id + "/part-0001.cast.zst.age");
        assertThat(age(oldKey, member)).contains("needle-42").isEqualTo(age(oldKey, packed(id)));
        assertThat(age(newKey, member)).isEqualTo("exit 1");
    }

    @Test
    void c_with_a_new_key_what_is_older_is_still_read() throws Exception {
        serve(List.of(recipient(newKey)), List.of(newKey, oldKey));
        assertThat(house.run("engineer", house.at("web-1"), "echo newer-$((40 + 2))").exit)
                .isZero();
        String newer = house.sealed("engineer");
        Path part = packed(Json.text(house.session("engineer", ""), "id"));
        assertThat(age(newKey, part)).contains("newer-42");
        assertThat(age(oldKey, part)).isEqualTo("exit 1");
        assertThat(new String(house.download(newer, "raw"), StandardCharsets.UTF_8))
                .isEqualTo("newer-42\n");
        assertThat(new String(house.download(code, "raw"), StandardCharsets.UTF_8))
                .contains("needle-42");
    }

    @Test
    void d_a_recording_whose_key_is_gone_is_locked_and_says_which_keys_were_tried() throws Exception {
        serve(List.of(recipient(newKey)), List.of(newKey));
        String words = "the recording of session " + code
                + " is locked: it is encrypted, and none of the 1 private keys in " + newKey + " opens it";
        for (String looked : List.of(
                "session show " + code + " --screen",
                "session show " + code + " --tail 5",
                "session show " + code + " --at " + then,
                "recording download " + code)) {
            assertLocked(house.console("auditor", looked), words);
        }
        try (Terminal player = house.terminal(100, 30, "auditor", "auditor", "recording play " + code)) {
            player.await(" is locked: ");
            assertThat(player.exit()).isNotZero();
        }
        assertLocked(house.console("engineer", "recording input " + code), words);
        Run verified = house.console("auditor", "recording verify " + code);
        assertThat(verified.out())
                .contains(
                        "the encrypted file, ", "is the one that was sealed", "part 1 is locked: ", newKey.toString());
        assertThat(house.console("auditor", "recording reindex " + code).stderr)
                .contains("none of the 1 private keys in " + newKey);
        HttpResponse<String> http = get("/api/sessions/" + code + "/text?tail=5");
        assertThat(http.statusCode()).as(http.body()).isEqualTo(409);
        assertThat(http.body()).contains(" is locked: ", newKey.toString());
    }

    private static void assertLocked(Run run, String words) {
        assertThat(run.exit).as(run.toString()).isNotZero();
        assertThat(run.stdout).isEmpty();
        assertThat(run.stderr.replace("\r", "")).contains(words);
    }

    private HttpResponse<String> get(String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(
                                    "http://127.0.0.1:" + started.getLast().httpPort() + path))
                            .header("Authorization", "Bearer " + token)
                            .timeout(Duration.ofSeconds(20))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
