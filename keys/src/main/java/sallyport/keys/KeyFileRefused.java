package sallyport.keys;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A key file that is not used, and why. The message is one sentence for a person, names the file, says what to do where
 * that is known, and never holds anything of the file's content.
 */
public final class KeyFileRefused extends IOException {

    private static final long serialVersionUID = 1L;

    KeyFileRefused(Path file, String why) {
        super("key file " + file + " " + why);
    }
}
