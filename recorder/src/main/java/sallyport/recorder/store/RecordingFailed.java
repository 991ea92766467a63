package sallyport.recorder.store;

import org.jspecify.annotations.Nullable;

/**
 * Something could not be recorded; the message says in words what and why. Checked, because whoever records must not go on to
 * relay: what was given to the call that threw has to reach nobody. It is final for its recording, which is never tried again.
 */
public final class RecordingFailed extends Exception {
    private static final long serialVersionUID = 1;

    private final String words;

    RecordingFailed(String words, @Nullable Throwable cause) {
        super(words, cause);
        this.words = words;
    }

    /** What happened, to what, and why; never null. */
    @Override
    public String getMessage() {
        return words;
    }
}
