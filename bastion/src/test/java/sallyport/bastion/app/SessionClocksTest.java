package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import sallyport.policy.session.SessionLimits;
import sallyport.policy.session.SessionLimits.WhenInactive;

/** The clocks that cut a session short, seen from a client and in the history; short ones, so that nobody waits for days. */
class SessionClocksTest {

    private static final Duration LONG = Duration.ofHours(1);

    private static Terminal shell(TestBastion bastion) {
        Terminal shell = bastion.terminal("engineer", bastion.at("web-1", "new", "name=clocks"));
        shell.type("PS1='> '; echo re\"\"ady\n").await("ready");
        return shell;
    }

    private static void awaitEnding(TestBastion bastion, String ending) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(bastion.session("engineer", "clocks")).containsEntry("ending", ending));
    }

    @Test
    void nobody_types_and_is_detached_after_a_warning() throws Exception {
        try (TestBastion bastion =
                        TestBastion.start(new SessionLimits(Duration.ofSeconds(4), WhenInactive.DETACH, LONG, LONG));
                Terminal shell = shell(bastion)) {
            shell.awaitScreen("nobody types: you are detached in").await("Nobody typed for 4 s, so you were detached");
            assertThat(shell.exit()).isEqualTo(253);
            assertThat(bastion.session("engineer", "clocks")).containsEntry("state", "detached");
        }
    }

    @Test
    void where_the_rules_say_so_inactivity_ends_the_session() throws Exception {
        try (TestBastion bastion =
                        TestBastion.start(new SessionLimits(Duration.ofSeconds(4), WhenInactive.END, LONG, LONG));
                Terminal shell = shell(bastion)) {
            shell.awaitScreen("nobody types: this session ends in");
            assertThat(shell.exit()).isEqualTo(253);
            assertThat(shell.text()).contains("nobody typed for 4 s, and sessions on web-1 end then");
            awaitEnding(bastion, "inactive");
            assertThat(new String(bastion.download(bastion.sealed("engineer"), "v3"), StandardCharsets.UTF_8))
                    .contains("\"ended: nobody typed for 4 s\"");
        }
    }

    @Test
    void a_lost_connection_has_the_grace_window_and_leaving_on_purpose_the_longer_life() throws Exception {
        try (TestBastion bastion = TestBastion.start(
                new SessionLimits(LONG, WhenInactive.DETACH, Duration.ofSeconds(8), Duration.ofSeconds(2)))) {
            try (Terminal lost = shell(bastion)) {
                lost.kill();
                awaitEnding(bastion, "grace_over");
            }
            try (Terminal left = shell(bastion)) {
                left.type("\034d").exit();
                long began = System.nanoTime();
                awaitEnding(bastion, "detached_too_long");
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(5));
            }
        }
    }
}
