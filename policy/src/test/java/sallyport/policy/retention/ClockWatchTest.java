package sallyport.policy.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sallyport.policy.retention.ClockWatch.Answer;

class ClockWatchTest {

    private static final Instant START = Instant.parse("2026-11-21T14:00:00Z");
    /** Far from zero, so that a sign that is wrong shows. */
    private static final long NANOS = Long.MAX_VALUE - 7;

    private final ClockWatch watch = new ClockWatch(START, NANOS);

    private Answer judge(Optional<Instant> lastKnown, Duration wall, Duration monotonic) {
        return watch.judge(lastKnown, START.plus(wall), NANOS + monotonic.toNanos());
    }

    @ParameterizedTest
    @CsvSource({
        // wall, monotonic
        "PT1H, PT1H, true",
        "P400D, P400D, true",
        "PT2H, PT1H, true",
        "PT0S, PT1H, true",
        "PT2H0.001S, PT1H, false",
        "PT-0.001S, PT1H, false",
        "P3650D, PT1H, false",
        "P-1D, PT1H, false",
        "P1DT1H, PT1H, false",
    })
    void the_wall_clock_must_go_with_the_monotonic_one(Duration wall, Duration monotonic, boolean sound) {
        assertThat(judge(Optional.empty(), wall, monotonic) instanceof Answer.Sound)
                .isEqualTo(sound);
    }

    @ParameterizedTest
    @CsvSource({
        // how long ago the last sweep was
        "PT0S, true",
        "PT1H, true",
        "P3D, true",
        "P3DT0.001S, false",
        "P3650D, false",
        "PT-1H, true",
        "PT-1H-0.001S, false",
        "P-3650D, false",
    })
    void after_a_restart_the_last_sweep_must_be_near(Duration ago, boolean sound) {
        assertThat(judge(Optional.of(START.minus(ago)), Duration.ZERO, Duration.ZERO) instanceof Answer.Sound)
                .isEqualTo(sound);
    }

    @Test
    void the_words_say_which_way_and_how_far() {
        assertThat(judge(Optional.empty(), Duration.ofDays(3650), Duration.ofMinutes(1)))
                .isEqualTo(new Answer.Doubtful("the clock was set forward by 3649 days while the bastion ran"));
        assertThat(judge(Optional.empty(), Duration.ofMinutes(-90), Duration.ZERO))
                .isEqualTo(new Answer.Doubtful("the clock was set back by 1 h 30 min while the bastion ran"));
        assertThat(judge(Optional.of(START.minus(Duration.ofDays(9))), Duration.ZERO, Duration.ZERO))
                .isEqualTo(new Answer.Doubtful("the clock is 9 days ahead of what was known last"
                        + " (2026-11-12T14:00:00Z): either no bastion ran for so long, or the clock is wrong"));
        assertThat(judge(Optional.of(START.plus(Duration.ofDays(9))), Duration.ZERO, Duration.ZERO))
                .isEqualTo(new Answer.Doubtful("the clock is 9 days behind what was known last"
                        + " (2026-11-30T14:00:00Z): it is wrong now, or was wrong then"));
    }

    @Test
    void a_clock_that_is_put_right_is_believed_again() {
        assertThat(judge(Optional.empty(), Duration.ofDays(3650), Duration.ofHours(1)))
                .isInstanceOf(Answer.Doubtful.class);
        assertThat(judge(Optional.empty(), Duration.ofHours(2), Duration.ofHours(2)))
                .isInstanceOf(Answer.Sound.class);
    }
}
