package sallyport.admin;

import java.time.Instant;

/** Which text of a session somebody wants to read. */
public sealed interface TextQuery {

    /** Most lines of a {@link Tail}. */
    int MOST_LINES = 10_000;

    /** Whether colours and other attributes stay in, as SGR (ECMA-48 section 8.3.117). */
    boolean colours();

    /** The screen as it is, or as it was at the end. */
    record Screen(boolean colours) implements TextQuery {}

    /**
     * The last lines of scrollback and screen.
     *
     * @param lines 1 to {@value #MOST_LINES}
     */
    record Tail(int lines, boolean colours) implements TextQuery {}

    /** The screen as it was at that time. */
    record At(Instant time, boolean colours) implements TextQuery {}
}
