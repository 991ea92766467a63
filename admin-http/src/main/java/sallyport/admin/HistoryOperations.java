package sallyport.admin;

import java.util.Optional;
import sallyport.db.HistoryFilter;
import sallyport.db.SessionHistory;
import sallyport.policy.Permission;
import sallyport.policy.audit.AuditEvent;

/**
 * Taking the history away. Everybody's needs {@link Permission#VIEW_HISTORY}; one's own needs nothing. Safe for any thread.
 */
public final class HistoryOperations {

    private final SessionHistory history;
    private final Journal journal;

    public HistoryOperations(SessionHistory history, Journal journal) {
        this.history = history;
        this.journal = journal;
    }

    /**
     * Begins an export, which is itself an audit event; see {@link HistoryExport#writeTo}. Refused while the audit journal
     * takes nothing.
     *
     * @param filter with another person than the caller, or nobody, in it: needs {@link Permission#VIEW_HISTORY}
     * @throws sallyport.db.DatabaseAway if the database does not answer
     */
    public Outcome<HistoryExport> export(Caller caller, HistoryFilter filter, ExportFormat format) {
        boolean own = filter.person().equals(Optional.of(caller.person().id()));
        if (!own && !caller.person().may(Permission.VIEW_HISTORY)) {
            return Permissions.lacking("taking away other people's history", Permission.VIEW_HISTORY);
        }
        if (!journal.log().isTaking()) {
            return new Outcome.Refused<>("the audit journal takes no entries now, so nothing may be exported; "
                    + "the operator must look at the database and the disk of the journal");
        }
        return Pages.checked(filter)
                .then(_ -> new Outcome.Done<>(new HistoryExport(
                        format,
                        "history-" + Times.utc(journal.now()).replaceAll("[:.]", "") + "." + format.word(),
                        history.records(filter),
                        records -> journal.write(
                                caller,
                                new AuditEvent.HistoryExported(
                                        format.word(),
                                        filter.since().map(Times::utc).orElse(""),
                                        records)))));
    }
}
