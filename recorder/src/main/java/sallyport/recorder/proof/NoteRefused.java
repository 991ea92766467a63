package sallyport.recorder.proof;

import java.io.IOException;

/** A signed note, a check point or a key in text that is not what it should be; the message says why, in words. */
public final class NoteRefused extends IOException {

    private static final long serialVersionUID = 1L;

    NoteRefused(String why) {
        super(why);
    }
}
