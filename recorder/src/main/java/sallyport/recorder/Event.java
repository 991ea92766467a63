package sallyport.recorder;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Something that a recording says, as {@link RecordingReader} gives it. */
public sealed interface Event {

    /** Since the start of the session, in whole milliseconds. */
    Duration at();

    /**
     * What a viewer is shown ({@code o}): whole characters. Bytes that are no UTF-8 show as U+FFFD, one for each longest bad
     * beginning of a character; {@link Bytes} behind it have what they were.
     *
     * @param stderr whether it came from stderr rather than from the terminal or stdout
     */
    record Output(Duration at, boolean stderr, String text) implements Event {}

    /**
     * The exact bytes of a stream ({@code #b64}): see the package.
     *
     * @param stderr which of the two streams
     * @param offset of the first of them in that stream
     * @param bytes read-only
     */
    record Bytes(Duration at, boolean stderr, long offset, ByteBuffer bytes) implements Event {}

    /**
     * What was typed ({@code i}), in a file of its own.
     *
     * @param typist who typed it ({@code #typist}); empty where the file does not say
     * @param hidden whether the text only stands for something that was typed and not shown ({@code #hidden})
     */
    record Input(Duration at, String typist, boolean hidden, String text) implements Event {

        /** The text of what was typed and not shown, however much that was. */
        public static final String HIDDEN = "[hidden]";
    }

    /** The terminal has a new size, in cells ({@code r}). */
    record Resize(Duration at, int columns, int rows) implements Event {}

    /** Something worth finding again ({@code m}). */
    record Marker(Duration at, String label) implements Event {}

    /**
     * The program ended ({@code x}).
     *
     * @param status 0 to 255; 128 and its number for a death by signal
     * @param signal its name without SIG, as {@code TERM}
     */
    record Exit(Duration at, int status, Optional<String> signal) implements Event {}

    /** What the wall clock said ({@code #clock}). */
    record Clock(Duration at, Instant time) implements Event {}
}
