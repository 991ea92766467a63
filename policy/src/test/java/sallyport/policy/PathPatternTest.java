package sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPatternTest {

    @ParameterizedTest
    @CsvSource({
        "/srv/**, /srv, true",
        "/srv/**, /srv/a/b/c, true",
        "/srv/**, /srvx, false",
        "/srv/**, /, false",
        "/srv/*, /srv/a, true",
        "/srv/*, /srv/a/b, false",
        "/srv/*, /srv, false",
        "/srv/*.log, /srv/.log, true",
        "/srv/*.log, /srv/a.log.gz, false",
        "/srv/a*b*c, /srv/aXbXbYc, true",
        "/srv/a*b*c, /srv/aXcXb, false",
        "/**/logs/*, /a/logs/b/logs/c, true",
        "/**/logs/*, /logs/c, true",
        "/**/logs/*, /a/logs/b/c, false",
        "/a/**/b/**/c, /a/b/c, true",
        "/a/**/b/**/c, /a/x/b/b/y/c, true",
        "/a/**/b/**/c, /a/x/c, false",
        "/**, /, true",
        "/**, /anything/at/all, true",
        "/, /, true",
        "/, /a, false",
        "/a.b, /axb, false"
    })
    void a_pattern_fits_whole_paths_part_by_part(String pattern, String path, boolean fits) {
        assertThat(new PathPattern(pattern).matches(path)).isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource({
        "/srv/**, /srv/a, /srv/b, true",
        "/srv/**, /srv/a, /etc/b, true",
        "/srv/**, /etc/a, /srv/b, false",
        "/srv/**, /, /srv, false",
        "/**, /a, /b, true",
        "/srv/pub/data, /srv/other, /srv/pub, false",
        "/srv/pub/data, /srv/pub, /srv/other, true",
        "/srv/pub/**, /srv/other, /srv, false",
        "/srv/*/data, /srv/a, /srv/b, true",
        "/srv/*/data, /srv/a/b, /srv/a, false",
        "/srv/*/*/data, /srv/a, /srv/a/b, false",
        "/srv/*.log, /srv/a, /srv/b.log, true",
        "/srv/*.log, /tmp/a, /srv/b, true",
        "/**/logs/*, /a, /b/c, true",
        "/**/logs/*, /a, /b/logs, false",
        "/**/logs/*, /a/logs, /b, true",
        "/**/logs/**, /a/logs/x, /b/logs/y, true",
        "/**/logs/**, /a/x, /b/logs/y, false",
        "/a/**/b, /a/x, /a/x/y, true",
        "/a/**/b, /x, /a, false"
    })
    void a_folder_under_another_name_opens_nothing_below(String pattern, String from, String to, boolean nothing) {
        FileLimits limits = FileLimits.of(List.of(new PathPattern(pattern)), OptionalLong.empty());
        assertThat(limits.opensNothingBelow(from, to)).isEqualTo(nothing);
    }

    @Test
    void what_several_patterns_have_below_a_folder_is_compared_together() {
        FileLimits limits = FileLimits.of(
                List.of(new PathPattern("/srv/a/**"), new PathPattern("/srv/b/x"), new PathPattern("/srv/c/*")),
                OptionalLong.empty());
        assertThat(limits.opensNothingBelow("/srv/a", "/srv/b")).isTrue();
        assertThat(limits.opensNothingBelow("/srv/c", "/srv/b")).isTrue();
        assertThat(limits.opensNothingBelow("/srv/b", "/srv/c")).isFalse();
        assertThat(limits.opensNothingBelow("/srv/c", "/srv/a")).isFalse();
    }

    @Test
    void each_of_several_rules_must_open_nothing() {
        FileLimits one = FileLimits.of(List.of(new PathPattern("/srv/**")), OptionalLong.empty());
        FileLimits other = FileLimits.of(List.of(new PathPattern("/srv/pub/**")), OptionalLong.empty());
        assertThat(one.and(other).opensNothingBelow("/srv/a", "/srv/b")).isTrue();
        assertThat(one.and(other).opensNothingBelow("/srv/a", "/srv/pub")).isFalse();
    }

    @Test
    void many_stars_are_compared_in_time() {
        String stars = "/**/*".repeat(150);
        FileLimits limits = FileLimits.of(List.of(new PathPattern(stars)), OptionalLong.empty());
        Assertions.assertTimeout(
                Duration.ofSeconds(5), () -> limits.opensNothingBelow("/a".repeat(100), "/b".repeat(140)));
    }

    @Test
    void a_name_is_compared_by_its_bytes() {
        String path = new String("/srv/größe".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(new PathPattern("/srv/größe").matches(path)).isTrue();
        assertThat(new PathPattern("/srv/gr*e").matches(path)).isTrue();
        assertThat(new PathPattern("/srv/größe").matches("/srv/größe")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "srv",
                "~/a",
                "/srv/",
                "/srv//a",
                "/srv/../a",
                "/./a",
                "/a**",
                "/[ab]",
                "/a?",
                "/{a,b}",
                "/a\\*",
                "/a\n"
            })
    void what_would_mean_something_else_elsewhere_is_refused(String pattern) {
        assertThatThrownBy(() -> new PathPattern(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no pattern for paths");
    }

    @Test
    void a_pattern_of_stars_costs_no_time() {
        PathPattern parts = new PathPattern("/**/a".repeat(150) + "/b");
        PathPattern letters = new PathPattern("/" + "*a".repeat(400) + "b");
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            assertThat(parts.matches("/a".repeat(2000))).isFalse();
            assertThat(letters.matches("/" + "a".repeat(4000))).isFalse();
        });
    }
}
