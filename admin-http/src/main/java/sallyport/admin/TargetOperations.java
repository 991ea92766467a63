package sallyport.admin;

import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Supplier;
import sallyport.db.AccessSnapshot;
import sallyport.policy.AccessPolicy;
import sallyport.policy.Login;
import sallyport.policy.Person;
import sallyport.policy.Target;

/** Which targets there are for somebody. Safe for any thread. */
public final class TargetOperations {

    private final Supplier<AccessSnapshot> snapshot;

    /** @param snapshot what holds now; the bastion hands in its last one, so that menus work while the database is away */
    public TargetOperations(Supplier<AccessSnapshot> snapshot) {
        this.snapshot = snapshot;
    }

    /** The caller's targets by name, each with the logins that the rules allow them there; no others (T11). */
    public Outcome<List<TargetView>> list(Caller caller) {
        AccessSnapshot now = snapshot.get();
        Person person = caller.person();
        return new Outcome.Done<>(now.targets().stream()
                .map(t -> new TargetView(t.name(), t.environment(), logins(person, now, t)))
                .filter(v -> !v.logins().isEmpty())
                .sorted(Comparator.comparing(TargetView::name))
                .toList());
    }

    private static SortedSet<Login> logins(Person person, AccessSnapshot now, Target target) {
        return AccessPolicy.logins(person, target, now.rules());
    }
}
