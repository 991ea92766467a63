package sallyport.bastion.console;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** What was given to a command. */
final class Given {

    private final ParseResult parsed;

    Given(ParseResult parsed) {
        this.parsed = parsed;
    }

    /** The positional argument, of a command that requires one. */
    String positional() {
        return parsed.matchedPositional(0).<String>getValue();
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
