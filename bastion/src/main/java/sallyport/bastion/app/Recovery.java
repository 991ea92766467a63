package sallyport.bastion.app;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.admin.Journal;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.Ending;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;
import sallyport.recorder.store.RecordingStore;
import sallyport.recorder.store.Sealed;
import sallyport.recorder.store.Unsealed;

/**
 * Puts right what a death of the last run left behind: sessions that never ended are ended as {@code bastion died}, and
 * their recordings sealed as they are. Runs beside the first logins (R1, R13).
 */
final class Recovery implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Recovery.class);

    private final List<SessionRow> unfinished;
    private final RecordingStore recordings;
    private final Journal journal;

    /** @param unfinished sessions of earlier runs that have no end */
    Recovery(List<SessionRow> unfinished, RecordingStore recordings, Journal journal) {
        this.unfinished = unfinished;
        this.recordings = recordings;
        this.journal = journal;
    }

    @Override
    public void run() {
        try {
            Ending died = new Ending.BastionDied();
            for (SessionRow row : unfinished) {
                journal.log()
                        .append(journal.entry(new AuditEvent.SessionEnded(
                                row.id(), "failed", died.word(), died.detail(), Optional.empty(), 0)));
            }
            List<Unsealed> found = recordings.recover();
            for (Unsealed recording : found) {
                sealed(recording);
            }
            if (!unfinished.isEmpty() || !found.isEmpty()) {
                log.warn(
                        "the last run died: {} sessions ended as \"bastion died\", {} recordings sealed",
                        unfinished.size(),
                        found.size());
            }
        } catch (IOException | RuntimeException e) {
            log.error("recovery after a crash was not finished; it is tried again at the next start", e);
        }
    }

    private void sealed(Unsealed recording) {
        recording.damage().ifPresent(damage -> log.warn("recording {} ends early: {}", recording.sessionId(), damage));
        recording
                .seal()
                .ifPresent((Sealed seal) -> journal.log()
                        .append(journal.entry(new AuditEvent.RecordingSealed(
                                new SessionId(UUID.fromString(recording.sessionId())), seal.bytes(), seal.sha256()))));
    }
}
