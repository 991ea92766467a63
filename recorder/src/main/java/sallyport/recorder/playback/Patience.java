package sallyport.recorder.playback;

import java.time.Duration;

/** Asked now and then while a playback goes a long way, on its thread. */
@FunctionalInterface
public interface Patience {

    /** Goes all the way. */
    Patience ENDLESS = _ -> true;

    /**
     * Whether to go on.
     *
     * @param at how far it has come
     */
    boolean lasts(Duration at);
}
