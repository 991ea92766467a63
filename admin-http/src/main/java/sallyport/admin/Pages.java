package sallyport.admin;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import sallyport.db.HistoryFilter;
import sallyport.db.SessionHistory;
import sallyport.policy.PersonId;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;

/** Pages of sessions out of the history, joined with what lives. */
final class Pages {

    /** Most sessions in one page. */
    static final int MOST = 500;

    private static final Set<String> STATES = Set.of("starting", "running", "detached", "ended", "failed");

    private Pages() {}

    /** Whether a page can be asked for so; {@link Outcome.Invalid} in words if not. */
    static Outcome<HistoryFilter> checked(HistoryFilter filter, int limit) {
        if (limit < 1 || limit > MOST) {
            return new Outcome.Invalid<>("a page has 1 to " + MOST + " sessions, not " + limit);
        }
        return checked(filter);
    }

    /** Whether the filter's words exist; {@link Outcome.Invalid} in words if not. */
    static Outcome<HistoryFilter> checked(HistoryFilter filter) {
        if (filter.state().isPresent() && !STATES.contains(filter.state().get())) {
            return new Outcome.Invalid<>("no state is called "
                    + Quoted.of(filter.state().get()) + "; there are: starting, running, detached, ended, failed");
        }
        if (filter.since().isPresent()
                && filter.until().isPresent()
                && !filter.since().get().isBefore(filter.until().get())) {
            return new Outcome.Invalid<>("the time range is empty: it begins at "
                    + Times.utc(filter.since().get()) + " and ends at "
                    + Times.utc(filter.until().get()));
        }
        return new Outcome.Done<>(filter);
    }

    /** One page, newest first, without what {@code reader} has cleared; a state is compared with the state of now. */
    static SessionPage of(
            SessionHistory history,
            Sessions sessions,
            HistoryFilter filter,
            Optional<PersonId> reader,
            Optional<SessionId> after,
            int limit) {
        List<SessionRow> rows = history.page(filter, reader, after, limit);
        List<SessionView> views = rows.stream()
                .map(sessions::view)
                .filter(v -> filter.state().isEmpty() || filter.state().get().equals(v.state()))
                .toList();
        return new SessionPage(
                views,
                rows.size() < limit
                        ? Optional.empty()
                        : Optional.of(rows.getLast().id()));
    }

    /** {@code filter} for the caller's own sessions. */
    static HistoryFilter ownOnly(HistoryFilter filter, Caller caller) {
        return filter.of(caller.person().id());
    }
}
