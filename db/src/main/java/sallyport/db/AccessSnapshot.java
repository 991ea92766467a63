package sallyport.db;

import java.util.List;
import java.util.Map;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Person;
import sallyport.policy.Rule;
import sallyport.policy.Target;

/**
 * Who may what, as it stood at one moment. Disabled people and targets are not in it.
 *
 * @param version grows with each {@link AccessStore#apply}; 0 while nothing was ever applied
 * @param people by name
 * @param targets by name
 * @param rules in the order of the file
 */
public record AccessSnapshot(
        long version,
        Map<KeyFingerprint, Person> peopleByKey,
        List<Person> people,
        List<Target> targets,
        List<Rule> rules) {

    public AccessSnapshot {
        peopleByKey = Map.copyOf(peopleByKey);
        people = List.copyOf(people);
        targets = List.copyOf(targets);
        rules = List.copyOf(rules);
    }
}
