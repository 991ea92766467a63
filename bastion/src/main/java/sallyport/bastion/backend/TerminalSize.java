package sallyport.bastion.backend;

/**
 * The size of a terminal, as in pty-req and window-change.
 *
 * @param columns 1 to {@value #MOST_COLUMNS}
 * @param rows 1 to {@value #MOST_ROWS}
 * @param pixelWidth 0 if unknown
 * @param pixelHeight 0 if unknown
 */
public record TerminalSize(int columns, int rows, int pixelWidth, int pixelHeight) {

    /** Widest terminal kept; a client that claims more is given this (T48). */
    public static final int MOST_COLUMNS = 1000;

    /** Tallest terminal kept; a client that claims more is given this (T48). */
    public static final int MOST_ROWS = 500;

    private static final int MOST_PIXELS = 65_535;

    /** What a client that names no size gets. */
    public static final TerminalSize USUAL = new TerminalSize(80, 24, 0, 0);

    /**
     * The size a client claims, brought into range: 0 means the usual size (RFC 4254 section 6.2: zero dimensions are
     * ignored), more than the most means the most.
     */
    public static TerminalSize claimed(long columns, long rows, long pixelWidth, long pixelHeight) {
        return new TerminalSize(
                columns == 0 ? USUAL.columns : clamp(columns, 1, MOST_COLUMNS),
                rows == 0 ? USUAL.rows : clamp(rows, 1, MOST_ROWS),
                clamp(pixelWidth, 0, MOST_PIXELS),
                clamp(pixelHeight, 0, MOST_PIXELS));
    }

    private static int clamp(long value, int least, int most) {
        return (int) Math.max(least, Math.min(most, value));
    }
}
