package sallyport.admin.yaml;

import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import sallyport.admin.Quoted;

/** YAML text as a tree of nodes that know their line; no object is ever built from a tag. */
public final class YamlTree {

    /** Most aliases ({@code *name}) in a file; a list of logins may be shared, a bomb needs hundreds (T40). */
    public static final int MOST_ALIASES = 50;

    /** Deepest nesting; the format needs four levels. The parser below keeps its own stack, the composer recurses. */
    public static final int DEEPEST = 20;

    /** Largest text, in code points. */
    public static final int LARGEST = 4 << 20;

    private YamlTree() {}

    /** What is wrong with the text as YAML. */
    public static final class Unreadable extends Exception {
        private final Problem problem;

        Unreadable(Problem problem) {
            super(problem.toString());
            this.problem = problem;
        }

        /** What and where. */
        public Problem problem() {
            return problem;
        }
    }

    /** The root; empty if the text holds nothing. */
    public static Optional<Node> compose(String text) throws Unreadable {
        LoadSettings settings = LoadSettings.builder()
                .setUseMarks(true)
                .setCodePointLimit(LARGEST)
                .build();
        try {
            bound(text, settings);
            return new Compose(settings).composeString(text);
        } catch (MarkedYamlEngineException wrong) {
            throw new Unreadable(new Problem(line(wrong.getProblemMark()), "not YAML: " + plain(wrong.getProblem())));
        } catch (YamlEngineException wrong) {
            throw new Unreadable(new Problem(0, "not YAML: " + plain(String.valueOf(wrong.getMessage()))));
        }
    }

    /** Line of a node, counted from 1. */
    public static int line(Node node) {
        return line(node.getStartMark());
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(m -> m.getLine() + 1).orElse(0);
    }

    private static void bound(String text, LoadSettings settings) throws Unreadable {
        int aliases = 0;
        int depth = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            switch (event) {
                case AliasEvent _ -> aliases++;
                case CollectionStartEvent _ -> depth++;
                case CollectionEndEvent _ -> depth--;
                default -> {}
            }
            if (aliases > MOST_ALIASES) {
                throw new Unreadable(new Problem(
                        line(event.getStartMark()), "more than " + MOST_ALIASES + " aliases; write the values out"));
            }
            if (depth > DEEPEST) {
                throw new Unreadable(
                        new Problem(line(event.getStartMark()), "nested more than " + DEEPEST + " levels deep"));
            }
        }
    }

    /** The library's words on one line, without the quotes that {@link Quoted} adds. */
    private static String plain(String problem) {
        String quoted = Quoted.of(problem.replace('"', '\''));
        return quoted.substring(1, quoted.length() - 1);
    }
}
