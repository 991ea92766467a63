package sallyport.bastion.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import sallyport.admin.Span;
import sallyport.admin.yaml.Problem;
import sallyport.keys.AgeVault;
import sallyport.policy.HostSuffix;
import sallyport.recorder.store.Limits;

/**
 * The configuration file of {@code sallyport serve}: YAML, read once and checked whole.
 *
 * <pre>
 * ssh:
 *   listen: 0.0.0.0:2222                        # where clients connect
 *   host-key: /etc/sallyport/host_key           # shown to clients
 *   host-ca: /etc/sallyport/host_ca             # vouches for the host key behind ssh -J
 *   target-suffix: .prod.example                # may stand behind a target's name there; left out: nothing may
 *   public: bastion:22                          # how people reach it, for the commands and links it prints
 * http:
 *   listen: 127.0.0.1:8022                      # admin API, metrics, health
 * database:
 *   url: jdbc:postgresql://127.0.0.1:5432/sallyport
 *   owner:
 *     user: sallyport_owner                     # owns the schema: migrations alone
 *     password-file: /etc/sallyport/owner.password
 *   application:
 *     user: sallyport                           # reads and writes rows
 *     password-file: /etc/sallyport/application.password
 * recordings:
 *   dir: /var/lib/sallyport/recordings
 *   retention:                                  # days after a session's end
 *     production: 365
 *     other: 90                                 # development, test and staging, unless they are named; 0: with the end
 *   recipients: []                              # public keys of age that sealed recordings are encrypted to
 *   identities: []                              # files of their private keys, to read them back
 *   command-output: 64MiB                       # how much of the output of a command is kept, outside production; left out: all
 * state:
 *   dir: /var/lib/sallyport/state               # the audit journal
 * access-file: /etc/sallyport/access.yaml       # people, roles, targets, rules
 * target-key: /etc/sallyport/target_key         # the bastion's own key towards targets
 * sessions:
 *   production:                                 # likewise development, test and staging
 *     inactivity: 1h                            # nobody typed for so long (10m to 24h; 24h elsewhere)
 *     when-inactive: detach                     # or end
 *     detached: 7d                              # nobody came back for so long
 *     grace: 1h                                 # the same if the connection was lost (7d elsewhere)
 *   client-stall: 30s                           # a client that takes nothing for so long is detached
 * </pre>
 *
 * <p>These are the defaults, except that there is no suffix and all output is kept, and that {@code database.url} and the two password files must be given. A relative path
 * starts at the file's own folder. A key that is not known stops the start.
 */
final class Config {

    /** Far more than any such file has. */
    private static final int LONGEST_BYTES = 1024 * 1024;

    private Config() {}

    /**
     * Reads the settings, passwords among them.
     *
     * @throws StartRefused with all that is wrong in one message, each with its line
     */
    static BastionSettings read(Path file) throws StartRefused {
        List<Problem> problems = new ArrayList<>();
        ConfigSection top = ConfigSection.parse(file.toAbsolutePath().resolveSibling(""), text(file), problems);

        ConfigSection ssh = top.section("ssh");
        ConfigSection http = top.section("http");
        ConfigSection database = top.section("database");
        ConfigSection recordings = top.section("recordings");
        ConfigSection state = top.section("state");
        ConfigSection signing = top.section("signing");
        ConfigSection sessions = top.section("sessions");
        BastionSettings settings = new BastionSettings(
                new BastionSettings.Ssh(
                        ssh.address("listen", "0.0.0.0:2222"),
                        ssh.path("host-key", "/etc/sallyport/host_key"),
                        ssh.path("host-ca", "/etc/sallyport/host_ca"),
                        targetSuffix(ssh),
                        ssh.publicAddress("public", "bastion:22")),
                new BastionSettings.Http(http.address("listen", "127.0.0.1:8022")),
                new BastionSettings.Database(
                        database.jdbcUrl("url"),
                        account(database.section("owner"), "sallyport_owner"),
                        account(database.section("application"), "sallyport")),
                recordings(recordings),
                new BastionSettings.State(state.path("dir", "/var/lib/sallyport/state")),
                new BastionSettings.Signing(
                        signing.path("key", "/etc/sallyport/signing_key"),
                        signing.path("earlier", "/etc/sallyport/signing_key.earlier"),
                        signing.text("name", "sallyport")),
                top.path("access-file", "/etc/sallyport/access.yaml"),
                top.path("target-key", "/etc/sallyport/target_key"),
                SessionSettings.read(sessions),
                SessionSettings.clientStall(sessions));
        top.refuseUnknownKeys();
        if (problems.isEmpty()) {
            if (settings.database()
                    .owner()
                    .user()
                    .equals(settings.database().application().user())) {
                problems.add(new Problem(
                        0,
                        "\"database.owner.user\" and \"database.application.user\" are the same;"
                                + " the application must not own its tables, or it could delete audit rows"));
            }
        }
        if (!problems.isEmpty()) {
            throw new StartRefused(inOneMessage(file, problems));
        }
        return settings;
    }

    /** Returns the effective settings, defaults filled in, as such a file; passwords as {@code ***}. */
    static String show(BastionSettings settings) {
        return """
            ssh:
              listen: "%s"
              host-key: %s
              host-ca: %s
            %s  public: "%s"
            http:
              listen: "%s"
            database:
              url: %s
              owner:
                user: %s
                password: "***"
              application:
                user: %s
                password: "***"
            recordings:
              dir: %s
              recipients: %s
              identities: %s
              full-disk-wait: %s
            %s%sstate:
              dir: %s
            signing:
              key: %s
              earlier: %s
              name: %s
            access-file: %s
            target-key: %s
            """.formatted(
                                settings.ssh().listen(),
                                settings.ssh().hostKey(),
                                settings.ssh().hostAuthority(),
                                targetSuffixLine(settings.ssh().targetSuffix()),
                                settings.ssh().reachedAt(),
                                settings.http().listen(),
                                settings.database().url(),
                                settings.database().owner().user(),
                                settings.database().application().user(),
                                settings.recordings().dir(),
                                list(settings.recordings().recipients()),
                                list(settings.recordings().identities()),
                                Span.format(settings.recordings().fullDiskWait()),
                                commandOutputLine(settings.recordings().commandOutput()),
                                RetentionSettings.show(settings.recordings().retention()),
                                settings.state().dir(),
                                settings.signing().key(),
                                settings.signing().earlier(),
                                settings.signing().name(),
                                settings.accessFile(),
                                settings.targetKey())
                + SessionSettings.show(settings.sessions(), settings.clientStall());
    }

    private static HostSuffix targetSuffix(ConfigSection section) {
        try {
            return new HostSuffix(section.text("target-suffix", ""));
        } catch (IllegalArgumentException wrong) {
            section.refuse("target-suffix", "cannot be used: " + wrong.getMessage());
            return HostSuffix.NONE;
        }
    }

    private static String targetSuffixLine(HostSuffix suffix) {
        return suffix.equals(HostSuffix.NONE) ? "" : "  target-suffix: " + suffix.value() + "\n";
    }

    private static String commandOutputLine(OptionalLong bytes) {
        return bytes.isPresent() ? "  command-output: " + bytes.getAsLong() + "\n" : "";
    }

    private static BastionSettings.Recordings recordings(ConfigSection section) {
        List<String> recipients = section.texts("recipients");
        List<Path> identities = section.paths("identities");
        try {
            var _ = AgeVault.of(recipients, List.of());
        } catch (IOException | IllegalArgumentException refused) {
            section.refuse("recipients", "cannot be used: " + refused.getMessage());
        }
        try {
            var _ = AgeVault.of(List.of(), identities);
        } catch (IOException | IllegalArgumentException refused) {
            section.refuse("identities", "cannot be used: " + refused.getMessage());
        }
        if (recipients.isEmpty() && !identities.isEmpty()) {
            section.refuse(
                    "identities",
                    "is there without \"recordings.recipients\": recordings would not be encrypted; name a recipient");
        }
        return new BastionSettings.Recordings(
                section.path("dir", "/var/lib/sallyport/recordings"),
                RetentionSettings.read(section.section("retention")),
                recipients,
                identities,
                section.span(
                        "full-disk-wait", Limits.USUAL.longestPause(), Duration.ofSeconds(1), Duration.ofMinutes(10)),
                section.bytes("command-output"));
    }

    /** As a list in one line. */
    private static String list(List<?> items) {
        return items.stream().map(Object::toString).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String inOneMessage(Path file, List<Problem> problems) {
        return problems.stream()
                .sorted(Comparator.comparingInt(Problem::line))
                .map(Problem::toString)
                .collect(Collectors.joining(
                        "\n  ",
                        "configuration file " + file + " has "
                                + (problems.size() == 1 ? "a problem" : problems.size() + " problems") + ":\n  ",
                        ""));
    }

    private static BastionSettings.Account account(ConfigSection section, String user) {
        return new BastionSettings.Account(section.text("user", user), section.secret("password-file"));
    }

    private static String text(Path file) throws StartRefused {
        try {
            if (Files.size(file) > LONGEST_BYTES) {
                throw new StartRefused("configuration file " + file + " is too long");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException none) {
            throw new StartRefused("configuration file " + file + " does not exist", none);
        } catch (IOException unreadable) {
            throw new StartRefused(
                    "configuration file " + file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }
}
