package sallyport.bastion.console;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jline.utils.Levenshtein;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import sallyport.admin.Quoted;
import sallyport.policy.Command;

/** All commands: finds the one that a line means, runs it, or says what is wrong with the line. */
final class Commands {

    private static final int HELP_COLUMNS = 80;

    private final SequencedMap<String, Verb> verbs;

    Commands(List<Verb> verbs) {
        Verb help = Verb.named("help", "what can be said here", this::help)
                .withRest("COMMAND", "a noun, or a noun and a verb")
                .withFlag("--json", "every command with its arguments, for completion scripts");
        this.verbs = Stream.concat(verbs.stream(), Stream.of(help))
                .collect(Collectors.toMap(Verb::words, v -> v, (a, _) -> a, LinkedHashMap::new));
    }

    Exit run(Call call, Command line) throws IOException {
        String text = line.text();
        if (text.length() > Words.LONGEST_LINE) {
            return call.fail(
                    Exit.USAGE,
                    "the command line has " + text.length() + " characters, " + Words.LONGEST_LINE
                            + " at most are allowed");
        }
        Optional<Verb> verb = find(Words.of(text));
        Words.Parts parts = verb.filter(Verb::takesCommand)
                .map(_ -> Words.atDashes(line))
                .orElseGet(() -> new Words.Parts(text, Optional.empty()));
        List<Words.Word> words = Words.of(parts.words());
        if (words.isEmpty()) {
            return overview(call);
        }
        List<Words.Word> rest =
                words.subList(verb.map(v -> v.words().split(" ").length).orElse(0), words.size());
        if (asksForHelp(rest)) {
            return explain(
                    call,
                    verb.map(Verb::words)
                            .orElseGet(() -> words.getFirst().isOption()
                                    ? ""
                                    : words.getFirst().text()));
        }
        if (verb.isEmpty()) {
            return unknown(call, words);
        }
        Given given;
        try {
            given = verb.get().parse(rest, parts.command());
        } catch (ParameterException wrong) {
            call.output().say(wrong(verb.get(), wrong, rest));
            return call.fail(Exit.USAGE, "usage: " + verb.get().usage());
        }
        if (parts.command().filter(c -> c.text().isBlank()).isPresent()) {
            call.output().say("COMMAND is missing behind --.");
            return call.fail(Exit.USAGE, "usage: " + verb.get().usage());
        }
        return verb.get().action().run(call, given);
    }

    private Optional<Verb> find(List<Words.Word> words) {
        if (words.isEmpty()) {
            return Optional.empty();
        }
        String first = words.getFirst().text();
        Optional<Verb> alone = Optional.ofNullable(verbs.get(first));
        return words.size() > 1
                ? Optional.ofNullable(verbs.get(first + " " + words.get(1).text()))
                        .or(() -> alone)
                : alone;
    }

    private static boolean asksForHelp(List<Words.Word> rest) {
        return rest.stream().anyMatch(w -> !w.opensQuoted() && w.text().equals("--help"))
                || (!rest.isEmpty() && rest.getLast().text().equals("-h"));
    }

    private Exit unknown(Call call, List<Words.Word> words) throws IOException {
        String noun = words.getFirst().text();
        List<Verb> ofNoun = ofNoun(noun);
        if (ofNoun.isEmpty()) {
            String typed = words.stream().limit(2).map(Words.Word::text).collect(Collectors.joining(" "));
            Optional<String> meant = nearest(typed, verbs.keySet()).or(() -> nearest(noun, nouns()));
            return call.fail(
                    Exit.USAGE, "no command " + quoted(noun) + didYouMean(meant) + "  All of them: ssh bastion help");
        }
        if (words.size() > 1) {
            String typed = noun + " " + words.get(1).text();
            call.output()
                    .say("no command " + quoted(typed)
                            + didYouMean(nearest(
                                    typed, ofNoun.stream().map(Verb::words).toList())));
        }
        for (Verb verb : ofNoun) {
            call.output().say("usage: " + verb.usage());
        }
        return Exit.USAGE;
    }

    private static String wrong(Verb verb, ParameterException wrong, List<Words.Word> rest) {
        return switch (wrong) {
            case UnmatchedArgumentException unmatched -> {
                String word = unmatched.getUnmatched().getFirst();
                yield word.startsWith("-")
                        ? verb.words() + " has no option " + quoted(word) + didYouMean(nearest(word, verb.options()))
                                + (takesText(verb, rest)
                                        ? "  If it belongs to the text, put the text in quotes twice."
                                        : "")
                        : quoted(word) + " is one word too many for " + verb.words() + ".";
            }
            case MissingParameterException missing -> missing(verb, missing, rest);
            case OverwrittenOptionException twice ->
                ((OptionSpec) twice.getOverwritten()).longestName() + " is given twice.";
            default -> String.valueOf(wrong.getMessage()) + ".";
        };
    }

    private static String missing(Verb verb, MissingParameterException missing, List<Words.Word> rest) {
        boolean positional = missing.getMissing().stream().anyMatch(PositionalParamSpec.class::isInstance);
        String what = missing.getMissing().stream()
                .sorted(Comparator.comparing(OptionSpec.class::isInstance))
                .map(a -> a instanceof OptionSpec option
                        ? (option.longestName() + " " + option.paramLabel()).strip()
                        : a.paramLabel())
                .collect(Collectors.joining(" and "));
        return what
                + (missing.getMissing().size() > 1 ? " are missing." : " is missing.")
                + (positional && takesText(verb, rest)
                        ? "  It must stand before the text, which goes on to the next option."
                        : "");
    }

    private static boolean takesText(Verb verb, List<Words.Word> rest) {
        return verb.takes().stream()
                .filter(a -> a.kind() == Verb.Kind.TEXT)
                .anyMatch(a -> rest.stream().anyMatch(w -> w.text().startsWith(a.name())));
    }

    private Exit help(Call call, Given given) throws IOException {
        if (given.has("--json")) {
            call.output()
                    .data(JsonText.items(
                            verbs.values().stream().map(Commands::data).toList(), Optional.empty()));
            return Exit.OK;
        }
        return explain(call, String.join(" ", given.rest()));
    }

    private Exit explain(Call call, String words) throws IOException {
        if (words.isEmpty()) {
            return overview(call);
        }
        int columns = call.output().columns().orElse(HELP_COLUMNS);
        if (words.equals(ShellHelp.TOPIC)) {
            call.output().data(ShellHelp.LINES);
            return Exit.OK;
        }
        Verb verb = verbs.get(words);
        if (verb != null) {
            call.output().data(verb.help(columns).stripTrailing().lines().toList());
            return Exit.OK;
        }
        List<Verb> ofNoun = ofNoun(words);
        if (ofNoun.isEmpty()) {
            return call.fail(
                    Exit.USAGE,
                    "no command " + quoted(words)
                            + didYouMean(nearest(
                                    words,
                                    Stream.concat(nouns().stream(), verbs.keySet().stream())
                                            .toList()))
                            + "  All of them: ssh bastion help");
        }
        List<String> lines = new ArrayList<>();
        for (Verb one : ofNoun) {
            lines.add(one.usage());
            lines.add("    " + one.summary());
        }
        call.output().data(lines);
        return Exit.OK;
    }

    private Exit overview(Call call) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "ssh LOGIN+TARGET@bastion        a shell there, or back into the one you left",
                "ssh LOGIN+TARGET+t=WHY@bastion  the same with a reason; production needs one",
                "ssh bastion                     a menu of your targets and sessions",
                "ssh bastion COMMAND             one of these:",
                ""));
        int width = verbs.keySet().stream().mapToInt(String::length).max().orElse(0);
        verbs.values().forEach(v -> lines.add("  " + Printable.pad(v.words(), width) + "  " + v.summary()));
        lines.add("");
        lines.add("ssh bastion help COMMAND says more; help shell, how shells mark commands.");
        Optional<Integer> columns = call.output().columns();
        call.output()
                .data(lines.stream()
                        .map(l -> columns.map(c -> Printable.cut(l, c)).orElse(l))
                        .toList());
        return Exit.OK;
    }

    private List<Verb> ofNoun(String noun) {
        return verbs.values().stream().filter(v -> v.noun().equals(noun)).toList();
    }

    private List<String> nouns() {
        return verbs.values().stream().map(Verb::noun).distinct().toList();
    }

    private static Map<String, Object> data(Verb verb) {
        SequencedMap<String, Object> data = new LinkedHashMap<>();
        data.put("command", verb.words());
        data.put("summary", verb.summary());
        data.put("usage", verb.usage());
        data.put("arguments", verb.takes().stream().map(Commands::data).toList());
        return data;
    }

    private static Map<String, Object> data(Verb.Argument argument) {
        SequencedMap<String, Object> data = new LinkedHashMap<>();
        data.put("name", argument.name());
        data.put("kind", argument.kind().name().toLowerCase(Locale.ROOT));
        data.put("value", argument.label().isEmpty() ? Optional.empty() : argument.label());
        data.put("required", argument.required());
        data.put("summary", argument.summary());
        return data;
    }

    /** The known word that is at most a third of its letters away, at least one and two for short words. */
    private static Optional<String> nearest(String typed, Collection<String> known) {
        int furthest = Math.max(2, typed.length() / 3);
        return typed.length() > 40
                ? Optional.empty()
                : known.stream()
                        .filter(k -> Math.abs(k.length() - typed.length()) <= furthest)
                        .min(Comparator.comparingInt(k -> Levenshtein.distance(typed, k)))
                        .filter(k -> Levenshtein.distance(typed, k) <= furthest);
    }

    private static String didYouMean(Optional<String> word) {
        return word.map(w -> "; did you mean \"" + w + "\"?").orElse(".");
    }

    private static String quoted(String word) {
        return Quoted.of(word);
    }
}
