package sallyport.bastion.console;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sallyport.admin.PublicAddress;
import sallyport.admin.TargetView;
import sallyport.policy.HostSuffix;
import sallyport.policy.Login;
import sallyport.policy.PersonName;

/**
 * What ssh must be told so that {@code ssh web-1} goes through the bastion (ssh_config(5), sshd(8) on {@code known_hosts}).
 *
 * @param door where people reach the bastion
 * @param authority the key that vouches for the host key shown in the targets' place, as {@code ssh-ed25519 AAAA…}
 * @param hostKey that host key itself, for clients that know no certificates
 */
public record JumpLines(PublicAddress door, HostSuffix suffix, String authority, String hostKey) {

    /** A file for {@code ~/.ssh/config} to include. */
    List<String> sshConfig(PersonName person, List<TargetView> targets) {
        Stream<String> head = Stream.of(
                "# What " + person + " reaches through " + door.host()
                        + ". Keep it: ssh bastion config > ~/.ssh/bastion_config",
                "# Use it, at the top of ~/.ssh/config: Include ~/.ssh/bastion_config",
                "# So that ssh knows them all: ssh bastion config --known-hosts >> ~/.ssh/known_hosts");
        return Stream.concat(head, targets.stream().flatMap(target -> block(person, target)))
                .toList();
    }

    private Stream<String> block(PersonName person, TargetView target) {
        List<String> logins = target.logins().stream().map(Login::value).toList();
        return Stream.of(
                "",
                "Host " + String.join(" ", suffix.hostNames(target.name())),
                "    User " + logins.getFirst() + (logins.size() > 1 ? " # or " + others(logins) : ""),
                "    ProxyJump " + person + "@" + door.jump());
    }

    private static String others(List<String> logins) {
        return logins.stream().skip(1).collect(Collectors.joining(", "));
    }

    /** Lines for {@code ~/.ssh/known_hosts}: the authority, and as a remark what else can be pinned. */
    List<String> knownHosts(List<TargetView> targets) {
        String names = targets.stream()
                .flatMap(target -> suffix.hostNames(target.name()).stream())
                .collect(Collectors.joining(","));
        return List.of(
                "@cert-authority " + names + " " + authority,
                "# for a client that knows no certificates, without the #:",
                "# " + names + " " + hostKey);
    }
}
