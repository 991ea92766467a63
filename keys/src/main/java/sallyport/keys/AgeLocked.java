package sallyport.keys;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A file that no key here opens. The message says what was tried and what to do; it holds nothing of a key but what is public. */
public final class AgeLocked extends IOException {

    private static final long serialVersionUID = 1L;

    AgeLocked(String words, @Nullable Throwable cause) {
        super(words, cause);
    }
}
