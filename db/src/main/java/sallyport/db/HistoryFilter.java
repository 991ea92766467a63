package sallyport.db;

import java.time.Instant;
import java.util.Optional;
import sallyport.policy.Environment;
import sallyport.policy.PersonId;
import sallyport.policy.TargetName;
import sallyport.policy.WorkspaceName;

/**
 * Which part of the history; an empty part does not narrow. Audit events match a target by what they are about, an
 * environment, workspace or state by the session they belong to.
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
        Optional<WorkspaceName> workspace,
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
                Optional.empty(),
                Optional.empty());
    }

    /** This, of one person. */
    public HistoryFilter of(PersonId whose) {
        return new HistoryFilter(Optional.of(whose), target, environment, workspace, state, since, until);
    }
}
