package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that die in the middle of output, and clients that take nothing: nobody loses anything by it. */
class ComeBackTest {

    private static final int DEATHS = Integer.getInteger("sallyport.deaths", 100);

    private static TestBastion bastion;
    private static String token;

    @BeforeAll
    static void start() throws Exception {
        bastion = TestBastion.start();
        token = bastion.printed("auditor", "token create --name screens").strip();
    }

    @AfterAll
    static void stop() throws Exception {
        bastion.close();
    }

    /** What the model of the session's terminal shows. */
    private static List<String> model(String code) {
        String json = bastion.get("/api/sessions/" + code + "/text", token).body();
        @SuppressWarnings("unchecked")
        List<String> lines = (List<String>) Json.object(json).get("lines");
        return lines;
    }

    private static List<String> shown(Terminal client) {
        List<String> screen = client.screen();
        int used = screen.size();
        while (used > 0 && screen.get(used - 1).isEmpty()) {
            used--;
        }
        return screen.subList(0, used);
    }

    private static List<String> used(List<String> lines) {
        return Stream.iterate(lines, l -> l.subList(0, l.size() - 1))
                .filter(l -> l.isEmpty() || !l.getLast().isEmpty())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_client_that_dies_a_hundred_times_finds_the_screen_each_time_and_the_recording_has_every_byte()
            throws Exception {
        Path lines = Files.writeString(bastion.folder.resolve("lines"), colourful(4000));
        Path pause = bastion.folder.resolve("pause");
        Path log = bastion.folder.resolve("log");
        Terminal first = bastion.terminal("engineer", bastion.at("web-1", "new", "name=deaths"));
        first.type("PS1='> '; stty -opost; while IFS= read -r line; do while test -e %s; do sleep 0.02; done;"
                        .formatted(pause)
                + " printf '%%s\\r\\n' \"$line\"; sleep 0.01; done < %s | tee %s; stty opost; echo all-$((1+1))\n"
                        .formatted(lines, log));
        first.await("line 3 ");
        String code = Json.text(bastion.session("engineer", "deaths"), "code");
        first.kill();
        for (int death = 0; death < DEATHS; death++) {
            try (Terminal client = bastion.terminal("engineer", "s+deaths+takeover")) {
                client.await("back in \"deaths\"");
                Files.createFile(pause);
                client.type("\034r");
                Awaitility.await("the screen after death " + death)
                        .pollInterval(Duration.ofMillis(20))
                        .untilAsserted(() -> assertThat(shown(client)).isEqualTo(used(model(code))));
                Files.delete(pause);
                client.await("line ");
                client.kill();
            }
        }
        try (Terminal last = bastion.terminal("engineer", "s+deaths+takeover")) {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(3))
                    .until(() -> String.join("\n", last.screen()).contains("all-2"));
            last.type("exit\n").exit();
        }
        bastion.awaitSealed(code);
        assertThat(indexOf(bastion.download(code, "raw"), Files.readAllBytes(log)))
                .as("the place of the target's own log in the recording")
                .isPositive();
    }

    private static String colourful(int count) {
        Random random = new Random(9);
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= count; i++) {
            text.append("line ")
                    .append(i)
                    .append(" \033[")
                    .append(31 + random.nextInt(6))
                    .append("mcolour\033[0m é 漢字 ");
            for (int w = random.nextInt(20); w > 0; w--) {
                text.append(Integer.toHexString(random.nextInt())).append(' ');
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static int indexOf(byte[] all, byte[] part) {
        return new String(all, StandardCharsets.ISO_8859_1).indexOf(new String(part, StandardCharsets.ISO_8859_1));
    }

    @Test
    void a_flood_with_one_client_that_takes_nothing_slows_nobody() {
        try (Terminal fast = bastion.terminal("engineer", bastion.at("web-1", "new", "name=flood"))) {
            fast.type("PS1='> '; echo re\"\"ady\n").await("ready");
            String code = Json.text(bastion.session("engineer", "flood"), "code");
            try (Terminal slow = bastion.terminal("engineer", "s+flood");
                    Terminal stuck = bastion.terminal("engineer", "s+flood+ro")) {
                slow.await("q quit").type("j\r").await("you are in \"flood\"");
                stuck.await("you watch");
                slow.signal("STOP");
                stuck.signal("STOP");
                fast.type("yes 'a line of some length that is repeated' | head -c 40000000; echo flood-$((1+1))\n")
                        .awaitScreen("flood-2");
                slow.signal("CONT");
                fast.type("echo after-$((1+1))\n").awaitScreen("after-2");
                Awaitility.await().untilAsserted(() -> assertThat(shown(slow)).isEqualTo(used(model(code))));
                Awaitility.await("the stuck one is sent away")
                        .atMost(Duration.ofSeconds(20))
                        .untilAsserted(() -> assertThat(Json.text(bastion.session("engineer", "flood"), "people"))
                                .doesNotContain("viewer"));
                assertThat(fast.isAlive()).isTrue();
                stuck.signal("CONT");
                assertThat(stuck.exit()).isEqualTo(253);
            }
            fast.type("exit\n").exit();
            bastion.awaitSealed(code);
            String raw = new String(bastion.download(code, "raw"), StandardCharsets.ISO_8859_1);
            assertThat(raw.split("a line of some length that is repeated\r\n", -1).length)
                    .as("lines in the recording")
                    .isGreaterThanOrEqualTo(40_000_000 / 39);
        }
    }
}
