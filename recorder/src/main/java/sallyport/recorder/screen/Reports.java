package sallyport.recorder.screen;

import org.jspecify.annotations.Nullable;

/**
 * What the terminal says of itself when asked (ctlseqs; DECRQM and DECRQSS in the VT420 manual). Text that a program or a
 * peer chose is never said back: an answer is typed into whatever reads the terminal next.
 */
final class Reports {

    private static final int SET = 1;
    private static final int RESET = 2;

    private final Page page;

    Reports(Page page) {
        this.page = page;
    }

    /** DA1: a VT220 with ANSI colour. */
    String primaryAttributes() {
        return "\u001b[?62;22c";
    }

    /** DA2: like xterm of a certain age, for programs that look at its version. */
    String secondaryAttributes() {
        return "\u001b[>0;276;0c";
    }

    String tertiaryAttributes() {
        return "\u001bP!|00000000\u001b\\";
    }

    String version() {
        return "\u001bP>|sallyport\u001b\\";
    }

    /** DSR, and CPR for 6. */
    @Nullable
    String status(int what, boolean dec) {
        if (what == 6) {
            boolean origin = page.modes.has(Mode.ORIGIN);
            int row = page.row - (origin ? page.top : 0) + 1;
            int column = page.column - (origin ? page.left : 0) + 1;
            return "\u001b[" + (dec ? "?" : "") + row + ";" + column + "R";
        }
        if (!dec) {
            return what == 5 ? "\u001b[0n" : null;
        }
        return switch (what) {
            case 15 -> "\u001b[?13n";
            case 25 -> "\u001b[?21n";
            case 26 -> "\u001b[?27;1;0;0n";
            case 996 -> "\u001b[?997;1n";
            default -> null;
        };
    }

    /** DECRQM. */
    String mode(int number, boolean dec) {
        Mode mode = Mode.of(number, dec);
        int state = 0;
        if (mode != null) {
            state = page.modes.has(mode) ? SET : RESET;
        } else if (dec && (number == 47 || number == 1047 || number == 1049)) {
            state = page.alternate != null ? SET : RESET;
        }
        return "\u001b[" + (dec ? "?" : "") + number + ";" + state + "$y";
    }

    /** DECRQSS. */
    String setting(String what) {
        String value = switch (what) {
            case "m" -> {
                String look = Sgr.of(page.pen.style(), page.pen.extra());
                yield look.isEmpty() ? "0m" : "0;" + look + "m";
            }
            case "r" -> page.top + 1 + ";" + (page.bottom + 1) + "r";
            case "s" -> page.left + 1 + ";" + (page.right + 1) + "s";
            case " q" -> page.modes.cursorStyle() + " q";
            case "\"q" -> (page.pen.protect() ? 1 : 0) + "\"q";
            case "\"p" -> "62;1\"p";
            default -> null;
        };
        return value == null ? "\u001bP0$r\u001b\\" : "\u001bP1$r" + value + "\u001b\\";
    }

    /** Of XTWINOPS, only the sizes in characters. */
    @Nullable
    String window(int what) {
        return switch (what) {
            case 11 -> "\u001b[1t";
            case 18 -> "\u001b[8;" + page.rows + ";" + page.columns + "t";
            case 19 -> "\u001b[9;" + page.rows + ";" + page.columns + "t";
            default -> null;
        };
    }

    String keyboard() {
        return "\u001b[?" + page.grid.keyboard.flags() + "u";
    }

    String modifyOtherKeys() {
        return "\u001b[>4;" + page.modes.modifyOtherKeys() + "m";
    }

    /** Mode 2048 (in-band resize); how many pixels there are, nobody knows. */
    String size() {
        return "\u001b[48;" + page.rows + ";" + page.columns + ";0;0t";
    }
}
