package sallyport.bastion.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpokenTest {

    private static final Instant NOW = Instant.parse("2026-11-21T14:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "2026-11-21T14:00:00Z, now",
        "2026-11-21T13:59:59.5Z, now",
        "2026-11-21T13:59:18Z, 42 s ago",
        "2026-11-21T13:57:00Z, 3 m ago",
        "2026-11-21T12:00:00Z, 2 h ago",
        "2026-11-19T15:00:00Z, 47 h ago",
        "2026-11-16T14:00:00Z, 5 d ago",
        "2026-11-21T14:30:00Z, in 30 m",
    })
    void times_are_relative_for_people(Instant time, String words) {
        assertThat(Spoken.relative(time, NOW)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({
        "15m, 2026-11-21T13:45:00Z",
        "4h, 2026-11-21T10:00:00Z",
        "1d, 2026-11-20T14:00:00Z",
        "2w, 2026-11-07T14:00:00Z",
        "1h30m, 2026-11-21T12:30:00Z",
        "13:59, 2026-11-21T13:59:00Z",
        "14:00, 2026-11-21T14:00:00Z",
        "14:05, 2026-11-20T14:05:00Z",
        "00:00:07, 2026-11-21T00:00:07Z",
        "2026-11-01, 2026-11-01T00:00:00Z",
        "2026-11-01T10:00:00Z, 2026-11-01T10:00:00Z",
        "2026-11-01T10:00:00+05:45, 2026-11-01T04:15:00Z",
    })
    void moments_are_read(String text, Instant moment) {
        assertThat(Spoken.moment(text, NOW)).isEqualTo(moment);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "1x",
                "2026-13-01",
                "25:00",
                "7:00",
                "14:05:",
                "2026-11-01T99:00Z",
                "-1d",
                "99999999999w",
                "\033[31m"
            })
    void what_is_no_moment_is_refused_in_words(String text) {
        assertThatThrownBy(() -> Spoken.moment(text, NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a time; write how long ago")
                .matches(e -> Hostile.isInert(String.valueOf(e.getMessage())));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "1w, 2026-11-14T14:00:00Z, -",
                "2026-11-01..2026-11-02, 2026-11-01T00:00:00Z, 2026-11-02T00:00:00Z",
                "..14:00, -, 2026-11-21T14:00:00Z",
                "2h.., 2026-11-21T12:00:00Z, -",
                "2026-11-01T10:00:00Z..1h, 2026-11-01T10:00:00Z, 2026-11-21T13:00:00Z",
            })
    void stretches_of_time_are_read(String text, @Nullable Instant since, @Nullable Instant until) {
        assertThat(TimeRange.of(text, NOW))
                .isEqualTo(new TimeRange(Optional.ofNullable(since), Optional.ofNullable(until)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "", "x..1h", "1h..x", "1h..2h..3h"})
    void what_is_no_stretch_of_time_is_refused_in_words(String text) {
        assertThatThrownBy(() -> TimeRange.of(text, NOW)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 lines", "1, 1 line", "1204, '1,204 lines'"})
    void counts_are_words(long number, String words) {
        assertThat(Spoken.count(number, "line")).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "999, 999 B", "1000, 1.0 kB", "4100, 4.1 kB", "999960, 1.0 MB", "2097152, 2.1 MB"})
    void sizes_are_short(long bytes, String words) {
        assertThat(Spoken.size(bytes)).isEqualTo(words);
    }
}
