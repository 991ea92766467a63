package sallyport.bastion.app;

import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Makes UUIDv7s (RFC 9562 section 5.7): 48 bits of milliseconds, then random bits. Safe for any thread. */
final class TimeOrderedIds implements Supplier<UUID> {

    private static final long VERSION_7 = 0x7000;
    private static final long VARIANT_RFC = 0x8000_0000_0000_0000L;

    private final InstantSource clock;
    private final RandomGenerator random;

    /** @param random cryptographically strong and safe for any thread, since ids are shown to strangers */
    TimeOrderedIds(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    @Override
    public UUID get() {
        long high = (clock.millis() << 16) | VERSION_7 | (random.nextLong() & 0xfff);
        long low = VARIANT_RFC | (random.nextLong() >>> 2);
        return new UUID(high, low);
    }
}
