package sallyport.bastion.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import sallyport.admin.PublicAddress;
import sallyport.bastion.Tool;
import sallyport.db.DatabaseSettings;
import sallyport.db.TestDatabase;
import sallyport.keys.KeyFile;
import sallyport.policy.Environment;
import sallyport.policy.HostSuffix;
import sallyport.policy.retention.Retention;
import sallyport.policy.session.SessionLimits;

/**
 * What stands around a bastion: a real database, two real OpenSSH targets, and people with keys and real ssh clients:
 * {@code engineer}, {@code second} (another engineer), {@code approver}, {@code manager}, {@code auditor}, and {@code
 * stranger}, whose key nobody knows. The login on the targets is whoever runs the tests.
 */
class TestHouse implements AutoCloseable {

    static final List<String> PEOPLE = List.of("engineer", "second", "approver", "manager", "auditor");

    final String login = System.getProperty("user.name");
    final Path folder;
    final TestDatabase database;
    final SshdTarget web;
    final SshdTarget production;
    private final int downPort;
    private int port;

    /** With targets that run, and an {@code access.yaml} that has everybody in it. */
    TestHouse(TestDatabase database) throws IOException {
        this.database = database;
        this.folder = Files.createTempDirectory("sallyport-test");
        for (String person : PEOPLE) {
            SshdTarget.keygen(folder.resolve(person));
        }
        SshdTarget.keygen(folder.resolve("stranger"));
        KeyFile.create(hostKey(), "test");
        KeyFile.create(hostAuthority(), "test");
        KeyFile.create(signingKey(), "test");
        String targetLine = KeyFile.publicLine(KeyFile.create(targetKey(), "test"));
        this.web = SshdTarget.start(folder.resolve("web-1"), targetLine, "X11Forwarding yes", "X11UseLocalhost yes");
        this.production = SshdTarget.start(folder.resolve("prod-db-1"), targetLine);
        this.downPort = SshdTarget.freePort();
        Files.writeString(accessFile(), access(PEOPLE));
    }

    /** Short, so that tests need not wait for half a minute. */
    static final Duration CLIENT_STALL = Duration.ofSeconds(5);

    /** What may stand behind a target's name in a host name. */
    static final HostSuffix SUFFIX = new HostSuffix(".test.example");

    private static final Duration FULL_DISK_WAIT = Duration.ofSeconds(3);

    Path hostKey() {
        return folder.resolve("ssh_host_key");
    }

    Path hostAuthority() {
        return folder.resolve("host_ca");
    }

    Path targetKey() {
        return folder.resolve("target_key");
    }

    Path signingKey() {
        return folder.resolve("signing_key");
    }

    Path accessFile() {
        return folder.resolve("access.yaml");
    }

    BastionSettings settings(int sshPort, int httpPort) {
        return new BastionSettings(
                new BastionSettings.Ssh(
                        new HostAndPort("127.0.0.1", sshPort),
                        hostKey(),
                        hostAuthority(),
                        SUFFIX,
                        new PublicAddress("bastion", PublicAddress.USUAL_PORT)),
                new BastionSettings.Http(new HostAndPort("127.0.0.1", httpPort)),
                new BastionSettings.Database(
                        database.owner().url(), account(database.owner()), account(database.application())),
                new BastionSettings.Recordings(
                        folder.resolve("recordings"),
                        Retention.usual(),
                        List.of(),
                        List.of(),
                        FULL_DISK_WAIT,
                        commandOutput()),
                new BastionSettings.State(folder.resolve("state")),
                new BastionSettings.Signing(signingKey(), folder.resolve("signing_key.earlier"), "test"),
                accessFile(),
                targetKey(),
                sessionLimits(),
                CLIENT_STALL);
    }

    /** The clocks of sessions; a test that cannot wait for days says others. */
    Map<Environment, SessionLimits> sessionLimits() {
        return SessionSettings.usual();
    }

    /** How much of what a command writes is kept, outside production; all of it, unless a test says less. */
    OptionalLong commandOutput() {
        return OptionalLong.empty();
    }

    private static BastionSettings.Account account(DatabaseSettings settings) {
        return new BastionSettings.Account(settings.user(), settings.password());
    }

    /** From now on clients go to this port, and know the host key there. */
    final void bastionServesOn(int sshPort) throws IOException {
        port = sshPort;
        Files.writeString(
                folder.resolve("known_hosts"),
                "[127.0.0.1]:" + sshPort + " " + KeyFile.publicLine(KeyFile.load(hostKey())) + "\n");
    }

    /** An {@code access.yaml} with {@code people} in it; the rest is always the same. */
    final String access(Collection<String> people) throws IOException {
        StringBuilder yaml = new StringBuilder("""
            roles:
              engineer: []
              approver: [terminal.approve]
              manager: [terminal.view_history, terminal.revoke, policy.manage]
              auditor: [terminal.view_history, terminal.view_recording, terminal.download_recording]
            people:
            """);
        for (String person : people) {
            String roles = person.equals("second") || person.equals("engineer") ? "engineer, approver" : person;
            String key = Files.readString(folder.resolve(person + ".pub")).strip();
            yaml.append("  %s:%n    roles: [%s]%n    keys: [\"%s\"]%n".formatted(person, roles, key));
        }
        yaml.append("targets:\n");
        yaml.append(target("web-1", web.port, "staging", web.hostKeyLine));
        yaml.append(target("prod-db-1", production.port, "production", production.hostKeyLine));
        yaml.append(target("down-1", downPort, "staging", web.hostKeyLine));
        yaml.append(target("changed-1", web.port, "staging", production.hostKeyLine));
        yaml.append(target("secret-1", web.port, "staging", web.hostKeyLine));
        yaml.append("""
            rules:
              - name: engineers
                roles: [engineer]
                targets: [web-1, prod-db-1, down-1, changed-1]
                longest: 8h
            """);
        return yaml.toString();
    }

    private String target(String name, int at, String environment, String hostKey) {
        return "  %s:%n    address: 127.0.0.1:%d%n    environment: %s%n    logins: [%s]%n    host-keys: [\"%s\"]%n"
                .formatted(name, at, environment, login, hostKey);
    }

    /** The user part for {@code target}, with options behind it. */
    final String at(String target, String... options) {
        String user = login + "+" + target;
        return options.length == 0 ? user : user + "+" + String.join("+", options);
    }

    /** An ssh command line of {@code person}: options, then {@code userPart@bastion}, then the remote command. */
    final List<String> ssh(String person, String userPart, List<String> options, String... command) {
        List<String> line = new ArrayList<>(List.of(
                Tool.SSH.path(),
                "-F",
                "none",
                "-p",
                String.valueOf(port),
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
    final Run run(String person, String userPart, String... command) {
        return run(person, userPart, List.of(), new byte[0], command);
    }

    final Run run(String person, String userPart, List<String> options, byte[] stdin, String... command) {
        return Run.of(ssh(person, userPart, options, command), stdin);
    }

    /** Runs a console command as {@code person}. */
    final Run console(String person, String command) {
        return run(person, person, command);
    }

    /** Runs a console command as {@code person} that must succeed, and gives what it printed. */
    final String printed(String person, String command) {
        Run run = console(person, command);
        if (run.exit != 0) {
            throw new AssertionError(command + " by " + person + ": " + run);
        }
        return run.out();
    }

    /** Opens ssh in a real terminal of that size. */
    final Terminal terminal(int columns, int rows, String person, String userPart, String... command) {
        return Terminal.start(ssh(person, userPart, List.of("-t"), command), columns, rows);
    }

    /** Opens ssh in a real terminal. */
    final Terminal terminal(String person, String userPart, String... options) {
        return Terminal.start(ssh(
                person,
                userPart,
                Stream.concat(Stream.of("-t"), Stream.of(options)).toList()));
    }

    /** What {@code person} is told of their own session called {@code name}, or of the newest if that is empty. */
    final Map<String, Object> session(String person, String name) {
        return Json.items(printed(person, "session list --json")).stream()
                .filter(s -> name.isEmpty() || name.equals(s.get("name")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no session \"" + name + "\" of " + person));
    }

    /** The code of {@code person}'s newest session, once its recording is sealed. */
    final String sealed(String person) {
        String code = Json.text(session(person, ""), "code");
        awaitSealed(code);
        return code;
    }

    /** Waits until the recording of session {@code code} is sealed. */
    final void awaitSealed(String code) {
        Awaitility.await("the seal of " + code)
                .atMost(Duration.ofSeconds(10))
                .until(() -> Boolean.TRUE.equals(Json.object(printed("auditor", "recording show " + code + " --json"))
                        .get("sealed")));
    }

    /** A copy of the recording of session {@code code}, taken by the auditor. */
    final byte[] download(String code, String format) {
        Run run = console("auditor", "recording download " + code + " --format " + format);
        if (run.exit != 0) {
            throw new AssertionError(run.toString());
        }
        return run.stdout;
    }

    /** The details of all audit entries of {@code action} that have {@code inDetail} in them, in their order. */
    final List<Map<String, Object>> events(String action, String inDetail) throws Exception {
        DatabaseSettings owner = database.owner();
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                PreparedStatement query = connection.prepareStatement(
                        "select detail from audit_event where action = ? and position(? in detail) > 0 order by"
                                + " sequence")) {
            query.setString(1, action);
            query.setString(2, inDetail);
            List<Map<String, Object>> found = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    found.add(Json.object(rows.getString(1)));
                }
            }
            return found;
        }
    }

    final byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws Exception {
        web.close();
        production.close();
    }
}
