package sallyport.db;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;

/**
 * What a failure of the database means, told by its SQLSTATE (PostgreSQL appendix A). The driver's own messages are in the
 * language of the machine, so none of them is passed on.
 */
final class SqlFailure {

    /** A statement ran into {@code statement_timeout}, or into the end of our own patience. */
    static final String QUERY_CANCELED = "57014";

    private SqlFailure() {}

    /** Whether this is the pool saying that it had no connection to give. */
    static boolean isNoConnection(SQLException e) {
        return e instanceof SQLTransientConnectionException;
    }

    /**
     * What stands after "the database ..." if {@code e} means that it is away; empty if it answered, and what it said is a
     * fault in the statement or the data.
     */
    static Optional<String> awayBecause(SQLException e) {
        if (isNoConnection(e)) {
            return Optional.of("gave no connection in time; it stands still, or is too busy");
        }
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        String words = switch (state) {
            case QUERY_CANCELED, "55P03" -> "took too long to answer";
            case "40001", "40P01" -> "was too busy to finish this; try again";
            // The server gave up on us: this process was paused or starved in the middle of a transaction.
            case "25P03" -> "heard nothing from the bastion for too long; it has too little processor time";
            case "57P01", "57P02", "57P03", "57P05" -> "is starting or stopping";
            case "25006" -> "takes no changes at present (read only)";
            case "3D000" -> "does not exist on that server; check the name in the URL";
            default ->
                switch (state.length() == 5 ? state.substring(0, 2) : "") {
                    case "08" -> "does not answer; check that PostgreSQL runs and can be reached";
                    case "28" -> "refuses the login; check the role and its password";
                    case "53" -> "is out of disk, memory or connections";
                    case "58" -> "has trouble with its own files; see its log";
                    default -> "";
                };
        };
        return Optional.of(words).filter(w -> !w.isEmpty());
    }
}
