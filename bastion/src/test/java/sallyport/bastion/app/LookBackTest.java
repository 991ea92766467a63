package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a session showed a moment ago, and what of it can be carried to another bastion. */
class LookBackTest {

    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);

    @Test
    void the_screen_of_a_moment_and_a_saved_session_come_back() throws Exception {
        try (TestBastion here = TestBastion.start();
                TestBastion there = TestBastion.start()) {
            Terminal shell = here.terminal("engineer", here.at("web-1", "new", "name=deploy"));
            shell.type("PS1='> '; echo fir\"\"st\n").await("first");
            Instant first = Instant.now();
            Awaitility.await("the next second")
                    .until(() -> Instant.now().getEpochSecond() >= first.getEpochSecond() + 2);
            String then = CLOCK.format(first.plusSeconds(1));
            shell.type("seq 100 140; echo sec\"\"ond\n").awaitScreen("second");
            assertThat(here.printed("engineer", "session show deploy --at " + then))
                    .contains("first")
                    .doesNotContain("second");
            assertThat(here.printed("engineer", "session show deploy --screen"))
                    .contains("second")
                    .doesNotContain("first");

            String document = here.printed("engineer", "session save deploy --to -");
            shell.type("exit\n").exit();

            Run restored = Run.of(
                    there.ssh("engineer", "engineer", List.of(), "session restore --from -"),
                    document.getBytes(StandardCharsets.UTF_8));
            assertThat(restored.exit).as("%s", restored).isZero();
            Map<String, Object> row = there.session("engineer", "");
            assertThat(row).containsEntry("name", "deploy").containsEntry("target", "web-1");
            assertThat(row.get("id")).isNotEqualTo(Json.object(document).get("id"));
            String code = Json.text(row, "code");
            assertThat(there.printed("engineer", "session show " + code)).contains("restored", "engineer");
            assertThat(there.printed("engineer", "session show " + code + " --tail 200"))
                    .contains("first", "second");

            Run nonsense = Run.of(
                    there.ssh("engineer", "engineer", List.of(), "session restore --from -"),
                    "{\"not\": \"one\"}".getBytes(StandardCharsets.UTF_8));
            assertThat(nonsense.exit).isEqualTo(2);
            assertThat(nonsense.stderr).startsWith("bastion: ");
        }
    }
}
