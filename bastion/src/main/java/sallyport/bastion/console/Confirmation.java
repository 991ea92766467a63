package sallyport.bastion.console;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The question before something that cannot be taken back: asked at a terminal; without one only {@code --yes} answers it. */
final class Confirmation {

    static final String YES = "--yes";

    private Confirmation() {}

    /**
     * Asks, unless {@code --yes} was given.
     *
     * @param consequences what would happen, a line each; not called with {@code --yes}
     * @param question as {@code "End it?"}
     * @return what to end with instead of doing it; empty if it may be done
     */
    static Optional<Exit> refusal(Call call, Given given, Supplier<List<String>> consequences, String question)
            throws IOException {
        if (given.has(YES)) {
            return Optional.empty();
        }
        for (String line : consequences.get()) {
            call.output().say(line);
        }
        if (!call.output().canAsk()) {
            return Optional.of(call.fail(Exit.USAGE, "nothing was done; repeat it with " + YES));
        }
        boolean agreed = Prompt.line(call.channel(), question + " [y/N] ")
                .map(String::strip)
                .filter(a -> a.equalsIgnoreCase("y") || a.equalsIgnoreCase("yes"))
                .isPresent();
        return agreed ? Optional.empty() : Optional.of(call.fail(Exit.FAILED, "nothing was done"));
    }
}
