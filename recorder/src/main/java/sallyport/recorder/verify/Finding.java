package sallyport.recorder.verify;

import java.util.Locale;

/**
 * One thing about a recording that is not as it was.
 *
 * @param words what, and where; one line for a person, without a full stop, that begins with the word for its kind
 */
public record Finding(Kind kind, String words) {

    /** In what way, the worst first: a recording is called by the first that is found. */
    public enum Kind {
        /** Something says other than it did. */
        ALTERED,
        /** Something that was there is not. */
        MISSING,
        /** The beginning is there, and the end is not. */
        TRUNCATED,
        /** It could not be held against anything that is signed. */
        UNPROVEN;

        /** As answers write it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding altered(String where) {
        return new Finding(Kind.ALTERED, "altered: " + where);
    }

    static Finding missing(String what) {
        return new Finding(Kind.MISSING, "missing: " + what);
    }

    static Finding truncated(String where) {
        return new Finding(Kind.TRUNCATED, "truncated: " + where);
    }

    static Finding unproven(String why) {
        return new Finding(Kind.UNPROVEN, "not proven: " + why);
    }
}
