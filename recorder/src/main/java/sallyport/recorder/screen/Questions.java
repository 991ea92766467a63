package sallyport.recorder.screen;

/** Which control sequences make a terminal answer, or act on more than its picture (ctlseqs; the VT510 manual). */
final class Questions {

    private Questions() {}

    /** Whether this one does. {@code last} is its final byte. */
    static boolean asks(Sequence sequence, int last) {
        return switch (sequence.intermediate()) {
            case 0 -> bare(sequence, last);
            case '$' -> last == 'p' || last == 'w' || last == 'u'; // DECRQM, DECRQPSR, DECRQTSR
            case '*' -> last == 'y'; // DECRQCRA
            case '&' -> last == 'u'; // DECRQUPSS
            case '"' -> last == 'v'; // DECRQDE
            case '\'' -> last == '|'; // DECRQLP
            case '+' -> last == 'x'; // DECRQPKFM
            case '#' -> last == 'R' || last == '|'; // XTREPORTCOLORS, XTREPORTSGR
            default -> false;
        };
    }

    private static boolean bare(Sequence sequence, int last) {
        return switch (sequence.prefix()) {
            case 0 ->
                switch (last) {
                    case 'c', 'n', 'x', 'i', 'y' -> true; // DA1, DSR, DECREQTPARM, MC, DECTST
                    case 't' -> sequence.parameter(0) != 22 && sequence.parameter(0) != 23;
                    default -> false;
                };
            // DSR, MC, XTQMODKEYS, XTQFMTKEYS, XTSMGRAPHICS, kitty's keyboard flags. But "? c" is the Linux console's
            // cursor.
            case '?' -> last == 'n' || last == 'i' || last == 'm' || last == 'g' || last == 'S' || last == 'u';
            case '>' -> last == 'c' || last == 'q'; // DA2, XTVERSION
            case '=' -> last == 'c'; // DA3
            default -> false;
        };
    }
}
