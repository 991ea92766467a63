package sallyport.admin;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import sallyport.db.DatabaseAway;
import sallyport.db.SessionHistory;
import sallyport.policy.Crockford;
import sallyport.policy.Permission;
import sallyport.policy.Person;
import sallyport.policy.SessionName;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;

/**
 * Finds the session that somebody means. A word is the full id, the first four or more characters of a code, or a name; what
 * the caller may not see is filtered out before anything is counted, so that foreign and absent read the same (T20).
 */
final class Sessions {

    /** Shortest part of a code that is looked up. */
    static final int SHORTEST_CODE = 4;

    private static final int MOST_CANDIDATES = 10;
    private static final Pattern CODE =
            Pattern.compile("[0-9A-HJKMNP-TV-Z]{" + SHORTEST_CODE + "," + SessionId.CODE_LENGTH + "}");
    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Comparator<SessionView> NEWEST_FIRST = Comparator.comparing(
                    (SessionView v) -> v.row().startedAt())
            .thenComparing(v -> v.id().value())
            .reversed();

    private final SessionHistory history;
    private final LiveSessions live;
    private final PublicAddress door;
    private final InstantSource clock;

    Sessions(SessionHistory history, LiveSessions live, PublicAddress door, InstantSource clock) {
        this.history = history;
        this.live = live;
        this.door = door;
        this.clock = clock;
    }

    /** The row joined with what is known of it now; of a live one the registry knows name and link before the row does. */
    SessionView view(SessionRow row) {
        return live.find(row.id())
                .map(this::view)
                .orElseGet(() -> new SessionView(row, Optional.empty(), door, clock.instant()));
    }

    /** What is known of a live session. */
    SessionView view(LiveSessionView alive) {
        return new SessionView(alive.row(), Optional.of(alive), door, clock.instant());
    }

    /** All live sessions that {@code visible} lets through, newest first. */
    List<SessionView> live(Predicate<SessionRow> visible) {
        return live.list().stream()
                .filter(l -> visible.test(l.row()))
                .map(this::view)
                .sorted(NEWEST_FIRST)
                .toList();
    }

    /** The caller's own. */
    static Predicate<SessionRow> own(Caller caller) {
        return row -> row.person().equals(caller.person().id());
    }

    /**
     * The one session that {@code word} means, if the caller may do with it what {@code doing} says: one's own always, those
     * of others with {@code needed}. Whoever may only see that it exists is told which permission is missing; to others it is
     * absent. Live sessions are found without the database.
     *
     * @param doing begins the words, as "ending other people's sessions"
     * @throws DatabaseAway if no live session is meant and the database does not answer
     */
    Outcome<SessionView> find(Caller caller, String word, Permission needed, String doing) {
        Predicate<SessionRow> own = own(caller);
        boolean may = caller.person().may(needed);
        Predicate<SessionRow> visible = own.or(_ -> may || caller.person().may(Permission.VIEW_HISTORY));
        return findLive(caller.person(), word, visible)
                .orElseGet(() -> find(caller.person(), word, visible))
                .then(view ->
                        may || own.test(view.row()) ? new Outcome.Done<>(view) : Permissions.lacking(doing, needed));
    }

    /** The words for something that only a live session can do. */
    static <T> Outcome<T> over(SessionRow row) {
        if (row.endedAt().isEmpty()) {
            return new Outcome.Refused<>("session " + row.id().code()
                    + " does not run on this bastion any more; its ending is being written");
        }
        return new Outcome.Refused<>("session " + row.id().code() + " is over since "
                + Times.utc(row.endedAt().get())
                + row.ending().map(e -> " (" + e.replace('_', ' ') + ")").orElse("")
                + "; nothing was changed");
    }

    /**
     * The one live session that {@code word} means, without asking the database: revocation must not wait for it.
     *
     * @return empty if no live session is meant
     */
    Optional<Outcome<SessionView>> findLive(Person person, String word, Predicate<SessionRow> visible) {
        List<SessionView> meant = meant(person, word, live(visible));
        return meant.isEmpty() ? Optional.empty() : Optional.of(one(word, meant));
    }

    /**
     * The one session that {@code word} means, live or over. While the database is away, live ones are still found.
     *
     * @throws DatabaseAway if the database does not answer and no live session is meant
     */
    Outcome<SessionView> find(Person person, String word, Predicate<SessionRow> visible) {
        List<SessionView> meant = meant(person, word, live(visible));
        try {
            return one(word, meant(person, word, join(meant, past(person, word).filter(visible))));
        } catch (DatabaseAway away) {
            if (meant.isEmpty()) {
                throw away;
            }
            return one(word, meant);
        }
    }

    private List<SessionView> join(List<SessionView> meant, Stream<SessionRow> past) {
        Map<SessionId, SessionView> joined = new LinkedHashMap<>();
        meant.forEach(v -> joined.put(v.id(), v));
        past.forEach(row -> joined.computeIfAbsent(row.id(), _ -> view(row)));
        return joined.values().stream().sorted(NEWEST_FIRST).toList();
    }

    private Stream<SessionRow> past(Person person, String word) {
        Optional<SessionId> id = id(word);
        if (id.isPresent()) {
            return history.find(id.get()).stream();
        }
        List<SessionRow> past = new ArrayList<>();
        if (isCode(word)) {
            past.addAll(history.byCode(Crockford.normalise(word)));
        }
        name(word).ifPresent(name -> past.addAll(history.byName(person.id(), name)));
        return past.stream();
    }

    /** Which of {@code views} are meant; a name means one's own live session, else somebody's live one, else one's newest. */
    private static List<SessionView> meant(Person person, String word, List<SessionView> views) {
        Optional<SessionId> id = id(word);
        if (id.isPresent()) {
            return views.stream().filter(v -> v.id().equals(id.get())).toList();
        }
        List<SessionView> meant = new ArrayList<>();
        if (isCode(word)) {
            String code = Crockford.normalise(word);
            views.stream().filter(v -> v.code().startsWith(code)).forEach(meant::add);
        }
        named(person, word, views).stream().filter(v -> !meant.contains(v)).forEach(meant::add);
        return meant;
    }

    private static List<SessionView> named(Person person, String word, List<SessionView> views) {
        List<SessionView> named =
                views.stream().filter(v -> v.row().name().value().equals(word)).toList();
        Predicate<SessionView> own = v -> v.row().person().equals(person.id());
        Optional<SessionView> ownLive =
                named.stream().filter(SessionView::isLive).filter(own).findFirst();
        if (ownLive.isPresent()) {
            return List.of(ownLive.get());
        }
        List<SessionView> liveOnes = named.stream().filter(SessionView::isLive).toList();
        return liveOnes.isEmpty() ? named.stream().filter(own).limit(1).toList() : liveOnes;
    }

    private static Outcome<SessionView> one(String word, List<SessionView> meant) {
        return switch (meant.size()) {
            case 0 -> absent(word);
            case 1 -> new Outcome.Done<>(meant.getFirst());
            default ->
                new Outcome.Ambiguous<>(
                        Quoted.of(word) + " fits " + meant.size() + " sessions; say which by its code",
                        meant.stream()
                                .limit(MOST_CANDIDATES)
                                .map(Sessions::candidate)
                                .toList());
        };
    }

    /** The words for a session that is absent or somebody else's. */
    static <T> Outcome<T> absent(String word) {
        return new Outcome.NotFound<>("no session " + Quoted.of(word) + " for you");
    }

    private static String candidate(SessionView view) {
        SessionRow row = view.row();
        return "%s  %s, %s as %s on %s, %s since %s"
                .formatted(
                        view.code(),
                        row.name(),
                        row.personName(),
                        row.login(),
                        row.target(),
                        view.state(),
                        Times.utc(row.startedAt()));
    }

    private static Optional<SessionId> id(String word) {
        return UUID_TEXT.matcher(word).matches() ? Optional.of(new SessionId(UUID.fromString(word))) : Optional.empty();
    }

    private static boolean isCode(String word) {
        return CODE.matcher(Crockford.normalise(word)).matches();
    }

    private static Optional<SessionName> name(String word) {
        try {
            return Optional.of(new SessionName(word));
        } catch (IllegalArgumentException notAName) {
            return Optional.empty();
        }
    }
}
