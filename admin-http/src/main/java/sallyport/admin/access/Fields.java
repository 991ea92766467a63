package sallyport.admin.access;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import sallyport.admin.Quoted;
import sallyport.admin.yaml.Nearest;
import sallyport.admin.yaml.Problem;
import sallyport.admin.yaml.YamlTree;

/**
 * Takes YAML nodes apart and notes what is wrong. Every method returns something usable even then, so that reading goes on
 * and all problems are found in one go.
 */
final class Fields {

    private final List<Problem> problems;

    /** Notes into {@code problems}. */
    Fields(List<Problem> problems) {
        this.problems = problems;
    }

    /** A key of a mapping with what stands behind it. */
    record Field(String key, Node keyNode, Node value) {}

    /** Notes a problem on the line of {@code node}. */
    void wrong(Node node, String words) {
        problems.add(new Problem(YamlTree.line(node), words));
    }

    /** The fields of a mapping by key; keys that come again or are no plain words are noted and left out. */
    SequencedMap<String, Field> mapping(Node node, String what) {
        SequencedMap<String, Field> fields = new LinkedHashMap<>();
        if (!(node instanceof MappingNode mapping)) {
            if (!isNothing(node)) {
                wrong(node, what + " must be written as \"key: value\" lines");
            }
            return fields;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                wrong(tuple.getKeyNode(), what + " has a key that is not a plain word");
                continue;
            }
            Field first = fields.get(key.getValue());
            if (first != null) {
                wrong(
                        key,
                        "%s is here a second time (first on line %d)"
                                .formatted(named(what, key.getValue()), YamlTree.line(first.keyNode())));
                continue;
            }
            fields.put(key.getValue(), new Field(key.getValue(), key, tuple.getValueNode()));
        }
        return fields;
    }

    /** As {@link #mapping}, and keys outside {@code known} are noted. */
    SequencedMap<String, Field> mapping(Node node, String what, Collection<String> known) {
        SequencedMap<String, Field> fields = mapping(node, what);
        for (Field field : fields.values()) {
            if (!known.contains(field.key())) {
                wrong(
                        field.keyNode(),
                        "%s has an unknown key %s%s"
                                .formatted(what, Quoted.of(field.key()), Nearest.hint(field.key(), known)));
            }
        }
        return fields;
    }

    /** The items of a list. */
    List<Node> list(Node node, String what) {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        if (!isNothing(node)) {
            wrong(node, what + " must be a list, as [one, two]");
        }
        return List.of();
    }

    /** The items of a list, each read by {@code read}; what it refuses, and what comes twice, is noted and left out. */
    <T> List<T> values(Optional<Field> field, String what, Function<String, T> read) {
        List<T> values = new ArrayList<>();
        if (field.isEmpty()) {
            return values;
        }
        for (Node item : list(field.get().value(), what)) {
            Optional<T> value = value(item, what, read);
            if (value.isPresent() && values.contains(value.get())) {
                wrong(item, what + " has " + Quoted.of(String.valueOf(value.get())) + " twice");
            } else {
                value.ifPresent(values::add);
            }
        }
        return values;
    }

    /** One value, read by {@code read}, whose {@link IllegalArgumentException} words are noted behind {@code what}. */
    <T> Optional<T> value(Node node, String what, Function<String, T> read) {
        Optional<String> text = text(node, what);
        try {
            return text.map(read);
        } catch (IllegalArgumentException refused) {
            wrong(node, what + ": " + refused.getMessage());
            return Optional.empty();
        }
    }

    /** One value as it is written. */
    Optional<String> text(Node node, String what) {
        if (isNothing(node)) {
            wrong(node, what + " is empty");
            return Optional.empty();
        }
        if (node instanceof ScalarNode scalar) {
            return Optional.of(scalar.getValue());
        }
        wrong(node, what + " must be one value");
        return Optional.empty();
    }

    private static boolean isNothing(Node node) {
        return node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL);
    }

    private static String named(String what, String key) {
        return what.equals("the file") ? "the section " + Quoted.of(key) : what + ": " + Quoted.of(key);
    }
}
