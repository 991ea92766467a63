package sallyport.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import sallyport.db.EvidenceLog;
import sallyport.db.LogDamaged;
import sallyport.db.LogLeaf;
import sallyport.db.StoredCheckpoint;
import sallyport.db.Verification;
import sallyport.policy.InputRecording;
import sallyport.policy.Permission;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionRow;
import sallyport.recorder.proof.Checkpoint;
import sallyport.recorder.proof.Hash;
import sallyport.recorder.proof.Note;
import sallyport.recorder.proof.NoteRefused;
import sallyport.recorder.store.RecordingFile;
import sallyport.recorder.store.RecordingStore;
import sallyport.recorder.verify.Finding;
import sallyport.recorder.verify.LogClaims;
import sallyport.recorder.verify.LogEntry;
import sallyport.recorder.verify.RecordingCheck;

/**
 * Whether a recording is what was recorded, and whether that can be proven: one's own, and those of others with
 * {@link Permission#VIEW_RECORDING}. Reads files and rows on the calling thread and locks nothing, so that whatever lives goes on.
 * Safe for any thread.
 */
public final class VerifyOperations {

    /** How many leaves are read at once. */
    private static final int PAGE = 500;

    /** How long the way of an entry into the log may take before its absence means something. */
    private static final Duration SETTLING = Duration.ofMinutes(1);

    private final RecordingOperations recordings;
    private final RecordingStore store;
    private final EvidenceLog log;
    private final TrustedLog trusted;
    private final Journal journal;

    /** The collaborators belong to the caller and are not closed here. */
    public VerifyOperations(
            RecordingOperations recordings,
            RecordingStore store,
            EvidenceLog log,
            TrustedLog trusted,
            Journal journal) {
        this.recordings = recordings;
        this.store = store;
        this.log = log;
        this.trusted = trusted;
        this.journal = journal;
    }

    /**
     * Verifies one recording, after writing down that somebody asked. Takes as long as reading it does.
     *
     * @param idOrName of its session
     * @throws sallyport.db.DatabaseAway if the database does not answer
     * @throws UncheckedIOException if the audit journal or the disk cannot be used
     */
    public Outcome<RecordingVerified> verify(Caller caller, String idOrName) {
        return recordings
                .find(caller, idOrName, Permission.VIEW_RECORDING, "seeing other people's recordings")
                .then(view -> {
                    journal.write(caller, new AuditEvent.SessionViewed(view.id(), "verification of its recording"));
                    return new Outcome.Done<>(verified(view));
                });
    }

    private RecordingVerified verified(SessionView view) {
        try {
            LogClaims claims = new LogClaims();
            LogFindings found = leaves(view, claims);
            Optional<RecordingFile> file = store.find(view.id().toString());
            byte[] sidecar = file.isPresent() ? file.get().sidecar() : new byte[0];
            RecordingCheck check = new RecordingCheck(claims, trusted.keys(), sidecar, isSettled(view));
            found.tell(check);
            if (file.isPresent()) {
                parts(file.get(), check);
                input(file.get(), view, check);
            } else if (!claims.isRecorded()) {
                check.found(new Finding(Finding.Kind.MISSING, "missing: the recording, and all word of it in the log"));
            }
            return new RecordingVerified(view, check.report());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(
                    "the recording of session " + view.code() + " cannot be read; look at the disk of the recordings",
                    unreadable);
        }
    }

    private boolean isSettled(SessionView view) {
        return !view.isLive() && isSettled(view.row(), journal.now());
    }

    /** Whether all that happened in a session must be in the log by now. */
    static boolean isSettled(SessionRow row, Instant now) {
        return row.endedAt().filter(now.minus(SETTLING)::isAfter).isPresent();
    }

    private static void parts(RecordingFile file, RecordingCheck check) throws IOException {
        for (int number : file.parts()) {
            var _ = file.take(
                    number, (name, _, content) -> check.part(number, name, content, in -> file.text(in, name)));
        }
    }

    private static void input(RecordingFile file, SessionView view, RecordingCheck check) throws IOException {
        if (!file.takeInput((name, _, content) -> check.input(name, content, in -> file.text(in, name)))) {
            boolean recordedNow = view.isLive() && view.row().recordsInput() != InputRecording.OFF;
            check.noInput(recordedNow && file.seal().isEmpty());
        }
    }

    /** What the log itself said, kept until there is a check to tell. */
    private record LogFindings(List<Finding> findings, List<String> good) {
        void tell(RecordingCheck check) {
            good.forEach(check::foundGood);
            findings.forEach(check::found);
        }
    }

    private LogFindings leaves(SessionView view, LogClaims claims) {
        List<Finding> findings = new ArrayList<>();
        List<String> good = new ArrayList<>();
        Optional<Checkpoint> signed = signed(findings);
        long proven = 0;
        long fresh = 0;
        long rows = 0;
        for (List<LogLeaf> page = log.leaves(view.id(), Optional.empty(), 0, PAGE);
                !page.isEmpty();
                page = log.leaves(view.id(), Optional.empty(), page.getLast().index() + 1, PAGE)) {
            for (LogLeaf leaf : page) {
                claim(leaf, claims, findings);
                if (signed.isEmpty() || leaf.index() >= signed.get().size()) {
                    fresh++;
                } else if (isProven(leaf, signed.get(), findings)) {
                    proven++;
                }
                rows += leaf.kind().equals(LogEntry.AUDIT) ? 1 : 0;
            }
            for (Verification.Row row : log.compare(page)) {
                findings.add(new Finding(
                        row instanceof Verification.RowMissing ? Finding.Kind.MISSING : Finding.Kind.ALTERED,
                        row.words()));
            }
        }
        for (UUID id : log.withoutLeaf(view.id(), PAGE)) {
            findings.add(new Finding(Finding.Kind.MISSING, "missing: audit event " + id + " has no entry in the log"));
        }
        if (claims.isRecorded()) {
            good.add("the log: " + proven + " entries about it are in the tree that was signed, " + rows
                    + " of them audit events" + (fresh == 0 ? "" : "; " + fresh + " more are not signed yet"));
            if (claims.isRegisteredAgain()) {
                good.add("the log has known it since its session was registered again: entries from before are lost"
                        + " with the database's later days, so that it is as it was then is proven, and before by"
                        + " the sidecar alone");
            }
        } else if (claims.deleted().isEmpty()) {
            boolean older = log.began().filter(view.row().startedAt()::isBefore).isPresent();
            boolean settling = !isSettled(view);
            if (!settling) {
                findings.add(new Finding(
                        Finding.Kind.UNPROVEN,
                        older
                                ? "not proven: the recording is older than the log"
                                : "not proven: the log has no word of this recording"));
            }
        }
        return new LogFindings(findings, good);
    }

    private static void claim(LogLeaf leaf, LogClaims claims, List<Finding> findings) {
        try {
            claims.add(LogEntry.parse(leaf.bytes()));
        } catch (IOException senseless) {
            findings.add(new Finding(
                    Finding.Kind.ALTERED, "altered: entry " + leaf.index() + " of the log makes no sense any more"));
        }
    }

    private boolean isProven(LogLeaf leaf, Checkpoint signed, List<Finding> findings) {
        try {
            // Of what the leaf says, not of the hash that is stored beside it.
            if (log.inclusion(leaf.index(), signed.size()).proves(Hash.ofLeaf(leaf.bytes()), signed.root())) {
                return true;
            }
            findings.add(new Finding(
                    Finding.Kind.ALTERED,
                    "altered: entry " + leaf.index() + " of the log (" + leaf.kind()
                            + ") is not in the tree that was signed"));
        } catch (LogDamaged damaged) {
            findings.add(new Finding(Finding.Kind.MISSING, "missing: in the log, " + damaged.getMessage()));
        }
        return false;
    }

    /** The newest check point, if it is one that counts. */
    private Optional<Checkpoint> signed(List<Finding> findings) {
        Optional<StoredCheckpoint> latest = log.latest();
        if (latest.isEmpty()) {
            findings.add(new Finding(Finding.Kind.UNPROVEN, "not proven: no check point was signed yet"));
            return Optional.empty();
        }
        String which = "the check point of " + Times.utc(latest.get().time());
        try {
            Note note = Note.parse(latest.get().note().getBytes(UTF_8));
            Checkpoint checkpoint = Checkpoint.parse(note.text());
            if (note.verdict(trusted.keys()) instanceof Note.Verdict.Signed
                    && checkpoint.origin().equals(trusted.origin())) {
                return Optional.of(checkpoint);
            }
            findings.add(
                    new Finding(Finding.Kind.ALTERED, "altered: " + which + " is not signed by a key of this log"));
        } catch (NoteRefused refused) {
            findings.add(new Finding(Finding.Kind.ALTERED, "altered: " + which + ": " + refused.getMessage()));
        }
        return Optional.empty();
    }
}
