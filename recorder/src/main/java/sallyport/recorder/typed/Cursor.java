package sallyport.recorder.typed;

/**
 * Where the terminal's cursor is.
 *
 * @param left what stands left of it on its line, blanks and all; a line that was wrapped is one
 * @param fullScreen whether a full-screen program has the terminal
 */
public record Cursor(String left, boolean fullScreen) {

    /** Of a terminal that nobody models: nothing is known. */
    public static final Cursor UNKNOWN = new Cursor("", true);
}
