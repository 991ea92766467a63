package sallyport.bastion.console;

import java.util.List;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;

/**
 * Takes the free text of an option. ssh has dropped the quotes around it, so it goes on until the next word that looks like
 * an option; where quotes did arrive, the quoted word is the whole text.
 */
final class FreeText implements IParameterConsumer {

    private static final Words.Word NOTHING = new Words.Word("", false, false);

    private final List<Words.Word> words;

    /** @param words those that are being parsed, from the same list as the arguments */
    FreeText(List<Words.Word> words) {
        this.words = List.copyOf(words);
    }

    @Override
    public void consumeParameters(Stack<String> rest, ArgSpec argument, CommandSpec command) {
        OptionSpec option = (OptionSpec) argument;
        if (option.getValue() != null) {
            throw new OverwrittenOptionException(
                    command.commandLine(), option, option.longestName() + " is given twice");
        }
        // With --reason=INC-42 the parser has pushed what stands after the sign, so that the top is one word back.
        Words.Word first = rest.isEmpty() ? NOTHING : words.get(words.size() - rest.size());
        boolean attached = !rest.isEmpty() && !first.text().equals(rest.peek());
        if (!attached && (rest.isEmpty() || first.isOption())) {
            throw new ParameterException(
                    command.commandLine(), option.paramLabel() + " is missing after " + option.longestName());
        }
        boolean whole = attached ? first.quoted() : first.opensQuoted();
        StringBuilder text = new StringBuilder(rest.pop());
        while (!whole
                && !rest.isEmpty()
                && !words.get(words.size() - rest.size()).isOption()) {
            text.append(' ').append(rest.pop());
        }
        option.setValue(text.toString());
    }
}
