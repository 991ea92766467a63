package sallyport.bastion.app;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.admin.RetentionSweep;
import sallyport.db.DatabaseAway;

/** Looks every few minutes, on the thread {@code retention}, whether recordings are to be removed. */
final class SweepSchedule implements AutoCloseable {

    /** More often than a sweep is due, so that a clock that was set is noticed soon and an hour is not missed by much. */
    private static final Duration LOOKS = Duration.ofMinutes(5);

    /** The start has more urgent things to do. */
    private static final Duration FIRST_LOOK = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(SweepSchedule.class);

    private final RetentionSweep sweep;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("retention").factory());

    private SweepSchedule(RetentionSweep sweep) {
        this.sweep = sweep;
    }

    static SweepSchedule start(RetentionSweep sweep) {
        SweepSchedule schedule = new SweepSchedule(sweep);
        var _ = schedule.thread.scheduleWithFixedDelay(
                schedule::look, FIRST_LOOK.toMillis(), LOOKS.toMillis(), TimeUnit.MILLISECONDS);
        return schedule;
    }

    private void look() {
        try {
            var _ = sweep.look();
        } catch (DatabaseAway away) {
            log.warn("no recording was removed now: {}", away.getMessage());
        } catch (RuntimeException failed) {
            log.error("removing recordings by rule was cut short; the next look goes on", failed);
        }
    }

    /** Waits for the recording that is being removed, and begins no other. */
    @Override
    public void close() {
        sweep.stop();
        thread.close();
    }
}
