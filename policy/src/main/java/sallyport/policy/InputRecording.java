package sallyport.policy;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How much is recorded of what people type in a terminal. Each one records more than those before it. */
public enum InputRecording {
    /** Nothing: what a program shows of it is in the recording of its output. */
    OFF,
    /** What was also shown. That there was something else is recorded, and not what, nor how much. */
    MASKED,
    /** Everything, passwords too. */
    FULL;

    /** The word in files, rows and data. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one that is spelled so, if there is one. */
    public static Optional<InputRecording> of(String word) {
        return Stream.of(values()).filter(i -> i.word().equals(word)).findFirst();
    }

    /** The one of the two that records more. */
    InputRecording orMore(InputRecording other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
