package sallyport.bastion.console;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import sallyport.policy.Command;

/** What was given to a command. */
final class Given {

    private final ParseResult parsed;
    private final Optional<Command> command;

    Given(ParseResult parsed, Optional<Command> command) {
        this.parsed = parsed;
        this.command = command;
    }

    /** The first positional argument, of a command that requires one. */
    String positional() {
        return positional(0);
    }

    /** The positional argument at this place, counted from 0, of a command that requires it. */
    String positional(int place) {
        return parsed.matchedPositional(place).<String>getValue();
    }

    /** The first positional argument, of a command that does not require it. */
    Optional<String> optional() {
        return parsed.hasMatchedPositional(0) ? Optional.of(positional()) : Optional.empty();
    }

    /** What stands behind the bare {@code --}, byte for byte. */
    Optional<Command> command() {
        return command;
    }

    /** The positional arguments, of a command that takes any number. */
    List<String> rest() {
        return parsed.hasMatchedPositional(0)
                ? List.copyOf(parsed.matchedPositional(0).<List<String>>getValue())
                : List.of();
    }

    /** Whether this flag was given. */
    boolean has(String flag) {
        return parsed.hasMatchedOption(flag);
    }

    /** The word or text after this option, if it was given. */
    Optional<String> option(String name) {
        // Not from the matched options: one whose text a consumer took is not among them.
        return Optional.ofNullable(parsed.commandSpec().findOption(name)).map(OptionSpec::<String>getValue);
    }
}
