package sallyport.policy;

import java.util.Set;

/** Somebody who may log in, with the roles they have now and what those allow. */
public record Person(PersonId id, PersonName name, Set<RoleName> roles, Set<Permission> permissions) {

    public Person {
        roles = Set.copyOf(roles);
        permissions = Set.copyOf(permissions);
    }

    /** Whether one of this person's roles allows {@code permission}. */
    public boolean may(Permission permission) {
        return permissions.contains(permission);
    }
}
