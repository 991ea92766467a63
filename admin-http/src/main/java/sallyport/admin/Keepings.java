package sallyport.admin;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sallyport.db.DatabaseAway;
import sallyport.db.KeptRecordings;
import sallyport.policy.retention.Keeping;
import sallyport.policy.retention.Retention;
import sallyport.policy.session.SessionId;

/** How long recordings stay: what is known of them, put to the rules. Safe for any thread. */
public final class Keepings {

    private final KeptRecordings kept;
    private final Retention rules;

    public Keepings(KeptRecordings kept, Retention rules) {
        this.kept = kept;
        this.rules = rules;
    }

    /** For each of {@code sessions} that has a row. */
    Map<SessionId, Keeping> of(List<SessionView> sessions) {
        Map<SessionId, Keeping> keepings = new HashMap<>();
        kept.facts(sessions.stream().map(SessionView::id).toList())
                .forEach((id, facts) -> keepings.put(id, rules.keeping(facts)));
        return keepings;
    }

    /** Empty while the database is away: that must not keep anybody from a recording. */
    Optional<Keeping> of(SessionView session) {
        try {
            return Optional.ofNullable(of(List.of(session)).get(session.id()));
        } catch (DatabaseAway away) {
            return Optional.empty();
        }
    }
}
