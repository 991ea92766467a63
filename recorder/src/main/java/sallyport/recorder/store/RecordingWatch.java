package sallyport.recorder.store;

/** Told what becomes of a recording that is made, on the store's own thread: must be quick and must not throw. */
@FunctionalInterface
public interface RecordingWatch {

    /** It failed, for good; once. */
    void failed();

    /** The disk is full: appends wait, for at most {@link Limits#longestPause}. */
    default void paused() {}

    /** There is room again, and the appends go on. */
    default void resumed() {}
}
