package sallyport.recorder.screen;

/**
 * How a cell looks, packed into a long so that a run of cells is filled without allocating: foreground in the lowest 26 bits,
 * background in the next 26, then eight attributes, the kind of underline, and whether the cell has an {@link Extra} too.
 */
final class Style {

    /** Colours as programs set none, and no attribute. */
    static final long PLAIN = 0;

    /** What kind of colour the upper two of its 26 bits say; the default colour is 0 altogether. */
    static final int BASIC = 1 << 24;

    static final int INDEXED = 2 << 24;
    static final int RGB = 3 << 24;
    static final int COLOUR_KIND = 3 << 24;
    private static final int COLOUR = (1 << 26) - 1;

    private static final int BACKGROUND_SHIFT = 26;

    /** What erased cells keep of the pen: its background (ctlseqs, "bce"). */
    static final long BACKGROUND = (long) COLOUR << BACKGROUND_SHIFT;

    static final long BOLD = 1L << 52;
    static final long DIM = 1L << 53;
    static final long ITALIC = 1L << 54;
    static final long BLINK = 1L << 55;
    static final long INVERSE = 1L << 56;
    static final long HIDDEN = 1L << 57;
    static final long STRIKE = 1L << 58;
    static final long OVERLINE = 1L << 59;

    private static final int UNDERLINE_SHIFT = 60;
    static final long UNDERLINE = 7L << UNDERLINE_SHIFT;

    /** The cell has an underline colour or a link; its row knows which. */
    static final long EXTRA = 1L << 63;

    /** Kinds of underline, as in {@code SGR 4:n}. */
    static final int NO_UNDERLINE = 0;

    static final int SINGLE = 1;
    static final int DOUBLE = 2;
    static final int DASHED = 5;

    private Style() {}

    static int foreground(long style) {
        return (int) style & COLOUR;
    }

    static int background(long style) {
        return (int) (style >>> BACKGROUND_SHIFT) & COLOUR;
    }

    static int underline(long style) {
        return (int) (style >>> UNDERLINE_SHIFT) & 7;
    }

    static long withForeground(long style, int colour) {
        return (style & ~(long) COLOUR) | colour;
    }

    static long withBackground(long style, int colour) {
        return (style & ~BACKGROUND) | (long) colour << BACKGROUND_SHIFT;
    }

    static long withUnderline(long style, int kind) {
        return (style & ~UNDERLINE) | (long) kind << UNDERLINE_SHIFT;
    }

    static int rgb(int red, int green, int blue) {
        return RGB | red << 16 | green << 8 | blue;
    }
}
