package sallyport.recorder.playback;

import java.time.Duration;
import java.time.Instant;

/**
 * What a playback knows besides the screen.
 *
 * @param last when something was shown, resized or marked last
 * @param start when the session began, going by what the wall clock said last
 * @param returned whether a stream without a terminal wrote a return last
 * @param over whether the program has ended
 */
record State(Duration last, Instant start, boolean returned, boolean over) {

    State after(Duration at) {
        return new State(at, start, returned, over);
    }

    State startedAt(Instant newStart) {
        return new State(last, newStart, returned, over);
    }

    State returned(boolean now) {
        return new State(last, start, now, over);
    }

    State ended() {
        return new State(last, start, returned, true);
    }
}
