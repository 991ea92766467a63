package sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardPolicyTest {

    private static final Target TARGET = Example.target("web-1", Environment.STAGING, "root");

    private static Set<ForwardRight> rights(String... words) {
        return Stream.of(words).map(ForwardRight::of).collect(Collectors.toSet());
    }

    private static boolean isAllowed(Forward what, String... rights) {
        return ForwardPolicy.whyNot(rights(rights), what, TARGET).isEmpty();
    }

    @Test
    void nothing_passes_that_no_rule_lists() {
        for (Forward what : new Forward[] {
            new Forward.ToPort("localhost", 8080),
            new Forward.ToSocket("/run/app.sock"),
            new Forward.FromPort("localhost", 8080),
            new Forward.FromSocket("/run/app.sock"),
            new Forward.Agent(),
            new Forward.X11()
        }) {
            assertThat(ForwardPolicy.whyNot(Set.of(), what, TARGET))
                    .as("%s", what)
                    .isPresent();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 8080, true",
        "127.0.0.1, 1024, true",
        "127.8.9.10, 65535, true",
        "::1, 8080, true",
        "localhost, 1023, false",
        "localhost, 22, false",
        "localhost, 0, false",
        "localhost, 65536, false",
        "localhost, 4294967295, false",
        // Its ssh port.
        "localhost, 2022, false",
        "127.0.0.1, 2022, false",
        "LOCALHOST, 8080, false",
        "localhost., 8080, false",
        "::ffff:127.0.0.1, 8080, false",
        "::ffff:10.0.0.7, 8080, false",
        "0x7f000001, 8080, false",
        "2130706433, 8080, false",
        "127.1, 8080, false",
        "0.0.0.0, 8080, false",
        "'', 8080, false",
        "*, 8080, false",
        "web-1, 8080, false",
        "10.0.0.7, 8080, false",
        "169.254.169.254, 8080, false"
    })
    void of_a_target_only_ports_of_its_loopback_pass_either_way(String host, long port, boolean passes) {
        Target target = new Target(
                TARGET.id(),
                TARGET.name(),
                TARGET.host(),
                2022,
                TARGET.environment(),
                TARGET.workspace(),
                TARGET.logins(),
                TARGET.hostKeys());
        assertThat(ForwardPolicy.whyNot(rights("target-loopback"), new Forward.ToPort(host, port), target)
                        .isEmpty())
                .isEqualTo(passes);
        assertThat(ForwardPolicy.whyNot(rights("remote"), new Forward.FromPort(host, port), target)
                        .isEmpty())
                .isEqualTo(passes || (port == 0 && host.equals("localhost")));
    }

    @ParameterizedTest
    @CsvSource({
        "/run/app/*.sock, /run/app/a.sock, true",
        "/run/app/*.sock, /run/app/.sock, true",
        "/run/app/*.sock, /run/app/a/b.sock, false",
        "/run/app/*.sock, /run/app/a.sock2, false",
        "/run/app/?, /run/app/a, true",
        "/run/app/?, /run/app/ab, false",
        "/run/*/s, /run/a/s, true",
        "/run/*/s, /run/../s, false",
        "/run/*/s, /run/./s, false",
        "/run/*/s, /run//s, false",
        "/run/a.b, /run/aXb, false",
        "/run/app, /run/app, true",
        "/run/app, run/app, false",
        "/run/app, /run/app/, false"
    })
    void of_its_sockets_those_pass_that_a_path_matches(String glob, String path, boolean passes) {
        assertThat(isAllowed(new Forward.ToSocket(path), glob)).isEqualTo(passes);
        assertThat(isAllowed(new Forward.FromSocket(path), glob, "remote")).isEqualTo(passes);
        assertThat(isAllowed(new Forward.FromSocket(path), glob)).isFalse();
    }

    @Test
    void a_line_feed_in_a_path_is_no_way_round() {
        assertThat(isAllowed(new Forward.ToSocket("/run/a\n/x"), "/run/*")).isFalse();
        assertThat(isAllowed(new Forward.ToSocket("/run/a\0b"), "/run/*")).isFalse();
    }

    @Test
    void each_right_is_for_its_own_kind() {
        assertThat(isAllowed(new Forward.Agent(), "agent")).isTrue();
        assertThat(isAllowed(new Forward.Agent(), "remote", "target-loopback", "x11"))
                .isFalse();
        assertThat(isAllowed(new Forward.X11(), "x11")).isTrue();
        assertThat(isAllowed(new Forward.X11(), "remote", "target-loopback", "agent"))
                .isFalse();
        assertThat(isAllowed(new Forward.ToPort("localhost", 8080), "remote", "localhost:8080"))
                .isFalse();
        assertThat(isAllowed(new Forward.FromPort("localhost", 8080), "target-loopback"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "target-loopback",
                "remote",
                "agent",
                "x11",
                "/run/app/*.sock",
                "db.example:5432",
                "10.0.0.7:443",
                "[fd00::7]:443"
            })
    void a_right_is_spelled_as_it_is_read(String word) {
        assertThat(ForwardRight.of(word).word()).isEqualTo(word);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "all",
                "X11",
                "target-any",
                "/",
                "/run/../x",
                "/run/",
                "run/app",
                "db.example",
                "db.example:",
                "db.example:0",
                "db.example:65536",
                "DB.example:5432",
                "*:5432",
                "*.example:5432",
                "fd00::7:443",
                "[fd00::7]",
                "db.example:5432x"
            })
    void what_is_no_right_is_refused(String word) {
        assertThatThrownBy(() -> ForwardRight.of(word)).isInstanceOf(IllegalArgumentException.class);
    }
}
