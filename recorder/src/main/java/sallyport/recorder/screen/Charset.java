package sallyport.recorder.screen;

/** A 94-character set that {@code ESC ( …} may designate (ECMA-35, ctlseqs "SCS"). All others read as ASCII. */
enum Charset {
    ASCII('B'),
    BRITISH('A'),
    /** DEC special graphics: lines and corners in place of the small letters (VT100 user guide, table 3-9). */
    GRAPHICS('0');

    /** In place of 0x5f to 0x7e. */
    private static final String DRAWN = "\u00a0◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·";

    final char designator;

    Charset(char designator) {
        this.designator = designator;
    }

    static Charset designated(int designator) {
        return switch (designator) {
            case '0' -> GRAPHICS;
            case 'A' -> BRITISH;
            default -> ASCII;
        };
    }

    /** What a printable ASCII character stands for. */
    int character(int ascii) {
        return switch (this) {
            case ASCII -> ascii;
            case BRITISH -> ascii == '#' ? '£' : ascii;
            case GRAPHICS -> ascii >= 0x5f ? DRAWN.charAt(ascii - 0x5f) : ascii;
        };
    }
}
