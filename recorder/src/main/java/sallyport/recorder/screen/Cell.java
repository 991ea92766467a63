package sallyport.recorder.screen;

/** What stands in a cell, packed into an int: a code point, or 0 where nothing was written, and these flags. */
final class Cell {

    static final int EMPTY = 0;
    static final int CODE_POINT = 0x1fffff;

    /** Combining characters follow; the row has them. */
    static final int MARKED = 1 << 21;

    /** The left half of a character of two columns; the cell on its right is {@link #TAIL}. */
    static final int WIDE = 1 << 22;

    static final int TAIL = 1 << 23;

    /** Selective erasing leaves it alone (DECSCA). */
    static final int PROTECTED = 1 << 24;

    private Cell() {}
}
