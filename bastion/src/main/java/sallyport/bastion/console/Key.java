package sallyport.bastion.console;

/** What somebody pressed. */
sealed interface Key {

    /** A character of text. */
    record Typed(int codePoint) implements Key {}

    /** A key that means something to an editor or a menu. */
    enum Named implements Key {
        ENTER,
        ESCAPE,
        UP,
        DOWN,
        LEFT,
        RIGHT,
        HOME,
        END,
        PAGE_UP,
        PAGE_DOWN,
        BACKSPACE,
        DELETE,
        /** Ctrl-U. */
        ERASE_LINE,
        /** Ctrl-W. */
        ERASE_WORD,
        /** Ctrl-C. */
        INTERRUPT,
        /** Ctrl-D. */
        END_OF_TEXT,
        /** A paste begins: line ends in it are text (bracketed paste). */
        PASTE_BEGINS,
        PASTE_ENDS,
        /** The stream is at its end or broken: nobody is there any more. */
        GONE,
        /** Something without a meaning here. */
        OTHER
    }
}
