package sallyport.admin.access;

import java.nio.file.Path;
import sallyport.admin.Caller;
import sallyport.admin.Journal;
import sallyport.admin.Outcome;
import sallyport.db.AccessDefinition;
import sallyport.db.AccessStore;
import sallyport.policy.Permission;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;

/** Makes an {@code access.yaml} what holds. Safe for any thread; of two files at the same moment the later one holds. */
public final class AccessOperations {

    private final AccessStore store;
    private final Journal journal;

    public AccessOperations(AccessStore store, Journal journal) {
        this.store = store;
        this.journal = journal;
    }

    /**
     * Reads {@code file} and applies it, for somebody with {@link Permission#MANAGE_POLICY}. The entry about it is stored in
     * the same transaction.
     *
     * @return {@link Outcome.Invalid} with all problems of the file, a headline and one per line; then nothing was changed
     * @throws sallyport.db.DatabaseAway if the database does not answer
     */
    public Outcome<Applied> apply(Path file, Caller caller) {
        return caller.person().may(Permission.MANAGE_POLICY)
                ? apply(file, event -> journal.entry(caller, event))
                : new Outcome.NotPermitted<>("changing people, targets and rules needs "
                        + Permission.MANAGE_POLICY.word() + ", which none of your roles has");
    }

    /** As {@link #apply}, for the bastion itself at its start or for whoever may run its commands on its machine. */
    public Outcome<Applied> applyAsBastion(Path file) {
        return apply(file, journal::entry);
    }

    private interface Author {
        AuditEntry entry(AuditEvent event);
    }

    private Outcome<Applied> apply(Path file, Author author) {
        return switch (AccessFile.read(file)) {
            case AccessFile.Parsed.Wrong wrong -> new Outcome.Invalid<>(wrong.words());
            case AccessFile.Parsed.Read(AccessDefinition definition, String sha256) -> {
                int people = definition.people().size();
                int targets = definition.targets().size();
                int rules = definition.rules().size();
                store.apply(
                        definition,
                        author.entry(new AuditEvent.AccessApplied(file.toString(), sha256, people, targets, rules)));
                yield new Outcome.Done<>(new Applied(file.toString(), sha256, people, targets, rules, store.version()));
            }
        };
    }
}
