package sallyport.db;

import java.time.Instant;
import java.util.Optional;
import sallyport.policy.Environment;
import sallyport.policy.PersonId;
import sallyport.policy.TargetName;

/**
 * Which part of the history; an empty part does not narrow. Audit events match a target by what they are about, an
 * environment or state by the session they belong to.
 *
 * @param person whose sessions; audit events that they caused, or of their sessions
 * @param state {@code starting running detached ended failed}
 * @param since sessions started, and events that happened, at this time or later
 * @param until and before this time
 */
public record HistoryFilter(
        Optional<PersonId> person,
        Optional<TargetName> target,
        Optional<Environment> environment,
        Optional<String> state,
        Optional<Instant> since,
        Optional<Instant> until) {

    /** Everything. */
    public static HistoryFilter everything() {
        return new HistoryFilter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
