package sallyport.recorder;

/** What sort of output a session has. */
public enum StreamKind {

    /** A terminal: one stream, always shown as text, whatever its bytes are. */
    TERMINAL("terminal"),

    /**
     * No terminal: stdout and stderr, kept apart. A stream whose bytes are no text, or would swell as text, is
     * <em>binary</em> from there on: its bytes are all kept, no longer as events, and a marker says so.
     */
    PLAIN("plain");

    private final String word;

    StreamKind(String word) {
        this.word = word;
    }

    /** The word in the file. */
    String word() {
        return word;
    }
}
