package sallyport.bastion.ssh;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How fast one connection may ask for things (T50): {@link #AT_ONCE} of them in no time, and then {@link #PER_SECOND}, which also is how
 * fast it may ask at once again. What comes faster has to wait; nothing is dropped.
 */
final class Pace {

    static final int PER_SECOND = 100;

    /** A tool that opens ten sessions with their environments asks for a few hundred. */
    static final int AT_ONCE = 1_000;

    private static final long NANOS_FOR_EACH = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;

    private final LongSupplier nanos;

    /** When all that was asked for so far would have been, one after the other. */
    @GuardedBy("this")
    private long spent;

    Pace(LongSupplier nanos) {
        this.nanos = nanos;
        this.spent = nanos.getAsLong();
    }

    /** Counts one; gives how long nothing more is to be asked for, or zero. */
    synchronized Duration asked() {
        long now = nanos.getAsLong();
        if (spent - now < 0) {
            spent = now;
        }
        spent += NANOS_FOR_EACH;
        return ahead(now);
    }

    /** How long it is until something may be asked for again, or zero. */
    synchronized Duration left() {
        return ahead(nanos.getAsLong());
    }

    @GuardedBy("this")
    private Duration ahead(long now) {
        return Duration.ofNanos(Math.max(0, spent - now - AT_ONCE * NANOS_FOR_EACH));
    }
}
