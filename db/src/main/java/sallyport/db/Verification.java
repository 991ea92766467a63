package sallyport.db;

import java.util.List;
import java.util.UUID;
import sallyport.recorder.proof.LogCheck;
import sallyport.recorder.proof.Node;

/**
 * What a look at the whole stored log has found.
 *
 * @param log about the leaves and the check points
 * @param rows about what hangs on the leaves
 * @param more how many rows there are beside these
 */
public record Verification(LogCheck.Answer log, List<Row> rows, long more) {

    public Verification {
        rows = List.copyOf(rows);
    }

    /** A row beside the leaves that is not what they say. */
    public sealed interface Row {

        /** One line for a person. */
        String words();
    }

    /** A row of the audit table that says something else than its leaf. */
    public record RowAltered(long index, UUID id) implements Row {
        @Override
        public String words() {
            return "audit event " + id + " was altered: it is not what entry " + index + " of the log says";
        }
    }

    /** A row of the audit table that is gone, and its leaf is there. */
    public record RowMissing(long index, UUID id) implements Row {
        @Override
        public String words() {
            return "audit event " + id + " is missing: entry " + index + " of the log has it";
        }
    }

    /** A row of the audit table that the log has no leaf for. */
    public record LeafMissing(UUID id) implements Row {
        @Override
        public String words() {
            return "audit event " + id + " has no entry in the log";
        }
    }

    /** An inner hash that does not follow from the leaves, or is gone; proofs that need it fail. */
    public record NodeAltered(Node node) implements Row {
        @Override
        public String words() {
            return "the stored hash at level " + node.level() + ", index " + node.index()
                    + " does not follow from the entries";
        }
    }

    /** Whether everything is as it was signed. */
    public boolean isIntact() {
        return log instanceof LogCheck.Answer.Intact && rows.isEmpty();
    }
}
