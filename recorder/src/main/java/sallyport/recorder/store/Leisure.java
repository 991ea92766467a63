package sallyport.recorder.store;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Lets work that nobody waits for give way to recording. While sessions write much, each worker takes a tenth of one processor
 * at most; it never stands still, so what waits for it is done in the end however busy the bastion is. Safe for any thread.
 */
public final class Leisure {

    /** From so many recorded bytes a second on, work gives way. */
    static final long MUCH = 4 << 20;

    /** Shorter than what anybody notices, longer than what a look at the clock costs. */
    private static final long STINT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Times as long as it worked. */
    private static final int RESTS_FOR = 9;

    private static final long LONGEST_REST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanos;
    private final LongAdder recorded = new LongAdder();
    private final CountDownLatch over = new CountDownLatch(1);

    /** @param nanos a monotonic clock in nanoseconds */
    Leisure(LongSupplier nanos) {
        this.nanos = nanos;
    }

    void recorded(int bytes) {
        recorded.add(bytes);
    }

    /** Whoever rests goes on, and nobody rests any more. */
    void end() {
        over.countDown();
    }

    /** A worker's own account; begins now. */
    public Worker worker() {
        return new Worker();
    }

    /** For one thread. */
    public final class Worker {
        private long since = nanos.getAsLong();
        private long seen = recorded.sum();

        private Worker() {}

        /** To be called every few milliseconds of work; rests if it is time to, but not if the thread is interrupted. */
        public void giveWay() {
            long worked = nanos.getAsLong() - since;
            if (worked < STINT_NANOS) {
                return;
            }
            if (recorded.sum() - seen > MUCH * (worked / 1e9)) {
                rest(Math.min(RESTS_FOR * worked, LONGEST_REST_NANOS));
            }
            since = nanos.getAsLong();
            seen = recorded.sum();
        }
    }

    private void rest(long restNanos) {
        try {
            var _ = over.await(restNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
