package sallyport.recorder.screen;

/**
 * How many columns a character takes: 0 for what combines with the one before, 1, or 2. Two are the wide and full-width
 * characters of East Asian Width (UAX #11, Unicode 14 and, for emoji, whatever the JDK knows), as in xterm.js with its
 * Unicode 11 add-on. A variation selector combines and changes no width.
 */
final class Width {

    /** Ranges, in hexadecimal; unassigned characters between wide ones count as wide. */
    private static final String WIDE = """
        1100-115f 231a-231b 2329-232a 23e9-23ec 23f0 23f3 25fd-25fe 2614-2615 2648-2653 267f 2693 26a1 26aa-26ab
        26bd-26be 26c4-26c5 26ce 26d4 26ea 26f2-26f3 26f5 26fa 26fd 2705 270a-270b 2728 274c 274e 2753-2755 2757
        2795-2797 27b0 27bf 2b1b-2b1c 2b50 2b55 2e80-303e 3041-3247 3250-4dbf 4e00-a4c6 a960-a97c ac00-d7a3 f900-fad9
        fe10-fe19 fe30-fe6b ff01-ff60 ffe0-ffe6 16fe0-1b2fb 1f004 1f0cf 1f18e 1f191-1f19a 1f200-1f320 1f32d-1f335
        1f337-1f37c 1f37e-1f393 1f3a0-1f3ca 1f3cf-1f3d3 1f3e0-1f3f0 1f3f4 1f3f8-1f43e 1f440 1f442-1f4fc 1f4ff-1f53d
        1f54b-1f54e 1f550-1f567 1f57a 1f595-1f596 1f5a4 1f5fb-1f64f 1f680-1f6c5 1f6cc 1f6d0-1f6d2 1f6d5-1f6df
        1f6eb-1f6ec 1f6f4-1f6fc 1f7e0-1f7f0 1f90c-1f93a 1f93c-1f945 1f947-1f9ff 1fa70-1faf6
        """;

    /** Above here, width goes by whole planes. */
    private static final int TABLE = 0x20000;

    private static final int LAST_IDEOGRAPH = 0x3fffd;

    private static final byte[] WIDTHS = widths();

    private Width() {}

    static int of(int codePoint) {
        if (codePoint < TABLE) {
            return WIDTHS[codePoint];
        }
        if (codePoint <= LAST_IDEOGRAPH) {
            return 2;
        }
        return combines(codePoint) ? 0 : 1;
    }

    private static byte[] widths() {
        byte[] widths = new byte[TABLE];
        for (int c = 0; c < TABLE; c++) {
            widths[c] = (byte) (combines(c) ? 0 : Character.isEmojiPresentation(c) && !regional(c) ? 2 : 1);
        }
        for (String range : WIDE.strip().split("\\s+", -1)) {
            int dash = range.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash), 16);
            int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1), 16);
            for (int c = first; c <= last; c++) {
                if (widths[c] == 1) {
                    widths[c] = 2;
                }
            }
        }
        return widths;
    }

    /** Half a flag. */
    private static boolean regional(int codePoint) {
        return codePoint >= 0x1f1e6 && codePoint <= 0x1f1ff;
    }

    private static boolean combines(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> true;
            case Character.FORMAT -> codePoint != 0xad;
            // The vowels and final consonants of Hangul syllables written letter by letter.
            default -> (codePoint >= 0x1160 && codePoint <= 0x11ff) || (codePoint >= 0xd7b0 && codePoint <= 0xd7fb);
        };
    }
}
