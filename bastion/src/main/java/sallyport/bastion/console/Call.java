package sallyport.bastion.console;

import java.io.IOException;
import java.time.Instant;
import sallyport.admin.Caller;
import sallyport.admin.Outcome;

/**
 * One run of a command.
 *
 * @param now when it began; what it says about time is relative to this
 * @param doors the way into sessions from here
 */
record Call(Caller caller, Instant now, Output output, ConsoleChannel channel, SessionDoors doors) {

    /** What is done with an answer. */
    @FunctionalInterface
    interface Shown<T> {
        Exit show(T value) throws IOException;
    }

    /** Shows {@code outcome}'s value with {@code shown}, or says in its own words why there is none. */
    <T> Exit answer(Outcome<T> outcome, Shown<T> shown) throws IOException {
        return switch (outcome) {
            case Outcome.Done<T>(T value) -> shown.show(value);
            case Outcome.NotFound<T>(String words) -> fail(Exit.NOT_FOUND, words);
            case Outcome.NotPermitted<T>(String words) -> fail(Exit.NOT_PERMITTED, words);
            case Outcome.Refused<T>(String words) -> fail(Exit.CONFLICT, words);
            case Outcome.Invalid<T>(String words) -> fail(Exit.USAGE, words);
            case Outcome.Ambiguous<T>(String words, var candidates) -> {
                output.say(words);
                for (String candidate : candidates) {
                    output.say("  " + candidate);
                }
                yield Exit.AMBIGUOUS;
            }
        };
    }

    /** Says {@code words} and ends with {@code exit}. */
    Exit fail(Exit exit, String words) throws IOException {
        output.say(words);
        return exit;
    }
}
