package sallyport.bastion.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import sallyport.admin.PublicAddress;
import sallyport.admin.Span;
import sallyport.admin.access.ByteCount;
import sallyport.admin.yaml.Nearest;
import sallyport.admin.yaml.Problem;
import sallyport.admin.yaml.YamlTree;
import sallyport.keys.SecretFile;
import sallyport.keys.SecretFileRefused;

/**
 * One mapping of the configuration file. Each question names a key that is thereby known; what is wrong is noted and
 * answered with a stand-in, so that all problems are found in one reading. YAML is taken as a tree of texts: no types are
 * guessed and nothing is instantiated.
 */
final class ConfigSection {

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
        try {
            top.fill(YamlTree.compose(text));
        } catch (YamlTree.Unreadable wrong) {
            problems.add(wrong.problem());
        }
        return top;
    }

    ConfigSection section(String key) {
        ConfigSection section = new ConfigSection(folder, prefix + key + ".", problems);
        known.put(key, Optional.of(section));
        Entry entry = entries.get(key);
        if (entry != null) {
            section.fill(Optional.of(entry.value));
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

    PublicAddress publicAddress(String key, String otherwise) {
        Optional<Given> given = given(key);
        try {
            return publicAddress(given.map(Given::text).orElse(otherwise));
        } catch (IllegalArgumentException wrong) {
            note(given.orElseThrow(), "cannot be used: " + wrong.getMessage());
            return publicAddress(otherwise);
        }
    }

    private static PublicAddress publicAddress(String text) {
        HostAndPort address = HostAndPort.parse(text);
        return new PublicAddress(address.host(), address.port());
    }

    Path path(String key, String otherwise) {
        return given(key).flatMap(this::toPath).orElse(Path.of(otherwise));
    }

    /** A length of time between {@code least} and {@code most}. */
    Duration span(String key, Duration otherwise, Duration least, Duration most) {
        Optional<Given> given = given(key);
        if (given.isEmpty()) {
            return otherwise;
        }
        try {
            Duration span = Span.parse(given.get().text);
            if (span.compareTo(least) >= 0 && span.compareTo(most) <= 0) {
                return span;
            }
            note(
                    given.get(),
                    "is " + given.get().text + "; from " + Span.format(least) + " to " + Span.format(most)
                            + " is possible");
        } catch (IllegalArgumentException wrong) {
            note(given.get(), "is wrong: " + wrong.getMessage());
        }
        return otherwise;
    }

    /** A number of bytes; empty if it is not given. */
    OptionalLong bytes(String key) {
        Optional<Given> given = given(key);
        try {
            return given.map(Given::text)
                    .map(ByteCount::parse)
                    .map(OptionalLong::of)
                    .orElse(OptionalLong.empty());
        } catch (IllegalArgumentException wrong) {
            note(given.orElseThrow(), "is wrong: " + wrong.getMessage());
            return OptionalLong.empty();
        }
    }

    /** A list of texts; none if it is not given. */
    List<String> texts(String key) {
        known.putIfAbsent(key, Optional.empty());
        Entry entry = entries.get(key);
        if (entry == null) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        if (entry.value instanceof SequenceNode list) {
            for (Node item : list.getValue()) {
                if (item instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
                    texts.add(scalar.getValue().strip());
                } else {
                    problems.add(new Problem(
                            YamlTree.line(item), "\"" + prefix + key + "\" has something in it that is no text"));
                }
            }
        } else {
            problems.add(new Problem(entry.line, "\"" + prefix + key + "\" is not a list; write [A, B]"));
        }
        return texts;
    }

    /** A list of paths; none if it is not given. */
    List<Path> paths(String key) {
        List<Path> paths = new ArrayList<>();
        for (String text : texts(key)) {
            toPath(new Given(line(key), key, text)).ifPresent(paths::add);
        }
        return paths;
    }

    /** Notes that what {@code key} says cannot be used; {@code words} go on where the key was named. */
    void refuse(String key, String words) {
        problems.add(new Problem(line(key), "\"" + prefix + key + "\" " + words));
    }

    private int line(String key) {
        Entry entry = entries.get(key);
        return entry == null ? 0 : entry.line;
    }

    /** A whole number from {@code least} to {@code most}. */
    int number(String key, int otherwise, int least, int most) {
        Optional<Given> given = given(key);
        if (given.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(given.get().text);
            if (number >= least && number <= most) {
                return number;
            }
            note(given.get(), "is " + number + "; " + least + " to " + most + " are possible");
        } catch (NumberFormatException wrong) {
            note(given.get(), "is not a whole number: \"" + given.get().text + "\"");
        }
        return otherwise;
    }

    /** One of the words in {@code meanings}. */
    <T> T oneOf(String key, T otherwise, Map<String, T> meanings) {
        Optional<Given> given = given(key);
        given.filter(word -> !meanings.containsKey(word.text))
                .ifPresent(word -> note(
                        word,
                        "is \"" + word.text + "\"; possible: " + String.join(", ", new TreeSet<>(meanings.keySet()))));
        return given.map(word -> meanings.get(word.text)).orElse(otherwise);
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
                        "unknown key \"%s%s\"%s".formatted(prefix, key, Nearest.hint(key, known.keySet()))));
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

    private void fill(Optional<Node> given) {
        switch (given.orElse(null)) {
            case null -> {}
            case MappingNode mapping -> mapping.getValue().forEach(this::add);
            case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) -> {}
            case Node node ->
                problems.add(new Problem(
                        YamlTree.line(node),
                        prefix.isEmpty()
                                ? "the file is not a list of \"key: value\""
                                : "\"" + prefix.substring(0, prefix.length() - 1) + "\" needs keys below it"));
        }
    }

    private void add(NodeTuple tuple) {
        int line = YamlTree.line(tuple.getKeyNode());
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            throw new IllegalStateException("the reader refuses keys that are no words");
        } else if (entries.putIfAbsent(key.getValue(), new Entry(line, tuple.getValueNode())) != null) {
            problems.add(new Problem(line, "\"" + prefix + key.getValue() + "\" is there twice"));
        }
    }
}
