package sallyport.db;

import java.io.Serial;

/** So much fits what was searched for that it cannot be looked through in time; a narrower question can be answered. */
public final class SearchTooWide extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    SearchTooWide(Throwable cause) {
        super("the search did not end in time", cause);
    }
}
