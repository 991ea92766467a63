package sallyport.recorder.store;

import java.time.Duration;

/** Told what becomes of a recording that is made: must be quick, must not throw, and must not append. */
@FunctionalInterface
public interface RecordingWatch {

    /** It failed, for good; once. On the store's own thread. */
    void failed();

    /** The disk is full: an append waits, for {@code most} at most. On the thread that appends. */
    default void paused(Duration most) {}

    /** There is room again, and the appends go on. On the thread that appends. */
    default void resumed() {}
}
