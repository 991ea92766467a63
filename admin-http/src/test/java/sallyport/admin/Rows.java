package sallyport.admin;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import sallyport.db.HistoryRecord;
import sallyport.db.StoredEvent;

/** History records for tests. */
final class Rows {

    private static final AtomicLong NEXT = new AtomicLong();

    private Rows() {}

    /** An audit event; {@code source} and {@code action} can be any text. */
    static HistoryRecord event(String source, String action) {
        long n = NEXT.incrementAndGet();
        return new HistoryRecord.OfEvent(new StoredEvent(
                n,
                new UUID(n, n),
                Instant.parse("2026-11-21T14:05:07.123456Z"),
                Optional.empty(),
                Optional.empty(),
                source,
                action,
                Optional.empty(),
                "{\"note\":\"x\"}"));
    }
}
