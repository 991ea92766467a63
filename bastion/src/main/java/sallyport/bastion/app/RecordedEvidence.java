package sallyport.bastion.app;

import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.db.JournaledAuditLog;
import sallyport.policy.audit.EvidenceEntry;
import sallyport.policy.audit.RecordingFact;
import sallyport.policy.session.SessionId;
import sallyport.recorder.store.Evidence;
import sallyport.recorder.store.Sealed;

/** What the store tells of recordings, on its way into the log that proves it. The store does not know the log. */
final class RecordedEvidence implements Evidence {

    private static final Logger log = LoggerFactory.getLogger(RecordedEvidence.class);

    private final JournaledAuditLog journal;
    private final Supplier<UUID> ids;
    private final InstantSource clock;

    RecordedEvidence(JournaledAuditLog journal, Supplier<UUID> ids, InstantSource clock) {
        this.journal = journal;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public void opened(String sessionId, String headerSha256) {
        append(sessionId, new RecordingFact.Opened(headerSha256));
    }

    @Override
    public void checked(String sessionId, int part, long bytes, String chain) {
        append(sessionId, new RecordingFact.Checked(part, bytes, chain));
    }

    @Override
    public void sealed(String sessionId, Sealed seal) {
        append(sessionId, new RecordingFact.Sealed(seal.sha256()));
    }

    @Override
    public void deleted(String sessionId, String rule) {
        append(sessionId, new RecordingFact.Deleted(rule));
    }

    private void append(String sessionId, RecordingFact fact) {
        try {
            journal.append(
                    new EvidenceEntry(ids.get(), clock.instant(), new SessionId(UUID.fromString(sessionId)), fact));
        } catch (UncheckedIOException full) {
            log.error("{} of session {} is not in the log: {}", fact.kind(), sessionId, full.getMessage());
        }
    }
}
