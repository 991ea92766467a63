package sallyport.bastion.console;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import sallyport.policy.Command;

/**
 * One command: its words, what it takes, what it does. Immutable; each {@code with} method returns a new one.
 *
 * @param words as {@code session revoke}
 * @param summary one line for lists of commands, without a full stop
 * @param takes in the order of the usage line
 */
record Verb(String words, String summary, List<Argument> takes, Action action) {

    /** What a command does. */
    @FunctionalInterface
    interface Action {
        /**
         * Does it and prints the answer.
         *
         * @throws IOException if the client takes no more, or a recording cannot be read
         */
        Exit run(Call call, Given given) throws IOException;
    }

    /** How an argument is written. */
    enum Kind {
        /** By its place. */
        POSITIONAL,
        /** All that is left, by its place. */
        REST,
        /** A name alone. */
        FLAG,
        /** A name and a word. */
        WORD,
        /** A name and everything up to the next option. */
        TEXT,
        /** Everything behind a bare {@code --}, as it was typed. */
        COMMAND;

        boolean isOption() {
            return switch (this) {
                case FLAG, WORD, TEXT -> true;
                case POSITIONAL, REST, COMMAND -> false;
            };
        }
    }

    /**
     * @param name as {@code --reason}; of a positional one its label, as {@code ID}
     * @param label what stands for its value in usage lines; empty for a flag
     * @param summary without a full stop
     */
    record Argument(Kind kind, String name, String label, boolean required, String summary) {

        /** As in a usage line, in brackets if it may be left out. */
        String usage() {
            String written = !kind.isOption() || label.isEmpty() ? name : name + " " + label;
            return required ? written : "[" + written + "]";
        }
    }

    Verb {
        takes = List.copyOf(takes);
    }

    static Verb named(String words, String summary, Action action) {
        return new Verb(words, summary, List.of(), action);
    }

    Verb withPositional(String label, String what) {
        return with(new Argument(Kind.POSITIONAL, label, label, true, what));
    }

    /** May be left out; stands behind those that may not. */
    Verb withOptional(String label, String what) {
        return with(new Argument(Kind.POSITIONAL, label, label, false, what));
    }

    /** May be left out, and may be several words. */
    Verb withRest(String label, String what) {
        return with(new Argument(Kind.REST, label + "…", label, false, what));
    }

    /** What stands behind {@code --} is a command line of another machine: nobody here looks into it. */
    Verb withCommand(String what) {
        return with(new Argument(Kind.COMMAND, "-- COMMAND…", "COMMAND", false, what));
    }

    Verb withFlag(String name, String what) {
        return with(new Argument(Kind.FLAG, name, "", false, what));
    }

    Verb withWord(String name, String label, String what) {
        return with(new Argument(Kind.WORD, name, label, false, what));
    }

    Verb withRequiredWord(String name, String label, String what) {
        return with(new Argument(Kind.WORD, name, label, true, what));
    }

    Verb withText(String name, String label, String what) {
        return with(new Argument(Kind.TEXT, name, label, false, what));
    }

    Verb withRequiredText(String name, String label, String what) {
        return with(new Argument(Kind.TEXT, name, label, true, what));
    }

    private Verb with(Argument argument) {
        return new Verb(
                words,
                summary,
                Stream.concat(takes.stream(), Stream.of(argument)).toList(),
                action);
    }

    /** The noun, or the whole command if it has none. */
    String noun() {
        return words.split(" ", 2)[0];
    }

    /** The line to type. */
    String usage() {
        return takes.stream()
                .map(Argument::usage)
                .collect(Collectors.joining(" ", "ssh bastion " + words + " ", ""))
                .strip();
    }

    /** The names of its options. */
    List<String> options() {
        return takes.stream()
                .filter(a -> a.kind().isOption())
                .map(Argument::name)
                .toList();
    }

    /** Whether what stands behind a bare {@code --} is a command. */
    boolean takesCommand() {
        return takes.stream().anyMatch(a -> a.kind() == Kind.COMMAND);
    }

    /**
     * Reads what was given after the words of the command.
     *
     * @param command what stands behind a bare {@code --}, if the verb takes it
     * @throws CommandLine.ParameterException if it does not fit
     */
    Given parse(List<Words.Word> rest, Optional<Command> command) {
        CommandLine line = commandLine(rest);
        return new Given(line.parseArgs(rest.stream().map(Words.Word::text).toArray(String[]::new)), command);
    }

    /** Usage, arguments and what they mean, in lines of at most {@code columns} characters. */
    String help(int columns) {
        CommandLine line = commandLine(List.of());
        takes.stream()
                .filter(a -> a.kind() == Kind.COMMAND)
                .forEach(a -> line.getCommandSpec().addPositional(shown(a)));
        line.setUsageHelpWidth(Math.max(columns, 55));
        return line.getUsageMessage(CommandLine.Help.Ansi.OFF);
    }

    /**
     * The parser for one line. What picocli would do by itself with {@code @file} arguments and {@code ${...}} is turned off:
     * a client must not make the bastion read its own files, properties or environment (T29).
     */
    private CommandLine commandLine(List<Words.Word> rest) {
        CommandSpec spec = CommandSpec.create().name("ssh bastion " + words);
        spec.usageMessage().description(summary + ".").customSynopsis(usage()).sortOptions(false);
        for (Argument argument : takes) {
            switch (argument.kind()) {
                case POSITIONAL -> spec.addPositional(positional(argument));
                case REST -> spec.addPositional(rest(argument));
                case FLAG, WORD, TEXT -> spec.addOption(option(argument, rest));
                case COMMAND -> {}
            }
        }
        return new CommandLine(spec)
                .setExpandAtFiles(false)
                .setInterpolateVariables(false)
                .setTrimQuotes(false)
                .setAbbreviatedOptionsAllowed(false);
    }

    private static PositionalParamSpec positional(Argument argument) {
        return PositionalParamSpec.builder()
                .paramLabel(argument.label())
                .description(argument.summary())
                .type(String.class)
                .arity(argument.required() ? "1" : "0..1")
                .required(argument.required())
                .build();
    }

    private static PositionalParamSpec rest(Argument argument) {
        return PositionalParamSpec.builder()
                .paramLabel(argument.label())
                .description(argument.summary())
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("0..*")
                .build();
    }

    /** For the help only: a line is cut at the dashes before it is parsed. */
    private static PositionalParamSpec shown(Argument argument) {
        return PositionalParamSpec.builder()
                .paramLabel(argument.name())
                .description(argument.summary())
                .hideParamSyntax(true)
                .build();
    }

    private static OptionSpec option(Argument argument, List<Words.Word> rest) {
        OptionSpec.Builder builder = OptionSpec.builder(argument.name())
                .description(argument.summary())
                .required(argument.required());
        return switch (argument.kind()) {
            case FLAG -> builder.type(boolean.class).arity("0").build();
            case WORD ->
                builder.type(String.class)
                        .arity("1")
                        .paramLabel(argument.label())
                        .build();
            case TEXT ->
                builder.type(String.class)
                        .arity("1")
                        .paramLabel(argument.label())
                        .parameterConsumer(new FreeText(rest))
                        .build();
            case POSITIONAL, REST, COMMAND -> throw new IllegalStateException(argument.name() + " is no option");
        };
    }
}
