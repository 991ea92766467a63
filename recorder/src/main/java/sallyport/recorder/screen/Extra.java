package sallyport.recorder.screen;

import org.jspecify.annotations.Nullable;

/** What few cells have and so is not packed into a {@link Style}: a colour for the underline (0 if none) and a link. */
record Extra(int underlineColour, @Nullable Link link) {

    static @Nullable Extra of(int underlineColour, @Nullable Link link) {
        return underlineColour == 0 && link == null ? null : new Extra(underlineColour, link);
    }
}
