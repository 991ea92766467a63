package sallyport.bastion.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {

    /** Near its end, as it may be on any machine. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

    private final Pace pace = new Pace(nanos::get);

    private Duration asked(int times) {
        Duration wait = Duration.ZERO;
        for (int i = 0; i < times; i++) {
            wait = pace.asked();
        }
        return wait;
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void a_thousand_may_be_asked_for_at_once_and_then_a_hundred_a_second() {
        assertThat(asked(Pace.AT_ONCE)).isZero();
        assertThat(asked(1)).isEqualTo(Duration.ofMillis(10));
        assertThat(asked(99)).isEqualTo(Duration.ofSeconds(1));
        pass(Duration.ofMillis(400));
        assertThat(pace.left()).isEqualTo(Duration.ofMillis(600));
        pass(Duration.ofMillis(600));
        assertThat(pace.left()).isZero();
        assertThat(asked(1)).isEqualTo(Duration.ofMillis(10));
    }

    @Test
    void who_asks_a_hundred_times_a_second_never_waits() {
        asked(Pace.AT_ONCE);
        for (int second = 0; second < 3600; second++) {
            pass(Duration.ofSeconds(1));
            assertThat(asked(Pace.PER_SECOND)).isZero();
        }
    }

    @Test
    void however_long_nothing_was_asked_for_it_is_a_thousand_again_and_no_more() {
        asked(Pace.AT_ONCE + 50);
        pass(Duration.ofDays(300));
        assertThat(asked(Pace.AT_ONCE)).isZero();
        assertThat(asked(1)).isPositive();
    }
}
