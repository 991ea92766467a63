package sallyport.db;

import java.time.Instant;
import sallyport.policy.session.SessionRow;

/** One line of an export: a session or an audit event. */
public sealed interface HistoryRecord {

    /** When it began or happened. */
    Instant time();

    /** A session. */
    record OfSession(SessionRow row) implements HistoryRecord {
        @Override
        public Instant time() {
            return row.startedAt();
        }
    }

    /** An audit event. */
    record OfEvent(StoredEvent event) implements HistoryRecord {
        @Override
        public Instant time() {
            return event.time();
        }
    }
}
