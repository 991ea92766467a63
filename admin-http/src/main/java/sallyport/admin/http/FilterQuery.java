package sallyport.admin.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import sallyport.admin.Quoted;
import sallyport.admin.Span;
import sallyport.admin.TextQuery;
import sallyport.db.HistoryFilter;
import sallyport.policy.Environment;
import sallyport.policy.PersonName;
import sallyport.policy.TargetName;
import sallyport.policy.WorkspaceName;
import sallyport.policy.session.SessionId;

/** The query part of a URL, read strictly: unknown and repeated parameters are refused. */
final class FilterQuery {

    /** Parameters that narrow. */
    static final Set<String> FILTERS = Set.of("target", "environment", "workspace", "state", "since", "until");

    /** Sessions in one page when nothing was said. */
    static final int DEFAULT_LIMIT = 100;

    private final Map<String, List<String>> parameters;
    private final Instant now;

    /**
     * @param known all parameters that the route has
     * @throws Refusal 400 in words
     */
    FilterQuery(Map<String, List<String>> parameters, Set<String> known, Instant now) {
        this.parameters = parameters;
        this.now = now;
        parameters.forEach((name, values) -> {
            if (!known.contains(name)) {
                throw refused("there is no parameter " + Quoted.of(name) + "; there are: "
                        + String.join(", ", known.stream().sorted().toList()));
            }
            if (values.size() != 1) {
                throw refused("the parameter " + name + " is there " + values.size() + " times; once is possible");
            }
        });
    }

    /** The filter; nobody's person is in it. */
    HistoryFilter filter() {
        return new HistoryFilter(
                Optional.empty(),
                read("target", TargetName::new),
                read("environment", FilterQuery::environment),
                read("workspace", WorkspaceName::new),
                read("state", Function.identity()),
                read("since", this::time),
                read("until", this::time));
    }

    /** A parameter that is free text. */
    Optional<String> words(String name) {
        return read(name, Function.identity());
    }

    /** Whose sessions are asked for. */
    Optional<PersonName> person() {
        return read("person", PersonName::new);
    }

    /** Whether also cleared sessions are asked for. */
    boolean cleared() {
        return read("cleared", FilterQuery::truth).orElse(false);
    }

    /** What a session shall show: the screen, the last lines, or the screen at some time. */
    TextQuery text() {
        boolean colours = read("colours", FilterQuery::truth).orElse(false);
        Optional<Integer> tail = read("tail", FilterQuery::number);
        Optional<Instant> at = read("at", this::time);
        if (tail.isPresent() && at.isPresent()) {
            throw refused("either tail or at is possible, not both");
        }
        return tail.<TextQuery>map(lines -> new TextQuery.Tail(lines, colours))
                .or(() -> at.map(time -> new TextQuery.At(time, colours)))
                .orElseGet(() -> new TextQuery.Screen(colours));
    }

    /** Whether everybody's sessions are asked for. */
    boolean all() {
        return read("all", FilterQuery::truth).orElse(false);
    }

    /** The session that the page follows. */
    Optional<SessionId> after() {
        return read("after", FilterQuery::session);
    }

    /** How many sessions the page shall have. */
    int limit() {
        return read("limit", FilterQuery::number).orElse(DEFAULT_LIMIT);
    }

    private <T> Optional<T> read(String name, Function<String, T> read) {
        List<String> values = parameters.get(name);
        if (values == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(read.apply(values.getFirst()));
        } catch (IllegalArgumentException refused) {
            throw refused("the parameter " + name + " cannot be used: " + refused.getMessage());
        }
    }

    /** A time, or how long ago. */
    private Instant time(String text) {
        if (!text.contains("T")) {
            return now.minus(Span.parse(text));
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException notATime) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " is neither a time as 2026-11-21T14:05:00Z nor a span as 1d", notATime);
        }
    }

    private static Environment environment(String word) {
        return Stream.of(Environment.values())
                .filter(e -> e.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        Quoted.of(word) + " is not an environment; there are: development, test, staging, production"));
    }

    private static boolean truth(String word) {
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(Quoted.of(word) + " is neither true nor false");
        };
    }

    private static SessionId session(String text) {
        try {
            return new SessionId(UUID.fromString(text));
        } catch (IllegalArgumentException notAnId) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " is not an id; take it from \"next\" of the page before", notAnId);
        }
    }

    private static int number(String text) {
        if (!text.matches("[0-9]{1,6}")) {
            throw new IllegalArgumentException(Quoted.of(text) + " is not a number");
        }
        return Integer.parseInt(text);
    }

    private static Refusal refused(String words) {
        return new Refusal(400, "invalid", words);
    }
}
