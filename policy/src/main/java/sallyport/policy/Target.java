package sallyport.policy;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/**
 * A machine that sessions run against.
 *
 * @param id stays when the name changes
 * @param host name or address that the bastion dials
 * @param port its ssh port, 1 to 65535
 * @param workspace which targets it belongs with; narrows lists and never decides access
 * @param logins the accounts that exist for the bastion there
 * @param hostKeys pinned public keys, each in the OpenSSH form {@code ssh-ed25519 AAAA...}; a target that shows another is
 *     refused (T47)
 */
public record Target(
        UUID id,
        TargetName name,
        String host,
        int port,
        Environment environment,
        WorkspaceName workspace,
        SortedSet<Login> logins,
        List<String> hostKeys) {

    /** @throws IllegalArgumentException in words if a part is out of range */
    public Target {
        if (host.isBlank() || host.startsWith("-")) {
            throw new IllegalArgumentException("target " + name + " has no usable host: \"" + host + "\"");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("target " + name + " has port " + port + ", 1 to 65535 are allowed");
        }
        if (logins.isEmpty()) {
            throw new IllegalArgumentException("target " + name + " has no login");
        }
        if (hostKeys.isEmpty()) {
            throw new IllegalArgumentException("target " + name + " has no pinned host key");
        }
        logins = Collections.unmodifiableSortedSet(new TreeSet<>(logins));
        hostKeys = List.copyOf(hostKeys);
    }
}
