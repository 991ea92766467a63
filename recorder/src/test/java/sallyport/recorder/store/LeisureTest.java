package sallyport.recorder.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LeisureTest {

    private final AtomicLong nanos = new AtomicLong();
    private final Leisure leisure = new Leisure(nanos::get);

    @Test
    void work_rests_while_sessions_write_much_and_goes_on_by_itself() {
        Thread worker = afterASecondOf((int) Leisure.MUCH + 1);
        Awaitility.await().until(() -> worker.getState() == Thread.State.TIMED_WAITING);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !worker.isAlive());
    }

    @Test
    void nobody_rests_when_the_store_closes() throws Exception {
        leisure.end();
        assertThat(afterASecondOf(Integer.MAX_VALUE).join(Duration.ofSeconds(20)))
                .isTrue();
    }

    /** Each rest would be a second long. */
    @Test
    @Timeout(20)
    void work_does_not_rest_while_sessions_write_little() {
        Leisure.Worker worker = leisure.worker();
        for (int second = 0; second < 100; second++) {
            leisure.recorded((int) Leisure.MUCH);
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            worker.giveWay();
        }
    }

    /** A worker that comes to where it gives way after so many bytes. */
    private Thread afterASecondOf(int bytes) {
        Leisure.Worker worker = leisure.worker();
        leisure.recorded(bytes);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        return Thread.ofPlatform().start(worker::giveWay);
    }
}
