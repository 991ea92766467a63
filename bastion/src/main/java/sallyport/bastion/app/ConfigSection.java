package sallyport.bastion.app;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;
import sallyport.keys.SecretFile;
import sallyport.keys.SecretFileRefused;

/**
 * One mapping of the configuration file. Each question names a key that is thereby known; what is wrong is noted and
 * answered with a stand-in, so that all problems are found in one reading. YAML is taken as a tree of texts: no types are
 * guessed and nothing is instantiated.
 */
final class ConfigSection {

    /**
     * What is wrong, and where.
     *
     * @param line counted from 1; 0 if the problem has no place, as of a key that is missing
     */
    record Problem(int line, String words) {

        static String inOneMessage(Path file, List<Problem> problems) {
            return problems.stream()
                    .sorted(Comparator.comparingInt(Problem::line))
                    .map(problem -> problem.line == 0 ? problem.words : "line " + problem.line + ": " + problem.words)
                    .collect(Collectors.joining(
                            "\n  ",
                            "configuration file " + file + " has "
                                    + (problems.size() == 1 ? "a problem" : problems.size() + " problems") + ":\n  ",
                            ""));
        }
    }

    private record Entry(int line, Node value) {}

    private final Path folder;
    private final String prefix;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, Optional<ConfigSection>> known = new LinkedHashMap<>();
    private final List<Problem> problems;

    private ConfigSection(Path folder, String prefix, List<Problem> problems) {
        this.folder = folder;
        this.prefix = prefix;
        this.problems = problems;
    }

    /**
     * Reads the whole file's text.
     *
     * @param folder where relative paths start
     * @param problems takes what is wrong
     */
    static ConfigSection parse(Path folder, String text, List<Problem> problems) {
        ConfigSection top = new ConfigSection(folder, "", problems);
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(0);
        options.setNestingDepthLimit(8);
        try {
            top.fill(new Yaml(options).compose(new StringReader(text)));
        } catch (MarkedYAMLException wrong) {
            int line =
                    wrong.getProblemMark() == null ? 0 : wrong.getProblemMark().getLine() + 1;
            problems.add(new Problem(line, "this is not YAML: " + wrong.getProblem()));
        } catch (YAMLException wrong) {
            problems.add(new Problem(0, "this is not YAML: " + wrong.getMessage()));
        }
        return top;
    }

    ConfigSection section(String key) {
        ConfigSection section = new ConfigSection(folder, prefix + key + ".", problems);
        known.put(key, Optional.of(section));
        Entry entry = entries.get(key);
        if (entry != null) {
            section.fill(entry.value);
        }
        return section;
    }

    String text(String key, String otherwise) {
        return given(key).map(Given::text).orElse(otherwise);
    }

    HostAndPort address(String key, String otherwise) {
        Optional<Given> given = given(key);
        try {
            return HostAndPort.parse(given.map(Given::text).orElse(otherwise));
        } catch (IllegalArgumentException wrong) {
            note(given.orElseThrow(), String.valueOf(wrong.getMessage()));
            return HostAndPort.parse(otherwise);
        }
    }

    Path path(String key, String otherwise) {
        return given(key).flatMap(this::toPath).orElse(Path.of(otherwise));
    }

    String jdbcUrl(String key) {
        return required(key)
                .map(given -> {
                    if (!given.text.startsWith("jdbc:postgresql://")) {
                        note(given, "does not start with jdbc:postgresql://");
                    } else if (given.text.contains("password=") || given.text.contains("user=")) {
                        note(given, "holds a user or a password; give them by user and password-file");
                    }
                    return given.text;
                })
                .orElse("");
    }

    /** Returns the first line of the file that {@code key} names, which must be closed to others. */
    String secret(String key) {
        Optional<Given> given = required(key);
        Optional<Path> file = given.flatMap(this::toPath);
        if (file.isEmpty()) {
            return "";
        }
        try {
            String text = new String(SecretFile.read(file.get(), "password file"), StandardCharsets.UTF_8);
            String line = text.lines().findFirst().orElse("");
            if (line.isEmpty()) {
                note(given.orElseThrow(), "names an empty file");
            }
            return line;
        } catch (SecretFileRefused refused) {
            note(given.orElseThrow(), "cannot be used: " + refused.getMessage());
        } catch (IOException unreadable) {
            note(given.orElseThrow(), "cannot be read: " + unreadable.getMessage());
        }
        return "";
    }

    /** To be called when all questions have been asked: notes every key, here and below, that none of them named. */
    void refuseUnknownKeys() {
        entries.forEach((key, entry) -> {
            if (!known.containsKey(key)) {
                problems.add(new Problem(
                        entry.line,
                        "unknown key \"%s%s\"%s"
                                .formatted(prefix, key, NearestWord.suggestion(key, known.keySet(), prefix))));
            }
        });
        known.values().forEach(section -> section.ifPresent(ConfigSection::refuseUnknownKeys));
    }

    private record Given(int line, String key, String text) {}

    private Optional<Given> given(String key) {
        known.putIfAbsent(key, Optional.empty());
        Entry entry = entries.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        if (entry.value instanceof ScalarNode scalar
                && !scalar.getTag().equals(Tag.NULL)
                && !scalar.getValue().isBlank()) {
            return Optional.of(new Given(entry.line, key, scalar.getValue().strip()));
        }
        problems.add(new Problem(entry.line, "\"" + prefix + key + "\" needs a value"));
        return Optional.empty();
    }

    private Optional<Given> required(String key) {
        if (!entries.containsKey(key)) {
            known.putIfAbsent(key, Optional.empty());
            problems.add(new Problem(0, "\"" + prefix + key + "\" is missing"));
            return Optional.empty();
        }
        return given(key);
    }

    private Optional<Path> toPath(Given given) {
        try {
            return Optional.of(folder.resolve(given.text).normalize());
        } catch (InvalidPathException wrong) {
            note(given, "is not a path: " + wrong.getReason());
            return Optional.empty();
        }
    }

    private void note(Given given, String words) {
        problems.add(new Problem(given.line, "\"" + prefix + given.key + "\" " + words));
    }

    private void fill(Node node) {
        switch (node) {
            case null -> {}
            case MappingNode mapping -> mapping.getValue().forEach(this::add);
            case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) -> {}
            default ->
                problems.add(new Problem(
                        node.getStartMark().getLine() + 1,
                        prefix.isEmpty()
                                ? "the file is not a list of \"key: value\""
                                : "\"" + prefix.substring(0, prefix.length() - 1) + "\" needs keys below it"));
        }
    }

    private void add(NodeTuple tuple) {
        int line = tuple.getKeyNode().getStartMark().getLine() + 1;
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            problems.add(new Problem(line, "a key must be a word"));
        } else if (entries.putIfAbsent(key.getValue(), new Entry(line, tuple.getValueNode())) != null) {
            problems.add(new Problem(line, "\"" + prefix + key.getValue() + "\" is there twice"));
        }
    }

    /** The word that somebody who mistyped may have meant. */
    private static final class NearestWord {

        private NearestWord() {}

        static String suggestion(String typed, Iterable<String> words, String prefix) {
            TreeSet<String> sorted = new TreeSet<>(Comparator.<String>comparingInt(word -> distance(typed, word))
                    .thenComparing(Comparator.naturalOrder()));
            words.forEach(sorted::add);
            if (sorted.isEmpty()) {
                return "";
            }
            String nearest = sorted.getFirst();
            return distance(typed, nearest) <= Math.max(2, nearest.length() / 3)
                    ? "; did you mean \"" + prefix + nearest + "\"?"
                    : "; known are " + String.join(", ", new TreeSet<>(sorted));
        }

        /** Edit distance (Levenshtein). */
        private static int distance(String a, String b) {
            int[] row = new int[b.length() + 1];
            for (int j = 0; j <= b.length(); j++) {
                row[j] = j;
            }
            for (int i = 1; i <= a.length(); i++) {
                int diagonal = row[0];
                row[0] = i;
                for (int j = 1; j <= b.length(); j++) {
                    int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                    diagonal = row[j];
                    row[j] = Math.min(replace, Math.min(row[j], row[j - 1]) + 1);
                }
            }
            return row[b.length()];
        }
    }
}
