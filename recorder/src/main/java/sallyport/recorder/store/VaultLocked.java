package sallyport.recorder.store;

import java.io.IOException;

/** No key that is here opens a file. The message says in words which key would. */
public final class VaultLocked extends IOException {
    private static final long serialVersionUID = 1;

    public VaultLocked(String words) {
        super(words);
    }
}
