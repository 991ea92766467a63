package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import sallyport.recorder.screen.Screen;
import sallyport.recorder.screen.ScreenText;

/** Recordings played over plain ssh, in a real terminal. */
class PlayTest {

    private static final int COLUMNS = 100;
    private static final int ROWS = 30;

    private static TestBastion bastion;

    /** A shell that showed three pictures. */
    private static String code;

    private static String id;

    @BeforeAll
    static void record() throws Exception {
        bastion = TestBastion.start();
        try (Terminal terminal = bastion.terminal("engineer", bastion.at("web-1", "new"))) {
            terminal.await("new session");
            terminal.type("PS1='> '; printf '\\033[2J\\033[5;5H\\033[31mfirst\\033[0m picture\\n'; sleep 1.5;"
                            + " printf '\\033[2J\\033[8;8Hsecond picture\\n'; sleep 1.5; echo thi''rd\n")
                    .awaitScreen("third");
            terminal.type("exit\n").exit();
        }
        code = bastion.sealed("engineer");
        id = Json.text(bastion.session("engineer", ""), "id");
    }

    @AfterAll
    static void stop() throws Exception {
        bastion.close();
    }

    private static Terminal play(String person, String options) {
        return bastion.terminal(COLUMNS, ROWS + 1, person, person, "recording play " + options);
    }

    private static void quit(Terminal player) {
        assertThat(player.type("q").exit()).isZero();
        assertThat(player.look(Screen::alternate)).isFalse();
        assertThat(player.screen()).as("nothing of it is left").allMatch(String::isEmpty);
        assertThat(player.since()).as("the last it says").endsWith("\033]112\033\\");
    }

    /** The screen as somebody else works it out from the download: all that was shown up to {@code seconds}. */
    private static List<String> screenAt(BigDecimal seconds) {
        Screen screen = new Screen(COLUMNS, ROWS);
        new String(bastion.download(code, "v2"), StandardCharsets.UTF_8)
                .lines()
                .skip(1)
                .map(Json::array)
                .filter(event -> ((BigDecimal) event.get(0)).compareTo(seconds) <= 0)
                .filter(event -> event.get(1).equals("o"))
                .forEach(event -> screen.feed(((String) event.get(2)).getBytes(StandardCharsets.UTF_8)));
        return ScreenText.screen(screen);
    }

    private static BigDecimal shownAt(String text) {
        return new String(bastion.download(code, "v2"), StandardCharsets.UTF_8)
                .lines()
                .skip(1)
                .map(Json::array)
                .filter(event -> event.get(1).equals("o") && ((String) event.get(2)).contains(text))
                .map(event -> (BigDecimal) event.get(0))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_recording_is_played_to_its_end_and_stays_until_q() {
        try (Terminal player = play("engineer", code + " --idle 0.2 --speed 4")) {
            player.awaitScreen("third").awaitScreen("this is the end of the recording; q quits");
            quit(player);
        }
    }

    @Test
    void a_moment_that_was_asked_for_shows_exactly_the_screen_of_then() {
        for (String picture : List.of("\033[31mfirst", "second picture\r")) {
            // Half a second behind it, and for some time, nothing else has come.
            BigDecimal moment = shownAt(picture).add(new BigDecimal("0.500"));
            String at = "00:00:" + (moment.compareTo(BigDecimal.TEN) < 0 ? "0" : "") + moment.toPlainString();
            try (Terminal player = play("auditor", code + " --at " + at + " --speed 0.125")) {
                player.awaitScreen("q quit").type(" ").awaitScreen("paused");
                assertThat(player.screen().subList(0, ROWS)).as(at).isEqualTo(screenAt(moment));
                quit(player);
            }
        }
    }

    @Test
    void a_window_that_changes_is_followed() {
        try (Terminal player = play("auditor", code)) {
            player.awaitScreen("q quit").type("\033[F").awaitScreen("this is the end");
            player.resize(60, 5);
            Awaitility.await().untilAsserted(() -> {
                assertThat(player.screen()).hasSize(5);
                assertThat(player.screen().getLast()).startsWith("end  00:00:0");
                assertThat(player.screen()).anyMatch(line -> line.contains("exit"));
            });
            quit(player);
        }
    }

    @Test
    void nothing_that_a_program_wrote_reaches_the_terminal_as_it_was() throws Exception {
        Path hostile = Files.writeString(
                bastion.folder.resolve("hostile"),
                "\033]52;c;cm0gLXJmIC8=\007\033]0;owned\007\033]2;owned\033\\\033[c\033[>c\033[=c\033[6n\033[5n\033[?6n"
                    + "\033]8;;https://evil.example\033\\click\033]8;;\033\\\033]10;?\007\033]11;?\007\033]4;1;?\007"
                    + "\033P$qm\033\\\033P+q544e\033\\\033[18t\033[21t\033]1337;File=:YQ==\007\033_Gi=1;YQ==\033\\\033[?1003h\033[?1006h\033[?2004h\033[>1u\033[?1004h\033[20h\033]9;note\007"
                    + " harmless\n");
        // With no terminal that would answer, nor shell that would read the answers.
        Run run = bastion.run("engineer", bastion.at("web-1"), List.of("-tt"), new byte[0], "cat " + hostile);
        assertThat(run.out()).contains("]52;");
        String hostileCode = bastion.sealed("engineer");

        try (Terminal player = play("auditor", hostileCode)) {
            player.awaitScreen("click harmless").awaitScreen("this is the end");
            quit(player);
            String all = player.text();
            assertThat(all)
                    .doesNotContain("]52;", "owned", "evil.example", "]1337", "_G", "]9;", "\033P", "\007")
                    .doesNotContainPattern("\033\\[[?>=]?[0-9]*c")
                    .doesNotContainPattern("\033\\[\\??[56]n")
                    .doesNotContain("[18t", "[21t", "[?1003h", "[?2004h", "[?1004h", "[>1u");
            String drawn = all.substring(all.indexOf("\033[?1049h"), all.lastIndexOf("\033[?1049l"));
            assertThat(drawn).doesNotContain("\033]");
            assertThat(player.look(Screen::title)).isEmpty();
        }
    }

    @Test
    void another_person_is_refused_as_if_there_were_none() {
        String refused = refused("second", code, 3);
        String absent = refused("second", "00000000", 3);
        assertThat(refused).isEqualTo(absent.replace("00000000", code)).doesNotContain("picture");
        assertThat(refused("manager", code, 4))
                .contains("terminal.view_recording")
                .doesNotContain("picture");
    }

    private static String refused(String person, String which, int status) {
        try (Terminal player = play(person, which)) {
            player.await("bastion: ").await("\n");
            assertThat(player.exit()).isEqualTo(status);
            return player.text();
        }
    }

    @Test
    void without_a_terminal_it_says_what_to_do_instead() {
        Run refused = bastion.console("auditor", "recording play " + code);
        assertThat(refused.exit).isEqualTo(2);
        assertThat(refused.stdout).isEmpty();
        assertThat(refused.stderr).contains("ssh -t bastion recording play ID", "--format text");
    }

    @Test
    void a_view_is_in_the_history() {
        try (Terminal player = play("auditor", code + " --at 00:00:01")) {
            player.awaitScreen("q quit");
            quit(player);
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(bastion.printed("auditor", "history --all --since 1h --format jsonl")
                                .lines()
                                .map(Json::object)
                                .filter(e -> id.equals(e.get("session_id")))
                                .filter(e -> "session.viewed".equals(e.get("action")))
                                .filter(e -> "auditor".equals(e.get("person")))
                                .map(Map::toString))
                        .anyMatch(e -> e.contains("recording from 00:00:01")));
    }

    @Test
    void a_session_that_runs_is_followed_to_its_end_and_a_viewer_who_reads_nothing_slows_nobody() {
        try (Terminal live = bastion.terminal("engineer", bastion.at("web-1", "new", "name=watched"))) {
            live.await("new session");
            live.type("PS1='> '; echo be''fore\n").awaitScreen("before");
            String watched = Json.text(bastion.session("engineer", "watched"), "code");
            try (Terminal player = play("auditor", watched + " --follow");
                    Terminal stuck = play("auditor", watched + " --follow")) {
                player.awaitScreen("before").awaitScreen("live  00:00:");
                stuck.awaitScreen("live  00:00:");
                live.type("echo whi''le\n").awaitScreen("while");
                player.awaitScreen("while");
                stuck.signal("STOP");
                live.type("yes 'a line of some length that is repeated' | head -c 8000000; echo flo''od\n")
                        .awaitScreen("flood");
                player.awaitScreen("flood");
                live.type("exit\n").exit();
                player.awaitScreen("this is the end of the recording");
                quit(player);
                stuck.kill();
            }
        }
    }

    @Test
    void a_viewer_who_is_gone_leaves_nothing_behind() {
        try (Terminal player = play("auditor", code + " --speed 0.125")) {
            player.awaitScreen("playing");
            assertThat(players()).isPositive();
            player.kill();
        }
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> players() == 0);
    }

    /** How many threads play in this process, which the bastion runs in. */
    private static long players() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().equals("play"))
                .count();
    }
}
