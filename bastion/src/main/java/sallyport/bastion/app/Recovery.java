package sallyport.bastion.app;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * their recordings sealed as they are. Runs beside the first logins (R1, R13), on a thread of its own.
 */
final class Recovery implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Recovery.class);

    private final List<SessionRow> unfinished;
    private final RecordingStore recordings;
    private final LostRows lost;
    private final Runnable registered;
    private final Journal journal;
    private final AtomicBoolean closing = new AtomicBoolean();
    /** Counted and read on {@link #thread} alone. */
    private int sealed;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("recovery").factory());

    private Recovery(
            List<SessionRow> unfinished,
            RecordingStore recordings,
            LostRows lost,
            Runnable registered,
            Journal journal) {
        this.unfinished = unfinished;
        this.recordings = recordings;
        this.lost = lost;
        this.registered = registered;
        this.journal = journal;
    }

    /**
     * Begins with the sessions of earlier runs that have no end, and goes on to recordings without a row.
     *
     * @param registered runs if any of those got a row again
     */
    static Recovery start(
            List<SessionRow> unfinished,
            RecordingStore recordings,
            LostRows lost,
            Runnable registered,
            Journal journal) {
        Recovery recovery = new Recovery(unfinished, recordings, lost, registered, journal);
        recovery.thread.execute(recovery::run);
        return recovery;
    }

    private void run() {
        try {
            Ending died = new Ending.BastionDied();
            for (SessionRow row : unfinished) {
                if (closing.get()) {
                    return;
                }
                journal.log()
                        .append(journal.entry(new AuditEvent.SessionEnded(
                                row.id(),
                                "failed",
                                died.word(),
                                died.detail(),
                                Optional.empty(),
                                0,
                                Optional.empty())));
            }
            recordings.recover(() -> !closing.get(), this::sealed);
            if (!unfinished.isEmpty() || sealed > 0) {
                log.warn(
                        "the last run died: {} sessions ended as \"bastion died\", {} recordings sealed",
                        unfinished.size(),
                        sealed);
            }
            // After those that had to be sealed: only what is sealed can be registered.
            if (lost.registerAll(() -> !closing.get()) > 0) {
                registered.run();
            }
        } catch (IOException | RuntimeException e) {
            log.error("recovery after a crash was not finished; it is tried again at the next start", e);
        }
    }

    private void sealed(Unsealed recording) {
        sealed++;
        recording.damage().ifPresent(damage -> log.warn("recording {} ends early: {}", recording.sessionId(), damage));
        recording
                .seal()
                .ifPresent((Sealed seal) -> journal.log()
                        .append(journal.entry(new AuditEvent.RecordingSealed(
                                new SessionId(UUID.fromString(recording.sessionId())), seal.bytes(), seal.sha256()))));
    }

    /** Stops after the session it is at; the next start goes on. */
    @Override
    public void close() {
        closing.set(true);
        // Not interrupted: that would close a file under its reader for good.
        thread.close();
    }
}
