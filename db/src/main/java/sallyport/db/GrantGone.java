package sallyport.db;

/** The grant that a session was to rest on was withdrawn or ran out between the decision and the opening: decide anew. */
public final class GrantGone extends RuntimeException {

    GrantGone() {
        super("the approval has run out or was withdrawn meanwhile; ask again");
    }
}
