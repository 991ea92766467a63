package sallyport.admin;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sallyport.db.EvidenceLog;
import sallyport.db.HistoryFilter;
import sallyport.db.LeafRange;
import sallyport.db.SessionHistory;
import sallyport.db.StoredCheckpoint;
import sallyport.policy.Permission;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;
import sallyport.recorder.bundle.Bundle;
import sallyport.recorder.proof.NoteSigning;
import sallyport.recorder.store.RecordingStore;

/**
 * Taking recordings away together with what proves them, in one bundle. Needs {@link Permission#DOWNLOAD_RECORDING}, and {@link
 * Permission#VIEW_HISTORY} for the audit events in it, which are those of everybody. Safe for any thread.
 */
public final class ExportOperations {

    private static final int PAGE = 500;

    private final SessionHistory history;
    private final RecordingStore store;
    private final EvidenceLog log;
    private final TrustedLog trusted;
    private final NoteSigning signing;
    private final Journal journal;

    /** The collaborators belong to the caller and are not closed here. */
    public ExportOperations(
            SessionHistory history,
            RecordingStore store,
            EvidenceLog log,
            TrustedLog trusted,
            NoteSigning signing,
            Journal journal) {
        this.history = history;
        this.store = store;
        this.log = log;
        this.trusted = trusted;
        this.signing = signing;
        this.journal = journal;
    }

    /**
     * Gets a bundle of the sessions of {@code filter} ready, after writing down of each that it was taken.
     *
     * @throws sallyport.db.DatabaseAway if the database does not answer
     * @throws java.io.UncheckedIOException if the audit journal cannot be used; then nothing may be taken
     */
    public Outcome<BundleExport> export(Caller caller, HistoryFilter filter) {
        for (Permission needed : List.of(Permission.DOWNLOAD_RECORDING, Permission.VIEW_HISTORY)) {
            if (!caller.person().may(needed)) {
                return Permissions.lacking("taking recordings away with their proofs", needed);
            }
        }
        return Pages.checked(filter).then(_ -> chosen(caller, filter));
    }

    private Outcome<BundleExport> chosen(Caller caller, HistoryFilter filter) {
        List<SessionRow> rows = new ArrayList<>();
        for (List<SessionRow> page = history.page(filter, Optional.empty(), PAGE);
                !page.isEmpty() && rows.size() <= Bundle.MOST_RECORDINGS;
                page = history.page(filter, Optional.of(page.getLast().id()), PAGE)) {
            rows.addAll(page);
        }
        if (rows.isEmpty()) {
            return new Outcome.NotFound<>("no session of that time, target and person has a recording");
        }
        if (rows.size() > Bundle.MOST_RECORDINGS) {
            return new Outcome.Refused<>("these are more than " + Bundle.MOST_RECORDINGS
                    + " recordings, which is the most in one bundle; say a shorter --since FROM..TO");
        }
        List<SessionId> ids = rows.stream().map(SessionRow::id).toList();
        Optional<LeafRange> range = log.range(ids);
        Optional<StoredCheckpoint> newest = log.latest();
        if (range.isEmpty()
                || newest.isEmpty()
                || range.get().first() >= newest.get().size()) {
            return new Outcome.Refused<>(
                    "no check point covers what the log says of these recordings yet; try again in a few seconds");
        }
        StoredCheckpoint covering = log.covering(range.get().last() + 1).orElse(newest.get());
        for (SessionId id : ids) {
            journal.write(caller, new AuditEvent.RecordingDownloaded(id, "bundle"));
        }
        Instant now = journal.now();
        return new Outcome.Done<>(new BundleExport(
                store,
                log,
                trusted,
                signing,
                now,
                covering,
                newest.get(),
                new Bundle.Manifest(
                        trusted.origin(),
                        range.get().first(),
                        covering.size(),
                        Times.utc(now),
                        rows.stream().map(row -> named(row, now)).toList())));
    }

    private static Bundle.Named named(SessionRow row, Instant now) {
        return new Bundle.Named(
                row.id().toString(),
                VerifyOperations.isSettled(row, now),
                row.personName() + " " + row.login() + "@" + row.target() + " " + Times.utc(row.startedAt()));
    }
}
