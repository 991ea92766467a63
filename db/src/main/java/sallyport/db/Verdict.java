package sallyport.db;

/** What somebody says to a waiting request. */
public sealed interface Verdict {

    /** Let them in. {@code note} is for the asker and the history, empty if there is nothing to say. */
    record Approve(String note) implements Verdict {}

    /** Do not. {@code note} is shown to the asker. */
    record Deny(String note) implements Verdict {}

    /** The asker takes it back. */
    record Cancel() implements Verdict {}
}
