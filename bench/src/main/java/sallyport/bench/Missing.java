package sallyport.bench;

import java.io.Serial;

/** Something that must be there is not; the message says what, and what to do. */
final class Missing extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    Missing(String words) {
        super(words);
    }
}
