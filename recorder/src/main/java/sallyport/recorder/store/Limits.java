package sallyport.recorder.store;

import java.time.Duration;

/**
 * What recordings may take before something is done about it.
 *
 * @param partBytes text in a part before the next one begins. A part may get a little longer, until the terminal is between two
 *     sequences.
 * @param partAge how long a part may grow before the next one begins, with the next output
 * @param chainBytes text between two values of the chain
 * @param checkEvery of activity: the wall clock and a value of the chain are written, and the value is told to the log
 * @param keyFrameBytes text between two key frames
 * @param keyFrameAge of activity between two key frames
 * @param syncEvery how long recorded bytes wait for their sync, which all recordings share. Where the syncs take more than half
 *     of that, they wait longer: see {@link RecordingStore#syncInterval}.
 * @param longestPause how long an append waits for room on a full disk before the recording fails
 * @param retryEvery how often it looks whether there is room
 */
public record Limits(
        long partBytes,
        Duration partAge,
        long chainBytes,
        Duration checkEvery,
        long keyFrameBytes,
        Duration keyFrameAge,
        Duration syncEvery,
        Duration longestPause,
        Duration retryEvery) {

    /** What everybody has. */
    public static final Limits USUAL = new Limits(
            64L << 20,
            Duration.ofHours(24),
            256L << 10,
            Duration.ofSeconds(60),
            256L << 10,
            Duration.ofSeconds(10),
            Duration.ofMillis(250),
            Duration.ofSeconds(60),
            Duration.ofMillis(500));

    /** The same with parts of another size. */
    public Limits withParts(long bytes, Duration age) {
        return new Limits(
                bytes, age, chainBytes, checkEvery, keyFrameBytes, keyFrameAge, syncEvery, longestPause, retryEvery);
    }

    /** The same with another patience for a full disk. */
    public Limits withPause(Duration longest, Duration retry) {
        return new Limits(
                partBytes, partAge, chainBytes, checkEvery, keyFrameBytes, keyFrameAge, syncEvery, longest, retry);
    }
}
