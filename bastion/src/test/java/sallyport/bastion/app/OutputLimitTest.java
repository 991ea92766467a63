package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Where only the beginning of a command's output is kept, its client notices nothing, and nobody takes the rest for nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutputLimitTest {

    private static final int KEPT = 64 << 10;

    private TestBastion bastion;

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.startKeeping(KEPT);
    }

    @AfterAll
    void stop() throws Exception {
        bastion.close();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static boolean begins(byte[] whole, byte[] beginning) {
        return beginning.length <= whole.length
                && Arrays.equals(whole, 0, beginning.length, beginning, 0, beginning.length);
    }

    private List<String> markers(String code) {
        return new String(bastion.download(code, "v3"), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("\"m\"") && line.contains("\"output: "))
                .toList();
    }

    private void assertLimited(Run run, String code) throws Exception {
        byte[] stderr = run.stderr.getBytes(StandardCharsets.UTF_8);
        byte[] keptOut = bastion.download(code, "raw");
        byte[] keptErr = bastion.download(code, "raw-stderr");
        assertThat(keptOut.length + keptErr.length).isEqualTo(KEPT);
        assertThat(begins(run.stdout, keptOut))
                .as("stdout as far as it is kept")
                .isTrue();
        assertThat(begins(stderr, keptErr)).as("stderr as far as it is kept").isTrue();

        String sums = "stdout was %d bytes, sha256: %s; stderr was %d bytes, sha256: %s"
                .formatted(run.stdout.length, sha256(run.stdout), stderr.length, sha256(stderr));
        assertThat(markers(code))
                .hasSize(2)
                .satisfies(
                        all -> assertThat(all.getFirst())
                                .contains("output: the limit of 65536 bytes is reached")
                                .contains("stdout from byte " + keptOut.length + " on, stderr from byte "
                                        + keptErr.length + " on"),
                        all -> assertThat(all.getLast()).contains("output: " + sums));

        Map<String, Object> session = bastion.session("engineer", "");
        assertThat(session).containsEntry("output_kept", BigDecimal.valueOf(KEPT));
        String id = Json.text(session, "id");
        assertThat(bastion.events("session.ended", sha256(run.stdout)))
                .anySatisfy(detail -> assertThat(detail)
                        .containsEntry("stdout_bytes", BigDecimal.valueOf(run.stdout.length))
                        .containsEntry("stderr_bytes", BigDecimal.valueOf(stderr.length))
                        .containsEntry("stderr_sha256", sha256(stderr))
                        .containsEntry("output_bytes", BigDecimal.valueOf((long) run.stdout.length + stderr.length)));
        assertThat(bastion.events("session.output_limited", "65536")).isNotEmpty();
        for (String show : new String[] {"session show ", "recording show "}) {
            assertThat(bastion.printed("engineer", show + id))
                    .contains("the first 65536 bytes; then the limit was reached");
        }
        Run verified = bastion.console("auditor", "recording verify " + code);
        assertThat(verified.exit).as("%s", verified).isZero();
    }

    @Test
    void text_on_both_streams_passes_whole_and_is_kept_up_to_the_limit() throws Exception {
        Run run = bastion.run(
                "engineer", bastion.at("web-1"), "seq 50000; seq 50000 100000 >&2; seq 100000 120000; exit 7");
        assertThat(run.exit).isEqualTo(7);
        assertThat(run.stdout).hasSizeGreaterThan(400_000);
        assertThat(run.stderr.lines()).hasSize(50_001);
        assertLimited(run, bastion.sealed("engineer"));
    }

    @Test
    void bytes_that_are_no_text_pass_whole_and_are_kept_up_to_the_limit() throws Exception {
        Run run = bastion.run(
                "engineer", bastion.at("web-1"), "echo first >&2; sleep 0.3; head -c 3000000 /dev/zero; exit 3");
        assertThat(run.exit).isEqualTo(3);
        assertThat(run.stdout).hasSize(3_000_000);
        assertLimited(run, bastion.sealed("engineer"));
    }

    @Test
    void a_character_that_the_limit_falls_into_is_kept_as_far_as_it_fits() throws Exception {
        Run run = bastion.run(
                "engineer",
                bastion.at("web-1"),
                "printf x; yes '\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9' | tr -d '\\n' | head -c 199999");
        assertThat(run.stdout).hasSize(200_000);
        assertLimited(run, bastion.sealed("engineer"));
    }

    @Test
    void what_is_no_more_than_the_limit_is_kept_whole_and_nothing_is_said() throws Exception {
        Run run = bastion.run("engineer", bastion.at("web-1"), "head -c 65536 /dev/zero");
        String code = bastion.sealed("engineer");
        assertThat(bastion.download(code, "raw")).isEqualTo(run.stdout).hasSize(KEPT);
        assertThat(markers(code)).isEmpty();
        assertThat(bastion.session("engineer", "")).doesNotContainKey("output_kept");
    }

    @Test
    void a_command_in_a_terminal_has_no_limit() throws Exception {
        Run run = bastion.run("engineer", bastion.at("web-1"), List.of("-tt"), new byte[0], "seq 30000");
        String code = bastion.sealed("engineer");
        assertThat(run.stdout).hasSizeGreaterThan(2 * KEPT);
        assertThat(bastion.download(code, "raw")).isEqualTo(run.stdout);
        assertThat(markers(code)).isEmpty();
    }

    @Test
    void production_has_no_limit() throws Exception {
        Run asked = bastion.run("second", bastion.at("prod-db-1", "t=INC-42"), "true");
        Matcher request = Pattern.compile("[Rr]equest ([0-9A-Z]{4,8})").matcher(asked.stderr);
        assertThat(request.find()).as("%s", asked).isTrue();
        bastion.printed("approver", "approval approve " + request.group(1));

        Run run = bastion.run("second", bastion.at("prod-db-1"), "seq 30000");
        assertThat(run.exit).as("%s", run.stderr).isZero();
        String code = bastion.sealed("second");
        assertThat(bastion.download(code, "raw")).isEqualTo(run.stdout).hasSizeGreaterThan(2 * KEPT);
        assertThat(markers(code)).isEmpty();
    }

    @Test
    void a_session_that_lives_says_already_that_it_is_limited() throws Exception {
        Process ssh = new ProcessBuilder(
                        bastion.ssh("engineer", bastion.at("web-1"), List.of(), "seq 30000; echo all; sleep 60"))
                .start();
        try {
            assertThat(new String(ssh.getInputStream().readNBytes(168_894), StandardCharsets.UTF_8))
                    .endsWith("30000\n");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(bastion.session("engineer", ""))
                            .containsEntry("live", true)
                            .containsEntry("output_kept", BigDecimal.valueOf(KEPT)));
        } finally {
            ssh.destroy();
            ssh.waitFor();
        }
    }
}
