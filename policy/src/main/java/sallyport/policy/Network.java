package sallyport.policy;

import java.util.List;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What stands in a target's place for connections that are to none: the network that the bastion itself can reach. Nobody opens
 * sessions on it but those of what passes; rules list its places one by one ({@link ForwardRight.Address}).
 */
public final class Network {

    /** Whose account the bastion uses there: its own. */
    public static final Login LOGIN = new Login("bastion");

    /** Of no row: it has no id, no keys and no grants. As careful as with production. */
    public static final Target PLACE = new Target(
            new UUID(0, 0),
            new TargetName("network"),
            "network",
            1,
            Environment.PRODUCTION,
            WorkspaceName.DEFAULT,
            new TreeSet<>(List.of(LOGIN)),
            List.of("none"));

    private Network() {}

    /** Whether {@code target} is this, and not one that somebody called so. */
    public static boolean is(Target target) {
        return target.id().equals(PLACE.id());
    }
}
