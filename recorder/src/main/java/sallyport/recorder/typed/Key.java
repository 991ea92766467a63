package sallyport.recorder.typed;

/** A piece of what is typed. */
sealed interface Key {

    /** Characters that a program may show. */
    record Text(String text) implements Key {}

    /** A sequence in which characters may be packed that were typed: some keyboard modes do that. It is never shown. */
    record Packed() implements Key {}

    /**
     * A key that shows nothing of itself.
     *
     * @param sent as it was sent
     * @param enter whether it is Enter
     * @param endsLine whether what is typed next begins something new: Enter, and the keys that break off
     */
    record Control(String sent, boolean enter, boolean endsLine) implements Key {}
}
