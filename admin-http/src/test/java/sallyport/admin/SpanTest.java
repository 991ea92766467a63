package sallyport.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpanTest {

    @ParameterizedTest
    @CsvSource({
        "8h,PT8H",
        "30m,PT30M",
        "1d,PT24H",
        "90s,PT1M30S",
        "1h30m,PT1H30M",
        "1d2h3m4s,PT26H3M4S",
        "2w,PT336H",
        "1w1d,PT192H"
    })
    void what_people_write_is_read_and_written_back(String text, Duration span) {
        assertThat(Span.parse(text)).isEqualTo(span);
        assertThat(Span.parse(Span.format(span))).isEqualTo(span);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "8", "h", "8 h", "-1h", "1.5h", "30m1h", "1d1w", "9999w", "0s", "99999d", "8H", "٣h", "1h\n"
            })
    void anything_else_is_refused_in_words(String text) {
        assertThatThrownBy(() -> Span.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("length of time");
    }
}
