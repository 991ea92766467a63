package sallyport.recorder.index;

import java.time.Duration;
import java.util.Optional;

/** Something that a recording can be searched for. Its text has no control characters but newlines, and a bound. */
public sealed interface Found {

    /** Since the start of the session. */
    Duration at();

    /** What people may look for. */
    String text();

    /**
     * A command.
     *
     * @param at when it was finished and given to the shell
     * @param text lines of one command are separated by a newline; {@link RecordingIndex#LONGEST_COMMAND} characters at most
     * @param status what it ended with, where that is known
     * @param directory where it was run, as the shell told the terminal (OSC 7); may be empty
     * @param source how it was found
     * @param confidence how much that says
     */
    record Command(
            Duration at, String text, Optional<Integer> status, String directory, Source source, Confidence confidence)
            implements Found {}

    /**
     * A line that was on the screen or scrolled away, once for all the times that it was seen close together.
     *
     * @param at when it was seen first: up to {@link RecordingIndex#LOOKED_EVERY} of activity after it was there
     * @param last when it was seen last
     * @param text one line, {@link RecordingIndex#LONGEST_LINE} characters at most
     */
    record Line(Duration at, Duration last, String text) implements Found {}

    /**
     * Something that was done with a file.
     *
     * @param at when it was written down: before it was done, or when it was finished
     * @param path which file; {@link RecordingIndex#LONGEST_PATH} characters at most
     * @param text the line that says what was done, {@link RecordingIndex#LONGEST_LINE} characters at most
     */
    record File(Duration at, String path, String text) implements Found {}

    /** How a command was found. */
    enum Source {
        /** It is what the client asked to run. */
        EXEC("exec"),
        /** The shell marked it (OSC 133). */
        MARKS("marks"),
        /** It stood behind a prompt. */
        SCREEN("screen");

        private final String word;

        Source(String word) {
            this.word = word;
        }

        /** The word in tables and data. */
        public String word() {
            return word;
        }
    }

    /** How sure it is that this text was run as a command. */
    enum Confidence {
        /** It was said as it is, not read. */
        EXACT("exact"),
        /** The shell, or its line editor, showed where it begins and that it was finished. */
        LIKELY("likely"),
        /** It stood behind something that looks like a prompt. */
        GUESS("guess");

        private final String word;

        Confidence(String word) {
            this.word = word;
        }

        /** The word in tables and data. */
        public String word() {
            return word;
        }
    }
}
