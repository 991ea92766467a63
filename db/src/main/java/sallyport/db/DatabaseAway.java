package sallyport.db;

/**
 * The database is stopped, frozen, unreachable, or too busy to answer in time. The message says so in words for the log
 * and for people. What was asked has not been done, except that a transaction whose commit was on its way may have been:
 * the methods that write say what that means for them.
 */
public final class DatabaseAway extends RuntimeException {

    DatabaseAway(String message, Throwable cause) {
        super(message, cause);
    }
}
