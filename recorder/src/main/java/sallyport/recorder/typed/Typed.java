package sallyport.recorder.typed;

/**
 * Something that somebody typed, as it may be kept.
 *
 * @param who typed it
 * @param hidden whether it was not shown; nothing is known of it then but that
 * @param text what they typed; empty if it is hidden
 */
public record Typed(String who, boolean hidden, String text) {

    static Typed shown(String who, String text) {
        return new Typed(who, false, text);
    }

    static Typed hidden(String who) {
        return new Typed(who, true, "");
    }
}
