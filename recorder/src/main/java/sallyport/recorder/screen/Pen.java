package sallyport.recorder.screen;

import org.jspecify.annotations.Nullable;

/** How the next character will look. */
record Pen(long style, @Nullable Extra extra, boolean protect) {

    static final Pen PLAIN = new Pen(Style.PLAIN, null, false);

    /** The style says whether there is an extra, whatever {@code style} says. */
    static Pen of(long style, @Nullable Extra extra, boolean protect) {
        return new Pen(extra == null ? style & ~Style.EXTRA : style | Style.EXTRA, extra, protect);
    }

    Pen withStyle(long changed) {
        return of(changed, extra, protect);
    }

    Pen withLink(@Nullable Link link) {
        return of(style, Extra.of(underlineColour(), link), protect);
    }

    Pen withProtection(boolean on) {
        return of(style, extra, on);
    }

    int underlineColour() {
        return extra == null ? 0 : extra.underlineColour();
    }

    @Nullable
    Link link() {
        return extra == null ? null : extra.link();
    }

    /** What cells erased with this pen look like. */
    long erased() {
        return style & Style.BACKGROUND;
    }

    int flags() {
        return protect ? Cell.PROTECTED : 0;
    }
}
