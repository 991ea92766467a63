package sallyport.db;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A time on its way into a column. */
final class StoredTime {

    private StoredTime() {}

    /**
     * {@code time} to the microsecond, which is what {@code timestamptz} keeps. The driver would round half up, so that a
     * thing could be stored as of after it was asked about.
     */
    static Instant of(Instant time) {
        return time.truncatedTo(ChronoUnit.MICROS);
    }
}
