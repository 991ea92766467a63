package sallyport.bastion.session;

import java.util.Optional;
import sallyport.policy.InputRecording;

/** How people are told what is recorded of them. */
public final class RecordedWords {

    private RecordedWords() {}

    /** One line for the start of a session, without a full stop; empty if nothing of what is typed is recorded. */
    public static Optional<String> atStart(InputRecording input) {
        return switch (input) {
            case OFF -> Optional.empty();
            case MASKED -> Optional.of("recorded here: what is shown, and what you type (hidden input is masked)");
            case FULL -> Optional.of("recorded here: what is shown, and all that you type, passwords too");
        };
    }

    /** One line for a command whose bytes are no transfer any more; empty if nothing of what is sent is recorded. */
    static Optional<String> onBreaking(InputRecording input) {
        return input == InputRecording.FULL
                ? Optional.of("this is no transfer any more: what you send is recorded from here on, passwords too")
                : Optional.empty();
    }

    /** What stands before the words to somebody who comes into a session that runs; empty if there is nothing to say. */
    static String onComing(InputRecording input) {
        return switch (input) {
            case OFF -> "";
            case MASKED -> "What you type is recorded (hidden input is masked). ";
            case FULL -> "What you type is recorded, passwords too. ";
        };
    }
}
