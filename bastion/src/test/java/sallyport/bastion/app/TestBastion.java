package sallyport.bastion.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import sallyport.db.DatabaseSettings;
import sallyport.db.TestDatabase;
import sallyport.keys.KeyFile;

/**
 * A bastion in this process with a real database, two real OpenSSH targets, and people with keys: {@code engineer},
 * {@code second} (another engineer), {@code approver}, {@code manager}, {@code auditor}, and {@code stranger}, whose key
 * nobody knows. The login on the targets is whoever runs the tests.
 */
final class TestBastion implements AutoCloseable {

    static final List<String> PEOPLE = List.of("engineer", "second", "approver", "manager", "auditor");

    final String login = System.getProperty("user.name");
    final Path folder;
    final TestDatabase database;
    final SshdTarget web;
    final SshdTarget production;
    final Bastion bastion;

    private TestBastion(Path folder, TestDatabase database, SshdTarget web, SshdTarget production, Bastion bastion) {
        this.folder = folder;
        this.database = database;
        this.web = web;
        this.production = production;
        this.bastion = bastion;
    }

    static TestBastion start() throws Exception {
        Path folder = Files.createTempDirectory("sallyport-test");
        for (String person : PEOPLE) {
            SshdTarget.keygen(folder.resolve(person));
        }
        SshdTarget.keygen(folder.resolve("stranger"));
        Path hostKey = folder.resolve("ssh_host_key");
        Path targetKey = folder.resolve("target_key");
        String hostLine = KeyFile.publicLine(KeyFile.create(hostKey, "test"));
        String targetLine = KeyFile.publicLine(KeyFile.create(targetKey, "test"));
        TestDatabase database = TestDatabase.create();
        SshdTarget web = SshdTarget.start(folder.resolve("web-1"), targetLine);
        SshdTarget production = SshdTarget.start(folder.resolve("prod-db-1"), targetLine);
        Path access = folder.resolve("access.yaml");
        Files.writeString(access, access(folder, web, production));
        Bastion bastion = Bastion.start(
                new BastionSettings(
                        new BastionSettings.Ssh(new HostAndPort("127.0.0.1", 0), hostKey),
                        new BastionSettings.Http(new HostAndPort("127.0.0.1", 0)),
                        new BastionSettings.Database(
                                database.owner().url(), account(database.owner()), account(database.application())),
                        new BastionSettings.Recordings(folder.resolve("recordings")),
                        new BastionSettings.State(folder.resolve("state")),
                        access,
                        targetKey),
                InstantSource.system(),
                System::nanoTime);
        Files.writeString(folder.resolve("known_hosts"), "[127.0.0.1]:" + bastion.sshPort() + " " + hostLine + "\n");
        return new TestBastion(folder, database, web, production, bastion);
    }

    private static BastionSettings.Account account(DatabaseSettings settings) {
        return new BastionSettings.Account(settings.user(), settings.password());
    }

    private static String access(Path folder, SshdTarget web, SshdTarget production) throws IOException {
        StringBuilder yaml = new StringBuilder("""
            roles:
              engineer: []
              approver: [terminal.approve]
              manager: [terminal.view_history, terminal.revoke, policy.manage]
              auditor: [terminal.view_history, terminal.view_recording, terminal.download_recording]
            people:
            """);
        for (String person : PEOPLE) {
            String role = person.equals("second")
                    ? "engineer, approver"
                    : person.equals("engineer") ? "engineer, approver" : person;
            String key = Files.readString(folder.resolve(person + ".pub")).strip();
            yaml.append("  %s:%n    roles: [%s]%n    keys: [\"%s\"]%n".formatted(person, role, key));
        }
        yaml.append("targets:\n");
        String login = System.getProperty("user.name");
        yaml.append(target("web-1", web.port, "staging", login, web.hostKeyLine));
        yaml.append(target("prod-db-1", production.port, "production", login, production.hostKeyLine));
        yaml.append(target("down-1", SshdTarget.freePort(), "staging", login, web.hostKeyLine));
        yaml.append(target("changed-1", web.port, "staging", login, production.hostKeyLine));
        yaml.append(target("secret-1", web.port, "staging", login, web.hostKeyLine));
        yaml.append("""
            rules:
              - name: engineers
                roles: [engineer]
                targets: [web-1, prod-db-1, down-1, changed-1]
                longest: 8h
            """);
        return yaml.toString();
    }

    private static String target(String name, int port, String environment, String login, String hostKey) {
        return "  %s:%n    address: 127.0.0.1:%d%n    environment: %s%n    logins: [%s]%n    host-keys: [\"%s\"]%n"
                .formatted(name, port, environment, login, hostKey);
    }

    /** The user part for {@code target}, with options behind it. */
    String at(String target, String... options) {
        String user = login + "+" + target;
        return options.length == 0 ? user : user + "+" + String.join("+", options);
    }

    /** An ssh command line of {@code person}: options, then {@code userPart@bastion}, then the remote command. */
    List<String> ssh(String person, String userPart, List<String> options, String... command) {
        List<String> line = new ArrayList<>(List.of(
                Tool.SSH.path(),
                "-F",
                "none",
                "-p",
                String.valueOf(bastion.sshPort()),
                "-i",
                folder.resolve(person).toString(),
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "IdentityAgent=none",
                "-o",
                "UserKnownHostsFile=" + folder.resolve("known_hosts"),
                "-o",
                "StrictHostKeyChecking=yes",
                "-o",
                "BatchMode=yes",
                "-o",
                "LogLevel=ERROR"));
        line.addAll(options);
        line.add("-l");
        line.add(userPart);
        line.add("127.0.0.1");
        line.addAll(List.of(command));
        return line;
    }

    /** Runs ssh to its end. */
    Run run(String person, String userPart, String... command) {
        return run(person, userPart, List.of(), new byte[0], command);
    }

    Run run(String person, String userPart, List<String> options, byte[] stdin, String... command) {
        return Run.of(ssh(person, userPart, options, command), stdin);
    }

    /** Runs a console command as {@code person}. */
    Run console(String person, String command) {
        return run(person, person, command);
    }

    /** Opens ssh in a real terminal. */
    Terminal terminal(String person, String userPart, String... options) {
        return Terminal.start(ssh(
                person,
                userPart,
                Stream.concat(Stream.of("-t"), Stream.of(options)).toList()));
    }

    /** All recordings, oldest first. */
    List<Path> recordings() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("recordings"))) {
            return files.filter(f -> f.toString().endsWith(".cast"))
                    .sorted(Comparator.comparingLong(f -> f.toFile().lastModified()))
                    .toList();
        }
    }

    byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws Exception {
        bastion.close();
        web.close();
        production.close();
    }
}
