package sallyport.bastion.session;

import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.bastion.backend.TerminalSize;
import sallyport.bastion.transfer.Note;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.Ending;
import sallyport.policy.session.SessionState;
import sallyport.recorder.store.Recording;
import sallyport.recorder.store.RecordingFailed;

/**
 * What is noted of who comes, goes and types: a marker in the recording and an entry in the audit trail. Noted under the
 * session's lock, so that notes keep the order of what happened; written on a thread that may wait for a disk.
 */
final class SessionNotes {

    /** Most notes that wait for the disk before a transfer waits, too. */
    private static final int MOST_WAITING = 256;

    private static final Logger log = LoggerFactory.getLogger(SessionNotes.class);

    private final LiveSession session;
    private final Recording recording;
    private final SessionJournal journal;
    private final InOrder order;

    SessionNotes(LiveSession session, Recording recording, SessionJournal journal, InOrder order) {
        this.session = session;
        this.recording = recording;
        this.journal = journal;
        this.order = order;
    }

    void attached(Attachment entering, String role) {
        Newcomer who = entering.who();
        TerminalSize own = entering.size();
        order.add(() -> {
            if (session.canBeRejoined()) {
                mark("%s attached from %s, %dx%d, %s"
                        .formatted(who.name(), who.source(), own.columns(), own.rows(), role));
            }
            journal.note(
                    session.row(),
                    who,
                    new AuditEvent.SessionAttached(session.id(), who.key(), role, own.columns(), own.rows()));
        });
    }

    /** It was opened without a client. */
    void nobodyIsIn() {
        order.add(() ->
                journal.note(session.row(), new AuditEvent.SessionDetached(session.id(), "opened with nobody in it")));
    }

    /** @param state after they left; if it is over, its end says enough */
    void left(Attachment leaving, String role, String cause, SessionState state) {
        if (state.isOver() || !session.canBeRejoined()) {
            return;
        }
        Newcomer who = leaving.who();
        boolean detached = state instanceof SessionState.Detached && !leaving.isViewer();
        order.add(() -> {
            mark("%s left (%s): %s%s".formatted(who.name(), role, cause, detached ? "; detached" : ""));
            journal.note(
                    session.row(),
                    who,
                    detached
                            ? new AuditEvent.SessionDetached(session.id(), cause)
                            : new AuditEvent.SessionLeft(session.id(), role, cause));
        });
    }

    void takenOver(Attachment by, int sentAway) {
        Newcomer who = by.who();
        order.add(() -> {
            mark("%s took over from %d".formatted(who.name(), sentAway));
            journal.note(session.row(), who, new AuditEvent.SessionTakenOver(session.id(), who.key(), sentAway));
        });
    }

    /** From here on it is {@code typist} who types. */
    void types(Attachment typist) {
        Newcomer who = typist.who();
        order.add(() -> {
            mark("%s types, from %s".formatted(who.name(), who.source()));
            journal.note(session.row(), who, new AuditEvent.SessionDriverChanged(session.id()));
        });
    }

    /** It is over. Its entry in the audit trail is written at the very end, with everything that was relayed. */
    void over(Ending how) {
        EndingWords.forRecording(how)
                .ifPresent(words -> order.add(() -> {
                    try {
                        recording.syncedMarker(words);
                    } catch (RecordingFailed e) {
                        session.recordingFailed(e.getMessage());
                    }
                }));
    }

    /** Something happened to a file, or passed. Not under the lock: waits if the disk is far behind. */
    void happened(AuditEvent event) {
        order.awaitFewer(MOST_WAITING);
        order.add(() -> journal.note(session.row(), event));
    }

    /** Something that was over just after its session was. On any thread. */
    void late(AuditEvent event) {
        try {
            order.add(() -> journal.note(session.row(), event));
        } catch (RejectedExecutionException stopping) {
            log.debug("{} came when the bastion had stopped", event);
        }
    }

    /** How a line of {@link Note} gets into the recording. */
    @FunctionalInterface
    interface Lines {
        void record(String line) throws RecordingFailed;
    }

    /**
     * Writes {@code all} down, of each the line and then the event. Of what has happened the event is noted also if the recording has
     * failed: nothing more may begin then, and what was until now must be known all the more.
     */
    void write(List<Note> all, Lines lines) throws RecordingFailed {
        RecordingFailed failed = null;
        for (Note note : all) {
            if (failed == null && note.line().isPresent()) {
                try {
                    lines.record(note.line().get());
                } catch (RecordingFailed e) {
                    failed = e;
                }
            }
            if (failed == null || note.hasHappened()) {
                note.event().ifPresent(this::happened);
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    /** Waits until everything noted so far is written. */
    void awaitAll() {
        order.awaitAll();
    }

    private void mark(String label) {
        try {
            recording.marker(label);
        } catch (RecordingFailed e) {
            session.recordingFailed(e.getMessage());
        }
    }
}
