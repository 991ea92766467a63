package sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
