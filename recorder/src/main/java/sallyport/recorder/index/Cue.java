package sallyport.recorder.index;

/** A place in a terminal's output at which something about commands or the screen is known. */
sealed interface Cue {

    /** A line feed. */
    record LineEnd() implements Cue {}

    /** A line editor begins or ends to take a line: bracketed paste (xterm ctlseqs, DECSET 2004) is switched. */
    record Editor(boolean on) implements Cue {}

    /** What is on the screen goes: it is cleared (ED, RIS), or the other screen comes (DECSET 47, 1047, 1049). */
    record Wiped(boolean otherScreen) implements Cue {}

    /**
     * A mark of shell integration, OSC 133 (FinalTerm; kitty's shell integration protocol).
     *
     * @param kind {@code A P} a prompt begins, {@code B I} what is typed begins, {@code C} its output begins, {@code D} it ended
     * @param rest what follows the letter, its first semicolon left out
     */
    record Mark(char kind, String rest) implements Cue {}
}
