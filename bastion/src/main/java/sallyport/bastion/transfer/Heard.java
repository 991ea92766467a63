package sallyport.bastion.transfer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link Dialogue} makes of bytes, before they go on. */
public final class Heard {

    private final List<Note> notes;
    private final byte @Nullable [] rest;

    private Heard(List<Note> notes, byte @Nullable [] rest) {
        this.notes = List.copyOf(notes);
        this.rest = rest;
    }

    /** All of it follows the protocol. */
    static Heard understood(List<Note> notes) {
        return new Heard(notes, null);
    }

    /** @param rest from the beginning of what does not follow the protocol; may be of earlier bytes, too */
    static Heard broken(List<Note> notes, byte[] rest) {
        return new Heard(notes, rest);
    }

    /** To be written down first. */
    public List<Note> notes() {
        return notes;
    }

    /** What must be recorded as it is, and everything behind it; null if all follows the protocol. */
    public byte @Nullable [] rest() {
        return rest;
    }
}
