package sallyport.db;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Permission;
import sallyport.policy.PersonName;
import sallyport.policy.RoleName;
import sallyport.policy.Rule;

/** All that {@code access.yaml} says, ready for {@link AccessStore#apply}. The order of the rules is kept. */
public record AccessDefinition(
        List<PersonDefinition> people,
        Map<RoleName, Set<Permission>> roles,
        List<TargetDefinition> targets,
        List<Rule> rules) {

    /**
     * @throws IllegalArgumentException in words if two people, targets or rules share a name, two people share a key, or a
     *     person has a role that is not among {@code roles}
     */
    public AccessDefinition {
        people = List.copyOf(people);
        roles = Map.copyOf(roles);
        targets = List.copyOf(targets);
        rules = List.copyOf(rules);
        Map<KeyFingerprint, PersonName> owners = new HashMap<>();
        Set<Object> names = new HashSet<>();
        for (PersonDefinition person : people) {
            once(names, "person", person.name());
            for (RoleName role : person.roles()) {
                if (!roles.containsKey(role)) {
                    throw new IllegalArgumentException(
                            "person \"" + person.name() + "\" has the role \"" + role + "\", which is not defined");
                }
            }
            for (AuthorizedKey key : person.keys()) {
                PersonName other = owners.put(key.fingerprint(), person.name());
                if (other != null) {
                    throw new IllegalArgumentException("the key " + key.fingerprint() + " belongs to \"" + other
                            + "\" and to \"" + person.name() + "\"; a key says who somebody is, so it has one owner");
                }
            }
        }
        targets.forEach(t -> once(names, "target", t.name()));
        rules.forEach(r -> once(names, "rule", r.name()));
    }

    private static void once(Set<Object> seen, String what, Object name) {
        if (!seen.add(name)) {
            throw new IllegalArgumentException("the " + what + " \"" + name + "\" is defined twice");
        }
    }
}
