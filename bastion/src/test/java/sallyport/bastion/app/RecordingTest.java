package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.bastion.Tool;

/** What was recorded is what was seen, to the byte (T27), and stock tools can play it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordingTest {

    private TestBastion bastion;

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.start();
    }

    @AfterAll
    void stop() throws Exception {
        bastion.close();
    }

    /** One event of an asciicast v3 file. */
    private record Event(BigDecimal interval, String code, String data) {}

    /** An asciicast v3 file as the format's own page describes it: a header, then events, comments ignored. */
    private record Cast(Map<String, Object> header, List<Event> events) {

        static Cast read(byte[] file) {
            String text = new String(file, StandardCharsets.UTF_8);
            assertThat(text).endsWith("\n");
            List<String> lines = text.lines().toList();
            return new Cast(
                    Json.object(lines.getFirst()),
                    lines.stream()
                            .skip(1)
                            .filter(line -> !line.startsWith("#"))
                            .map(Json::array)
                            .map(Cast::event)
                            .toList());
        }

        private static Event event(List<Object> array) {
            assertThat(array).hasSize(3);
            return new Event((BigDecimal) array.get(0), (String) array.get(1), (String) array.get(2));
        }

        String output() {
            return events.stream()
                    .filter(e -> e.code.equals("o"))
                    .map(Event::data)
                    .collect(Collectors.joining());
        }

        List<String> data(String code) {
            return events.stream()
                    .filter(e -> e.code.equals(code))
                    .map(Event::data)
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "printf 'one\\ntwo é 漢 \\360\\237\\230\\200\\n'",
                "printf 'a\\377\\376b\\303('; printf '\\200\\200'; printf 'end\\303'",
                "printf 'split \\303'; sleep 0.2; printf '\\251 and \\360\\237'; sleep 0.2; printf '\\230\\200 end\\n'",
                "printf '\\000\\001\\033[2J\\r\\n\\r\\r\\n\\177\\302\\205'",
                "head -c 1048576 /dev/urandom",
                "echo text first; sleep 0.2; head -c 100000 /dev/urandom; echo text last",
                "seq 1 200000",
                "true"
            })
    void a_command_is_recorded_as_its_client_saw_it(String command) {
        Run run = bastion.run("engineer", bastion.at("web-1"), command);
        assertThat(run.exit).isZero();
        String code = bastion.sealed("engineer");
        assertThat(bastion.download(code, "raw")).isEqualTo(run.stdout);
        assertThat(bastion.download(code, "raw-stderr")).isEmpty();
        Cast.read(bastion.download(code, "v3"));
    }

    @Test
    void stdout_and_stderr_that_take_turns_are_recorded_each_as_it_was() {
        Run run = bastion.run(
                "engineer",
                bastion.at("web-1"),
                "for i in $(seq 300); do printf 'out %d é\\n"
                        + "' $i; printf 'err %d \\303' $i >&2; printf '\\251\\n"
                        + "' >&2; done");
        String code = bastion.sealed("engineer");
        assertThat(run.stderr).startsWith("err 1 é\nerr 2 é\n").endsWith("err 300 é\n");
        assertThat(bastion.download(code, "raw")).isEqualTo(run.stdout);
        assertThat(bastion.download(code, "raw-stderr")).isEqualTo(bastion.bytes(run.stderr));
        assertThat(Cast.read(bastion.download(code, "v3")).output())
                .as("all that was seen is in the picture")
                .contains("out 1 é\n", "err 1 é\n", "out 300 é\n", "err 300 é\n");
    }

    @Test
    void a_file_of_v3_says_who_was_where_why_and_how_it_ended() {
        String reason = "INC-7 it's full, é";
        Run run = bastion.run(
                "engineer",
                bastion.at("web-1"),
                List.of("-o", "SetEnv=\"BASTION_REASON=" + reason + "\""),
                new byte[0],
                "echo seen; exit 3");
        assertThat(run.exit).isEqualTo(3);
        String code = bastion.sealed("engineer");
        Cast cast = Cast.read(bastion.download(code, "v3"));
        assertThat(cast.header).containsEntry("version", new BigDecimal(3));
        assertThat(Json.objectIn(cast.header, "term")).containsKeys("cols", "rows");
        assertThat(cast.header).containsEntry("command", "echo seen; exit 3");
        assertThat(Json.objectIn(cast.header, "sallyport"))
                .containsEntry("person", "engineer")
                .containsEntry("target", "web-1")
                .containsEntry("login", bastion.login)
                .containsEntry("environment", "staging")
                .containsEntry("mode", "exec")
                .containsEntry("reason", reason);
        assertThat(cast.output()).isEqualTo("seen\n");
        assertThat(cast.events.getLast().code).isEqualTo("x");
        assertThat(cast.events.getLast().data).isEqualTo("3");
        assertThat(cast.events).allSatisfy(e -> {
            assertThat(e.interval).isNotNegative();
            assertThat(e.code).isIn("o", "i", "m", "r", "x");
        });
    }

    @Test
    void death_by_signal_is_in_the_recording_as_a_shell_would_say_it() {
        bastion.run("engineer", bastion.at("web-1"), "kill -TERM $$");
        String code = bastion.sealed("engineer");
        byte[] file = bastion.download(code, "v3");
        assertThat(Cast.read(file).events.getLast().data).isEqualTo("143");
        assertThat(new String(file, StandardCharsets.UTF_8)).contains("\n#signal TERM\n");
    }

    @Test
    void a_shell_is_recorded_as_its_client_saw_it_with_every_change_of_size() {
        byte[] seen;
        try (Terminal terminal = bastion.terminal("engineer", bastion.at("web-1", "new"))) {
            terminal.await("new session");
            terminal.type("stty size; printf 'colour \\033[31mred\\033[0m \\377\\303'; printf '\\251\\n'\n")
                    .await("30 100");
            terminal.resize(120, 40);
            // The change and the keys go their own ways to the program.
            terminal.type("until stty size | grep '40.120'; do sleep 0.05; done\n")
                    .await("40 120");
            terminal.type("head -c 200000 /dev/urandom; echo do-$((1+1))ne\n").await("do-2ne");
            terminal.type("exit 5\n");
            assertThat(terminal.exit()).isEqualTo(5);
            String code = bastion.sealed("engineer");
            byte[] raw = bastion.download(code, "raw");
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(withoutOurs(terminal.bytes())).isEqualTo(raw));
            seen = raw;
            Cast cast = Cast.read(bastion.download(code, "v3"));
            assertThat(cast.data("r")).containsExactly("120x40");
            assertThat(Json.objectIn(cast.header, "term"))
                    .containsEntry("cols", new BigDecimal(100))
                    .containsEntry("rows", new BigDecimal(30))
                    .containsEntry("type", "xterm-256color");
            assertThat(cast.events.getLast().code).isEqualTo("x");
            assertThat(cast.events.getLast().data).isEqualTo("5");
        }
        assertThat(seen).hasSizeGreaterThan(200_000);
    }

    /** What a terminal showed, without the bastion's own first line, which is no part of the session. */
    private static byte[] withoutOurs(byte[] shown) {
        String text = new String(shown, StandardCharsets.ISO_8859_1);
        assertThat(text).startsWith("bastion: ");
        return Arrays.copyOfRange(shown, text.indexOf("\r\n") + 2, shown.length);
    }

    @Test
    void what_was_made_while_nobody_was_there_is_recorded_too() throws Exception {
        Terminal first = bastion.terminal("second", bastion.at("web-1", "name=alone"));
        first.await("new session");
        Path go = bastion.folder.resolve("go");
        first.type("echo here; until test -e " + go + "; do sleep 0.05; done; echo al''one; exit\n")
                .await("here");
        first.kill();
        Awaitility.await()
                .until(() -> bastion.session("second", "alone").get("state").equals("detached"));
        Files.createFile(go);
        String code = Json.text(bastion.session("second", "alone"), "code");
        bastion.awaitSealed(code);
        assertThat(new String(bastion.download(code, "raw"), StandardCharsets.UTF_8))
                .contains("\nalone\r\n");
        assertThat(Cast.read(bastion.download(code, "v3")).data("m"))
                .anyMatch(m -> m.endsWith("connection lost; detached"));
    }

    @Test
    void a_sealed_recording_is_shown_with_its_size_and_digest_and_cannot_be_written() throws Exception {
        bastion.run("engineer", bastion.at("web-1"), "echo sealed-one");
        String code = bastion.sealed("engineer");
        Map<String, Object> shown = Json.object(bastion.printed("auditor", "recording show " + code + " --json"));
        byte[] file = bastion.download(code, "v3");
        assertThat(shown).containsEntry("recording_bytes", new BigDecimal(file.length));
        assertThat(shown)
                .containsEntry(
                        "recording_sha256",
                        HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(file)));
        assertThat(bastion.printed("auditor", "recording show " + code)).contains("sealed", "echo sealed-one");
        Path stored = Awaitility.await()
                .until(() -> packed(Json.text(shown, "id")), Optional::isPresent)
                .orElseThrow();
        assertThat(Files.getPosixFilePermissions(stored)).hasToString("[OWNER_READ]");
        assertThat(bastion.printed("auditor", "recording list --all")).contains(code);
    }

    private Optional<Path> packed(String id) throws IOException {
        try (var files = Files.walk(bastion.folder.resolve("recordings"))) {
            return files.filter(f -> f.toString().contains(id))
                    .filter(f -> f.toString().endsWith(".cast.zst"))
                    .findFirst();
        }
    }

    @Test
    void a_file_of_v2_plays_in_the_asciinema_of_debian_and_shows_what_the_client_saw() throws Exception {
        String player = Tool.ASCIINEMA.path();
        String seen;
        try (Terminal terminal = bastion.terminal("engineer", bastion.at("web-1", "new"))) {
            terminal.await("new session");
            terminal.type("PS1='$ '\n");
            terminal.type("printf 'caf\\303'; printf '\\251 \\033[1mbold\\033[0m \\342\\224\\200\\n'; echo e''nd\n")
                    .await("\nend");
            terminal.type("exit\n").exit();
            String code = bastion.sealed("engineer");
            Awaitility.await()
                    .until(() -> withoutOurs(terminal.bytes()).length == bastion.download(code, "raw").length);
            seen = new String(withoutOurs(terminal.bytes()), StandardCharsets.UTF_8);
            Files.write(bastion.folder.resolve("v2.cast"), bastion.download(code, "v2"));
        }
        Run played = Run.of(
                List.of(Tool.SCRIPT.path(), "-qec", player + " cat " + bastion.folder.resolve("v2.cast"), "/dev/null"),
                new byte[0],
                Map.of("TERM", "xterm-256color", "LC_ALL", "C.UTF-8"),
                bastion.folder);
        assertThat(played.exit).as("%s", played).isZero();
        // The terminal that it plays in turns a line feed into two characters; the recording has both already.
        assertThat(played.out().replace("\r", "")).isEqualTo(seen.replace("\r", ""));
        assertThat(seen).contains("café \033[1mbold\033[0m ─");
    }

    @Test
    void the_text_of_a_recording_has_what_was_shown_and_nothing_that_moves_a_cursor() {
        try (Terminal terminal = bastion.terminal("engineer", bastion.at("web-1", "new"))) {
            terminal.await("new session");
            terminal.type("printf '\\033[31mcrimson\\033[0m \\033]0;title\\007\\033[6n tail-%s\\n' end\n")
                    .await("tail-end");
            // The terminal's answer to the query stands in the line.
            terminal.type("\025exit\n").exit();
        }
        String code = bastion.sealed("engineer");
        String text = new String(bastion.download(code, "text"), StandardCharsets.UTF_8);
        assertThat(text).contains("crimson  tail-end\r\n").doesNotContain("\033", "\007");
    }

    @Test
    void ones_own_recording_may_be_taken_and_that_of_others_reads_as_absent() {
        bastion.run("engineer", bastion.at("web-1"), "echo mine");
        String code = bastion.sealed("engineer");
        assertThat(bastion.printed("engineer", "recording download " + code + " --format raw"))
                .isEqualTo("mine\n");
        for (String command : List.of("recording show ", "recording download ")) {
            Run foreign = bastion.console("second", command + code);
            Run absent = bastion.console("second", command + "00000000");
            assertThat(foreign.exit).isEqualTo(3);
            assertThat(foreign.stdout).isEmpty();
            assertThat(foreign.stderr).isEqualTo(absent.stderr.replace("00000000", code));
        }
        assertThat(bastion.console("second", "recording list --all").exit).isEqualTo(4);
        assertThat(bastion.printed("second", "recording list --json")).doesNotContain(code);
    }

    @Test
    void whoever_may_know_of_a_recording_but_not_take_it_is_told_what_is_missing() {
        bastion.run("engineer", bastion.at("web-1"), "echo kept");
        String code = bastion.sealed("engineer");
        Run refused = bastion.console("manager", "recording download " + code);
        assertThat(refused.exit).isEqualTo(4);
        assertThat(refused.stdout).isEmpty();
        assertThat(refused.stderr).contains("terminal.download_recording");
    }

    @Test
    void a_download_is_in_the_history() {
        bastion.run("engineer", bastion.at("web-1"), "echo taken");
        String code = bastion.sealed("engineer");
        String id = Json.text(bastion.session("engineer", ""), "id");
        bastion.download(code, "raw");
        Awaitility.await()
                .untilAsserted(() -> assertThat(bastion.printed("auditor", "history --all --since 1h --format jsonl")
                                .lines()
                                .map(Json::object)
                                .filter(r -> id.equals(r.get("session_id")))
                                .filter(r -> "recording.downloaded".equals(r.get("action")))
                                .filter(r -> "auditor".equals(r.get("person"))))
                        .hasSize(1));
    }

    @Test
    void a_recording_that_still_grows_can_be_read_up_to_now() {
        try (Terminal terminal = bastion.terminal("engineer", bastion.at("web-1", "name=growing"))) {
            terminal.await("new session");
            terminal.type("echo so-$((1+1))-far\n").await("so-2-far");
            String code = Json.text(bastion.session("engineer", "growing"), "code");
            assertThat(new String(bastion.download(code, "raw"), StandardCharsets.UTF_8))
                    .contains("so-2-far");
            assertThat(bastion.printed("auditor", "recording show " + code)).contains("growing");
            terminal.type("exit\n").exit();
        }
    }

    @Test
    void a_recording_would_garble_a_terminal_and_is_not_written_to_one() {
        bastion.run("engineer", bastion.at("web-1"), "echo ungarbled");
        String code = bastion.sealed("engineer");
        try (Terminal terminal =
                Terminal.start(bastion.ssh("auditor", "auditor", List.of("-tt"), "recording download " + code))) {
            assertThat(terminal.exit()).isEqualTo(2);
            assertThat(terminal.text()).contains("--format text");
        }
    }

    @Test
    void a_split_of_the_bytes_by_the_network_changes_nothing() {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        Random random = new Random(7);
        List<String> characters = List.of("a", "é", "漢", "😀", "\0", "\n", "\033[0m");
        for (int i = 0; i < 100_000; i++) {
            sent.writeBytes(bastion.bytes(characters.get(random.nextInt(characters.size()))));
        }
        Run run = bastion.run("engineer", bastion.at("web-1"), List.of(), sent.toByteArray(), "dd bs=7 2>/dev/null");
        assertThat(run.stdout).isEqualTo(sent.toByteArray());
        assertThat(bastion.download(bastion.sealed("engineer"), "raw")).isEqualTo(run.stdout);
    }
}
