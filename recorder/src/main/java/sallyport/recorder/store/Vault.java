package sallyport.recorder.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** What sealed parts are encrypted with; the store never sees a key. Safe for any thread. */
public interface Vault {

    /** The end of a stored file's name, as {@code .age}; never empty. */
    String suffix();

    /** For one line at start: what recordings are encrypted to. */
    String words();

    /** Encrypts what is written into it; closing it completes the file and closes {@code to}. */
    OutputStream seal(OutputStream to) throws IOException;

    /**
     * Decrypts {@code from}, which is closed with it.
     *
     * @throws VaultLocked if no key here opens it
     */
    InputStream open(InputStream from) throws IOException;
}
