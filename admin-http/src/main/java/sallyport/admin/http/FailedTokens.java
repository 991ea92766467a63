package sallyport.admin.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Counts tokens that nobody has, per client address, so that guessing stays slow and does not keep the database busy. An
 * address with {@link #MOST} failures in {@link #WINDOW} is answered without a look at its tokens until the window is over.
 */
final class FailedTokens {

    /** Failures of one address that are looked at in one window. */
    static final int MOST = 20;

    /** How long an address waits, counted from the first failure. */
    static final Duration WINDOW = Duration.ofMinutes(1);

    /** Most addresses remembered; beyond that the one that failed first is forgotten. */
    static final int MOST_ADDRESSES = 4096;

    private record Failures(long since, int count) {}

    private final LongSupplier nanos;

    /** Held for a look and a change, never across a question to anybody. */
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Map<String, Failures> byAddress = new LinkedHashMap<>();

    /** @param nanos a monotonic clock in nanoseconds */
    FailedTokens(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Whether {@code address} must wait. */
    boolean isTooMany(String address) {
        synchronized (lock) {
            Failures failures = byAddress.get(address);
            if (failures == null) {
                return false;
            }
            if (isOver(failures)) {
                byAddress.remove(address);
                return false;
            }
            return failures.count() >= MOST;
        }
    }

    /** Counts a failure of {@code address}. */
    void failed(String address) {
        synchronized (lock) {
            Failures failures = byAddress.get(address);
            byAddress.put(
                    address,
                    failures == null || isOver(failures)
                            ? new Failures(nanos.getAsLong(), 1)
                            : new Failures(failures.since(), failures.count() + 1));
            if (byAddress.size() > MOST_ADDRESSES) {
                byAddress.remove(byAddress.keySet().iterator().next());
            }
        }
    }

    private boolean isOver(Failures failures) {
        return nanos.getAsLong() - failures.since() >= WINDOW.toNanos();
    }
}
