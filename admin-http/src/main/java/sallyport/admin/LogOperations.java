package sallyport.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sallyport.db.EvidenceLog;
import sallyport.db.StoredCheckpoint;
import sallyport.db.Verification;
import sallyport.policy.Permission;
import sallyport.policy.audit.AuditEvent;
import sallyport.recorder.proof.LogCheck;
import sallyport.recorder.proof.VerifierKey;

/**
 * The log that proves what was there: its check points, for keeping elsewhere, and whether it still is what they say. Needs {@link
 * Permission#VIEW_HISTORY}. Safe for any thread.
 */
public final class LogOperations {

    private final EvidenceLog log;
    private final TrustedLog trusted;
    private final Journal journal;

    /** The collaborators belong to the caller and are not closed here. */
    public LogOperations(EvidenceLog log, TrustedLog trusted, Journal journal) {
        this.log = log;
        this.trusted = trusted;
        this.journal = journal;
    }

    /**
     * The public keys that sign and signed the log, in use first, as C2SP writes them: for whoever is to verify without believing
     * what they verify. They are no secret, and everybody may ask.
     */
    public List<String> keys() {
        return trusted.keys().stream().map(VerifierKey::toString).toList();
    }

    /**
     * The newest check point, as it was signed (C2SP signed note). It tells nothing but how much happened, so nothing is written.
     *
     * @throws sallyport.db.DatabaseAway if the database does not answer
     */
    public Outcome<String> checkpoint(Caller caller) {
        if (!caller.person().may(Permission.VIEW_HISTORY)) {
            return Permissions.lacking("seeing the log's check points", Permission.VIEW_HISTORY);
        }
        Optional<StoredCheckpoint> latest = log.latest();
        return latest.isPresent()
                ? new Outcome.Done<>(latest.get().note())
                : new Outcome.NotFound<>("no check point was signed yet; try again in a few seconds");
    }

    /**
     * Verifies the whole log, and the audit table by it, after writing down that somebody asked. Takes as long as reading them does.
     *
     * @param kept check points that were kept elsewhere, which is where a rewritten log shows
     * @throws sallyport.db.DatabaseAway if the database does not answer
     */
    public Outcome<LogVerified> verify(Caller caller, List<byte[]> kept) {
        if (!caller.person().may(Permission.VIEW_HISTORY)) {
            return Permissions.lacking("verifying the log", Permission.VIEW_HISTORY);
        }
        journal.write(caller, new AuditEvent.LogVerified());
        Verification found = log.verify(trusted.origin(), trusted.keys(), kept);
        List<String> findings = new ArrayList<>();
        long more = found.more();
        String verdict = switch (found.log()) {
            case LogCheck.Answer.Intact(long size, long signed, int checkpoints) ->
                "the log is intact: " + size + " entries, held against " + checkpoints + " check points, the last of "
                        + signed + " entries";
            case LogCheck.Answer.Faulty(List<LogCheck.Finding> faults, long others) -> {
                faults.forEach(fault -> findings.add(fault.words()));
                more += others;
                yield "the log is NOT INTACT";
            }
        };
        found.rows().forEach(row -> findings.add(row.words()));
        if (!found.rows().isEmpty()) {
            verdict = "the log is NOT INTACT";
        }
        return new Outcome.Done<>(new LogVerified(findings, more, verdict));
    }
}
