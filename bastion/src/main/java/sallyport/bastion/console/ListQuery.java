package sallyport.bastion.console;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import sallyport.admin.Quoted;
import sallyport.admin.SessionView;
import sallyport.db.HistoryFilter;
import sallyport.policy.Environment;
import sallyport.policy.TargetName;
import sallyport.policy.WorkspaceName;
import sallyport.policy.session.SessionId;

/** Which page of which sessions a list command asks for. */
record ListQuery(HistoryFilter filter, Optional<SessionId> after, int limit) {

    /** The arguments that every such command has. */
    static Verb arguments(Verb verb) {
        return verb.withFlag("--all", "everybody's, not only yours; needs a permission")
                .withWord("--limit", "N", "at most this many, up to 500; 50 if not said")
                .withWord("--after", "ID", "go on behind this one, from \"next\" of the page before");
    }

    /** @throws IllegalArgumentException in words */
    static ListQuery of(Given given, Whose whose, int usualLimit, Instant now) {
        TimeRange range = given.option("--since").map(t -> TimeRange.of(t, now)).orElse(TimeRange.ALWAYS);
        return new ListQuery(
                new HistoryFilter(
                        whose.person(),
                        given.option("--target").map(TargetName::new),
                        given.option("--env").map(ListQuery::environment),
                        given.option("--workspace").map(WorkspaceName::new),
                        given.option("--state"),
                        range.since(),
                        range.until()),
                given.option("--after").map(ListQuery::id),
                given.option("--limit").map(ListQuery::number).orElse(usualLimit));
    }

    /** Those of {@code live} that the filter lets through: what a page would hold of them. */
    List<SessionView> narrow(List<SessionView> live) {
        return live.stream()
                .filter(v -> filter.person().isEmpty()
                        || filter.person().get().equals(v.row().person()))
                .filter(v -> filter.target().isEmpty()
                        || filter.target().get().equals(v.row().target()))
                .filter(v -> filter.environment().isEmpty()
                        || filter.environment().get() == v.row().environment())
                .filter(v -> filter.workspace().isEmpty()
                        || filter.workspace().get().equals(v.row().workspace()))
                .filter(v -> filter.state().isEmpty() || filter.state().get().equals(v.state()))
                .filter(v -> filter.since().isEmpty()
                        || !v.row().startedAt().isBefore(filter.since().get()))
                .filter(v -> filter.until().isEmpty()
                        || v.row().startedAt().isBefore(filter.until().get()))
                .limit(limit)
                .toList();
    }

    /** @throws IllegalArgumentException in words */
    static Environment environment(String word) {
        return Stream.of(Environment.values())
                .filter(e -> e.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no environment is called " + Quoted.of(word)
                        + "; there are: development test staging production"));
    }

    private static SessionId id(String text) {
        try {
            return new SessionId(UUID.fromString(text));
        } catch (IllegalArgumentException notAnId) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " is not an id; take \"next\" of the page before", notAnId);
        }
    }

    /** @throws IllegalArgumentException in words */
    static int number(String text) {
        if (!text.matches("[0-9]{1,6}")) {
            throw new IllegalArgumentException(Quoted.of(text) + " is not a number");
        }
        return Integer.parseInt(text);
    }
}
