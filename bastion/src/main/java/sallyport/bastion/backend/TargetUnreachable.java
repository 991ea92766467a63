package sallyport.bastion.backend;

import java.io.Serial;

/** A target could not be reached, did not let the bastion in, or is not the one it should be. The message is for people. */
public final class TargetUnreachable extends Exception {

    @Serial
    private static final long serialVersionUID = 1;

    private final String words;

    TargetUnreachable(String words, Throwable cause) {
        super(words, cause);
        this.words = words;
    }

    TargetUnreachable(String words) {
        super(words);
        this.words = words;
    }

    /** What happened, to which target, and what to do; never null. */
    @Override
    public String getMessage() {
        return words;
    }
}
