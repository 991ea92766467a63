package sallyport.bastion.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import sallyport.admin.PublicAddress;
import sallyport.bastion.session.LiveSession;
import sallyport.keys.KeyFile;
import sallyport.policy.HostSuffix;

/** What the demo writes for the bastion and for plain ssh: keys, {@code access.yaml}, {@code known_hosts}, {@code ssh_config}. */
final class DemoFiles {

    private record Target(String name, String environment) {}

    private record Person(String name, String permissions) {}

    private static final List<Target> TARGETS =
            List.of(new Target("web-1", "staging"), new Target("prod-db-1", "production"));

    /** People are called by their roles. */
    private static final List<Person> PEOPLE = List.of(
            new Person("engineer", ""),
            new Person("approver", "terminal.approve"),
            new Person("manager", "terminal.view_history, terminal.revoke, policy.manage"),
            new Person("auditor", "terminal.view_history, terminal.view_recording, terminal.download_recording"));

    /** The bastion's name in {@code known_hosts}: it stays the same when the port does not. */
    private static final String HOST_ALIAS = "sallyport-demo";

    private static final String LOG_NAME = "sallyport-demo";

    private final DemoFolder folder;

    DemoFiles(DemoFolder folder) {
        this.folder = folder;
    }

    static List<String> targetNames() {
        return TARGETS.stream().map(Target::name).toList();
    }

    Path targets() {
        return folder.resolve("targets");
    }

    /** The file with the public key that the targets let in. */
    Path targetKeyPublic() {
        return folder.resolve("bastion/target_key.pub");
    }

    /** Makes the keys of the people and of the bastion, those that are not there yet. */
    void makeKeys() throws IOException {
        Folders.make(folder.resolve("keys"));
        Folders.make(folder.resolve("bastion"));
        for (Person person : PEOPLE) {
            String line = KeyFile.publicLine(KeyFile.loadOrCreate(key(person), comment(person)));
            folder.write("keys/" + person.name + ".pub", line + " " + comment(person) + "\n");
        }
        var _ = KeyFile.loadOrCreate(signingKey(), LOG_NAME);
        String host = KeyFile.publicLine(KeyFile.loadOrCreate(hostKey(), HOST_ALIAS));
        String authority = KeyFile.publicLine(KeyFile.loadOrCreate(hostAuthority(), HOST_ALIAS + ", for its targets"));
        folder.write(
                "known_hosts",
                HOST_ALIAS + " " + host + "\n@cert-authority " + String.join(",", targetNames()) + " " + authority
                        + "\n");
        String target = KeyFile.publicLine(KeyFile.loadOrCreate(targetKey(), "sallyport demo, towards targets"));
        folder.write("bastion/target_key.pub", target + "\n");
    }

    /** @param ports where each target serves at this run */
    void writeAccess(Map<String, Integer> ports) throws IOException {
        StringBuilder text =
                new StringBuilder("# Written at every start of the demo: changes here do not stay.\nroles:\n");
        for (Person person : PEOPLE) {
            text.append("  %s: [%s]\n".formatted(person.name, person.permissions));
        }
        text.append("people:\n");
        for (Person person : PEOPLE) {
            text.append("  %1$s:\n    roles: [%1$s]\n    keys: [\"%2$s %3$s\"]\n"
                    .formatted(person.name, KeyFile.publicLine(KeyFile.load(key(person))), comment(person)));
        }
        text.append("targets:\n");
        for (Target target : TARGETS) {
            Path hostKey = targets().resolve(target.name).resolve("host_key");
            text.append("""
                  %s:
                    address: 127.0.0.1:%d
                    environment: %s
                    logins: [root]   # a word only: every login is the account that runs the demo
                    host-keys: ["%s"]
                """.formatted(
                            target.name,
                            ports.getOrDefault(target.name, 0),
                            target.environment,
                            KeyFile.publicLine(KeyFile.load(hostKey))));
        }
        text.append("""
            rules:
              - name: engineers
                effect: allow
                roles: [engineer]
                environments: [staging, production]
                logins: [root]
                longest: 8h
            """);
        folder.write("access.yaml", text.toString());
    }

    /**
     * Writes one Host per person: key, port and pinned host key, and nothing of the account's own ssh settings. And one for the
     * targets, which jumps to them as the engineer.
     */
    void writeSshConfig(HostAndPort ssh) throws IOException {
        StringBuilder text = new StringBuilder("# Written at every start of the demo. Use: ssh -F "
                + path(folder.path()) + "/ssh_config root+web-1@engineer\n");
        for (Person person : PEOPLE) {
            text.append("""

                Host %1$s
                    HostName %2$s
                    Port %3$d
                    User %1$s
                    IdentityFile "%4$s"
                    IdentitiesOnly yes
                    PreferredAuthentications publickey
                    HostKeyAlias %5$s
                    UserKnownHostsFile "%6$s"
                    GlobalKnownHostsFile /dev/null
                    StrictHostKeyChecking yes
                    UpdateHostKeys no
                    SendEnv LANG LC_*
                    ControlMaster no
                    ControlPath none
                """.formatted(
                            person.name,
                            ssh.host(),
                            ssh.port(),
                            path(key(person)),
                            HOST_ALIAS,
                            path(folder.resolve("known_hosts"))));
        }
        text.append("""

            # ssh -F ... web-1 goes through the bastion, as the engineer. It needs no key: who jumps is known.
            Host %1$s
                User root
                ProxyJump %2$s
                IdentityFile none
                IdentityAgent none
                IdentitiesOnly yes
                PreferredAuthentications none
                UserKnownHostsFile "%3$s"
                GlobalKnownHostsFile /dev/null
                StrictHostKeyChecking yes
                UpdateHostKeys no
                SendEnv LANG LC_*
                ControlMaster no
                ControlPath none
            """.formatted(
                        String.join(" ", targetNames()), PEOPLE.getFirst().name, path(folder.resolve("known_hosts"))));
        folder.write("ssh_config", text.toString());
    }

    /** The settings of the bastion of this demo. */
    BastionSettings settings(HostAndPort ssh, HostAndPort http, BastionSettings.Database database) {
        return new BastionSettings(
                new BastionSettings.Ssh(
                        ssh, hostKey(), hostAuthority(), HostSuffix.NONE, new PublicAddress(ssh.host(), ssh.port())),
                new BastionSettings.Http(http),
                database,
                new BastionSettings.Recordings(folder.resolve("recordings")),
                new BastionSettings.State(folder.resolve("state")),
                new BastionSettings.Signing(signingKey(), folder.resolve("bastion/signing_key.earlier"), LOG_NAME),
                folder.resolve("access.yaml"),
                targetKey(),
                SessionSettings.usual(),
                LiveSession.CLIENT_STALL);
    }

    private Path hostKey() {
        return folder.resolve("bastion/host_key");
    }

    private Path hostAuthority() {
        return folder.resolve("bastion/host_ca");
    }

    private Path signingKey() {
        return folder.resolve("bastion/signing_key");
    }

    private Path targetKey() {
        return folder.resolve("bastion/target_key");
    }

    private Path key(Person person) {
        return folder.resolve("keys/" + person.name);
    }

    private static String comment(Person person) {
        return person.name + "@" + HOST_ALIAS;
    }

    /** ssh expands % in paths. Quotes and what else it gives a meaning to are not in ours: {@link DemoFolder} refuses them. */
    private static String path(Path path) {
        return path.toString().replace("%", "%%");
    }
}
