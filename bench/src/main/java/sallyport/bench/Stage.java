package sallyport.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that runs while we measure: one target, two jump hosts (one that forwards, one that records with script), the
 * bastions, their database, and an ssh_config that names each way to the target. All in one folder that is removed at the end.
 */
final class Stage implements AutoCloseable {

    private final Path folder;
    private final List<AutoCloseable> running = new ArrayList<>();
    private final List<Bastion> bastions = new ArrayList<>();

    private Stage(Path folder) {
        this.folder = folder;
    }

    static Stage set(List<Build> builds) throws IOException, InterruptedException {
        Stage stage = new Stage(Files.createTempDirectory("sallyport-bench"));
        // Ctrl-C and SIGTERM do not unwind main; without this they would leave the servers running.
        Runtime.getRuntime().addShutdownHook(new Thread(stage::stop, "stop"));
        boolean ready = false;
        try {
            stage.start(builds);
            ready = true;
            return stage;
        } finally {
            if (!ready) {
                stage.stop();
            }
        }
    }

    private void start(List<Build> builds) throws IOException, InterruptedException {
        String login = System.getProperty("user.name");
        Path clientKey = folder.resolve("client_key");
        String client = Keys.make(clientKey);
        Path hopKey = folder.resolve("hop_key");
        String hop = Keys.make(hopKey);

        OpenSshServer target = began(OpenSshServer.start(folder.resolve("target"), client + "\n" + hop + "\n", ""));
        OpenSshServer jump = began(OpenSshServer.start(folder.resolve("jump"), client + "\n", ""));
        OpenSshServer recordingJump = began(
                OpenSshServer.start(folder.resolve("recording-jump"), client + "\n", "ForceCommand " + recordedHop()));
        Database database = began(Database.start(folder.resolve("postgres")));
        String access = """
            roles:
              engineer: []
            people:
              engineer:
                roles: [engineer]
                keys: ["%s"]
            targets:
              target-1:
                address: 127.0.0.1:%d
                environment: staging
                logins: [%s]
                host-keys: ["%s"]
            rules:
              - name: engineers
                roles: [engineer]
                targets: [target-1]
                longest: 8h
            """.formatted(client, target.port(), login, target.hostKey());
        StringBuilder config = new StringBuilder();
        StringBuilder known = new StringBuilder();
        for (Build build : builds) {
            Bastion bastion = began(Bastion.start(build, folder.resolve(build.name()), database, access, hopKey));
            bastions.add(bastion);
            host(config, bastion.name(), bastion.port(), bastion.name(), "User " + login + "+target-1");
            known.append("%s %s\n".formatted(bastion.name(), bastion.hostKey()));
            host(config, bastion.name() + "-door", bastion.port(), bastion.name(), "User engineer");
            config.append("Host through-%s\n  HostName target-1\n  Port 22\n  ProxyJump %s-door\n"
                    .formatted(bastion.name(), bastion.name()));
            known.append("@cert-authority target-1 %s\n".formatted(bastion.hostAuthority()));
        }
        known.append("target %s\njump %s\nrecording-jump %s\n"
                .formatted(target.hostKey(), jump.hostKey(), recordingJump.hostKey()));
        String gcm = "Ciphers aes128-gcm@openssh.com";
        host(config, "direct", target.port(), "target", "");
        host(config, "jump", jump.port(), "jump", "");
        host(config, "jump-gcm", jump.port(), "jump", gcm);
        host(config, "via-jump", target.port(), "target", "ProxyJump jump");
        host(config, "via-jump-gcm", target.port(), "target", "ProxyJump jump-gcm\n  " + gcm);
        host(config, "recording-jump", recordingJump.port(), "recording-jump", "");
        Path knownHosts = folder.resolve("known_hosts");
        Files.writeString(knownHosts, known);
        config.append("""
            Host *
              HostName 127.0.0.1
              User %s
              IdentityFile %s
              IdentitiesOnly yes
              IdentityAgent none
              KexAlgorithms curve25519-sha256
              UserKnownHostsFile %s
              GlobalKnownHostsFile /dev/null
              StrictHostKeyChecking yes
              UpdateHostKeys no
              BatchMode yes
              ControlMaster no
              LogLevel ERROR
            """.formatted(login, clientKey, knownHosts));
        Files.writeString(configFile(), config);
    }

    /** What a recorded jump host is with OpenSSH alone: a forced command that runs the next hop under script. */
    private Path recordedHop() throws IOException {
        if (!Files.isExecutable(Path.of("/usr/bin/script"))) {
            throw new Missing("/usr/bin/script is missing; install it (Debian and Ubuntu: apt install bsdutils)");
        }
        Path hop = folder.resolve("recorded-hop");
        Files.writeString(hop, """
            #!/bin/sh
            exec script -qefc 'exec ssh -n -F %s direct "$SSH_ORIGINAL_COMMAND"' %s
            """.formatted(configFile(), folder.resolve("typescript")));
        Files.setPosixFilePermissions(hop, PosixFilePermissions.fromString("rwx------"));
        return hop;
    }

    private static void host(StringBuilder config, String name, int port, String alias, String more) {
        config.append("Host %s\n  Port %d\n  HostKeyAlias %s\n  %s\n".formatted(name, port, alias, more));
    }

    private <T extends AutoCloseable> T began(T what) {
        running.add(what);
        return what;
    }

    Path folder() {
        return folder;
    }

    Path configFile() {
        return folder.resolve("ssh_config");
    }

    List<Bastion> bastions() {
        return List.copyOf(bastions);
    }

    /** The ways through our bastions; ratios are theirs to the others. */
    List<Route> ours() {
        return bastions.stream()
                .map(bastion -> new Route(bastion.name(), bastion.name(), Optional.of(bastion)))
                .toList();
    }

    /** The same bastions, by {@code ssh -J} that ends in them. */
    List<Route> through() {
        return bastions.stream()
                .map(bastion ->
                        new Route("ssh -J " + bastion.name(), "through-" + bastion.name(), Optional.of(bastion)))
                .toList();
    }

    Route jump() {
        return new Route("ssh -J", "via-jump", Optional.empty());
    }

    Route jumpWithGcm() {
        return new Route("ssh -J, AES-GCM on both", "via-jump-gcm", Optional.empty());
    }

    Route recordingJump() {
        return new Route("ForceCommand + script", "recording-jump", Optional.empty());
    }

    Route direct() {
        return new Route("direct", "direct", Optional.empty());
    }

    /** An ssh that runs {@code command} on the target, by {@code route}. */
    ProcessBuilder ssh(Route route, String command) {
        return ssh(List.of("ssh", "-F", configFile().toString(), route.host(), command));
    }

    /** An scp between files of this machine and of the target, {@code HOST:PATH}. */
    ProcessBuilder scp(String from, String to) {
        return ssh(List.of("scp", "-q", "-F", configFile().toString(), from, to));
    }

    /** The same, in a terminal on the target. */
    ProcessBuilder terminal(Route route, String command) {
        return ssh(List.of("ssh", "-F", configFile().toString(), "-tt", route.host(), command));
    }

    private ProcessBuilder ssh(List<String> words) {
        return new ProcessBuilder(words).redirectError(folder.resolve("ssh.log").toFile());
    }

    @Override
    public void close() {
        stop();
    }

    /** Safe to call twice. */
    private synchronized void stop() {
        for (AutoCloseable each : running.reversed()) {
            try {
                each.close();
            } catch (Exception failed) {
                System.err.println("bench: did not stop well: " + failed);
            }
        }
        running.clear();
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException failed) {
            System.err.println("bench: " + folder + " is not removed: " + failed);
        }
    }
}
