package sallyport.policy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known at the moment of the question. The caller reads all of it anew for every visit (T17).
 *
 * @param target the target of that name, if there is one
 * @param grant the person's grant for this target and login that has not ended at {@code now}, if there is one
 * @param request the person's newest request for this target and login that is waiting, or was denied without their having
 *     been told yet
 */
public record AccessFacts(
        Optional<Target> target,
        List<Rule> rules,
        Optional<Grant> grant,
        Optional<AccessRequest> request,
        Instant now) {

    public AccessFacts {
        rules = List.copyOf(rules);
    }
}
