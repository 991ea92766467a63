package sallyport.db;

import java.util.List;
import java.util.Set;
import sallyport.policy.PersonName;
import sallyport.policy.RoleName;

/** One person of {@code access.yaml}. The name is what matches the definition to a person already stored. */
public record PersonDefinition(PersonName name, Set<RoleName> roles, List<AuthorizedKey> keys) {

    public PersonDefinition {
        roles = Set.copyOf(roles);
        keys = List.copyOf(keys);
    }
}
