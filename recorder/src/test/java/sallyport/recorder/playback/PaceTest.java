package sallyport.recorder.playback;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {

    @ParameterizedTest(
            name = "{0}x, at most {1} ms idle: {2} ms after {3} ms, something at {4} ms and {5} ms -> {6} ms")
    @CsvSource({
        "1,     , 100, 1000, 1000,  5000, 1100",
        "1,     , 100, 1000, 1000,      , 1100",
        "2,     , 100, 1000, 1000,  5000, 1200",
        "0.5,   , 100, 1000, 1000,  5000, 1050",
        "1, 2000, 100, 1000, 1000, 60000, 1100",
        "1, 2000, 100, 2950, 1000, 60000, 60000",
        "4, 2000, 100, 2650, 1000, 60000, 60000",
        "1, 2000, 100, 2950, 1000,  3000, 3050",
        "1, 2000, 100, 9000, 1000,      , 9100",
        "1,    0, 100, 1000, 1000,  1500, 1500"
    })
    void time_goes_as_it_went_and_jumps_where_nothing_happened_for_too_long(
            double speed, Long idle, long waited, long position, long last, Long next, long expected) {
        Pace pace = new Pace(speed, Optional.ofNullable(idle).map(Duration::ofMillis));

        assertThat(pace.after(
                        Duration.ofMillis(waited),
                        Duration.ofMillis(position),
                        Duration.ofMillis(last),
                        Optional.ofNullable(next).map(Duration::ofMillis)))
                .isEqualTo(Duration.ofMillis(expected));
    }

    @ParameterizedTest(name = "{0}x, at most {1} ms idle: at {2} ms, something at {3} ms and {4} ms -> {5} ms")
    @CsvSource({
        "1,     , 1000, 1000,  5000, 4000",
        "2,     , 1000, 1000,  5000, 2000",
        "1, 2000, 1500, 1000, 60000, 1500",
        "2, 2000, 1000, 1000, 60000, 1000",
        "1, 2000, 9000, 1000, 60000,    0",
        "1,     , 6000, 1000,  5000,    0"
    })
    void it_is_known_how_long_to_wait(double speed, Long idle, long position, long last, long next, long expected) {
        Pace pace = new Pace(speed, Optional.ofNullable(idle).map(Duration::ofMillis));

        assertThat(pace.until(Duration.ofMillis(position), Duration.ofMillis(last), Duration.ofMillis(next)))
                .isEqualTo(Duration.ofMillis(expected));
    }

    @Test
    void speeds_have_bounds() {
        assertThat(Pace.AS_RECORDED.at(1000).speed()).isEqualTo(Pace.FASTEST);
        assertThat(Pace.AS_RECORDED.at(0).speed()).isEqualTo(Pace.SLOWEST);
    }
}
