package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import sallyport.bastion.Tool;

/**
 * One target and the three ways to it. What a client does is a script of bash that is the same for each way: the way is in
 * {@code $F}, a configuration for ssh with one {@code Host web-1} in it, or in the variables of {@link #variables} for clients
 * that read none. Each run starts in the folder {@code here} with nothing in {@code there}; what it says, how it ends, and what
 * stands in both folders when it is over, is its {@link Outcome}, and the bastion may not change a byte of it.
 */
final class ThreeWays implements AutoCloseable {

    /** What a script may count on in its folder, beside what a test adds: {@code prepared} is only read. */
    private static final Map<String, Integer> PREPARED = Map.of("0", 0, "1", 1, "64K", 64 << 10, "5M", 5 << 20);

    /**
     * Everything below a folder: kind, mode, name, what a link leads to, the time of files that were given one from before these
     * tests were written, and what is in the files.
     */
    private static final String LISTING = """
        find . -mindepth 1 \\( -type f ! -newermt 2022-01-01 -printf '%y %m %p %l %Ts\\0' -o -printf '%y %m %p %l\\0' \\) |
            sort -z | tr '\\0' '\\n'
        find . -type f -print0 | sort -z | xargs -0 -r sha256sum
        """;

    final TestBastion bastion;

    /** The client's folder, and the target's: both are on this machine. */
    final Path here;

    final Path there;

    private final Path prepared;
    private Duration limit = Duration.ofMinutes(2);
    private Duration took = Duration.ZERO;
    private final Map<String, String> given = new HashMap<>();
    private final Map<String, Outcome> direct = new HashMap<>();

    /** What can be told of a run from outside. */
    record Outcome(int exit, String stdout, String stderr, String here, String there) {

        Outcome {
            stderr =
                    stderr.lines().filter(line -> !line.startsWith("bastion: ")).collect(Collectors.joining("\n"));
        }

        @Override
        public String toString() {
            return "exit: " + exit + "\nstdout: " + stdout + "\nstderr: " + stderr + "\nhere:\n" + here + "\nthere:\n"
                    + there;
        }
    }

    private ThreeWays(TestBastion bastion) throws IOException {
        this.bastion = bastion;
        this.here = bastion.folder.resolve("here");
        this.there = bastion.folder.resolve("there");
        this.prepared = Files.createDirectory(bastion.folder.resolve("prepared"));
        for (Map.Entry<String, Integer> file : PREPARED.entrySet()) {
            byte[] bytes = new byte[file.getValue()];
            new Random(bytes.length).nextBytes(bytes);
            Files.write(prepared.resolve(file.getKey()), bytes);
        }
        configure();
    }

    static ThreeWays start() throws Exception {
        return new ThreeWays(TestBastion.start());
    }

    private void configure() throws IOException {
        Files.writeString(
                file("known_direct"), "[127.0.0.1]:" + bastion.web.port + " " + bastion.web.hostKeyLine + "\n");
        List<String> known =
                bastion.printed("engineer", "config --known-hosts").lines().toList();
        Files.writeString(file("known_by_authority"), known.getFirst() + "\n");
        Files.writeString(file("known_by_key"), known.getLast().substring(2) + "\n");
        for (Way way : Way.values()) {
            Files.createDirectories(file("home_" + way));
        }
        configure(
                Way.DIRECT, """
                    Host web-1
                        HostName 127.0.0.1
                        Port %d
                        User %s
                        IdentityFile %s
                        UserKnownHostsFile %s
                    """.formatted(bastion.web.port, bastion.login, bastion.targetKey(), file("known_direct")));
        configure(Way.THROUGH, """
            Host web-1
                HostName 127.0.0.1
                Port %d
                User %s
                IdentityFile %s
                UserKnownHostsFile %s
            """.formatted(
                        bastion.bastion.sshPort(), bastion.at("web-1"), file("engineer"), file("known_hosts")));
        configure(Way.JUMP, """
            Host web-1
                User %s
                ProxyJump bastion
                IdentityFile none
                UserKnownHostsFile %s
            Host bastion
                HostName 127.0.0.1
                Port %d
                User engineer
                IdentityFile %s
                UserKnownHostsFile %s
            """.formatted(
                        bastion.login,
                        file("known_by_authority"),
                        bastion.bastion.sshPort(),
                        file("engineer"),
                        file("known_hosts")));
    }

    private void configure(Way way, String hosts) throws IOException {
        Files.writeString(config(way), hosts + """
            Host *
                IdentitiesOnly yes
                IdentityAgent none
                GlobalKnownHostsFile /dev/null
                StrictHostKeyChecking yes
                BatchMode yes
                LogLevel ERROR
            """);
    }

    private Path file(String name) {
        return bastion.folder.resolve(name);
    }

    Path config(Way way) {
        return file("ssh_config_" + way);
    }

    /** An ssh command line to the target. */
    List<String> ssh(Way way, String... words) {
        List<String> line =
                new ArrayList<>(List.of(Tool.SSH.path(), "-F", config(way).toString()));
        line.addAll(List.of(words));
        return line;
    }

    /** The way in words, for clients that do not read ssh's configuration. */
    private Map<String, String> variables(Way way) {
        boolean straight = way == Way.DIRECT;
        Map<String, String> variables = new HashMap<>(Map.of(
                "F", config(way).toString(),
                "WAY", way.name(),
                "PREPARED", prepared.toString(),
                "HERE", here.toString(),
                "THERE", there.toString(),
                // Clients keep what they know of hosts there, which is not the same behind each way.
                "HOME", file("home_" + way).toString(),
                "LC_ALL", "C.UTF-8",
                "TERM", "xterm-256color"));
        variables.put("HOST", "127.0.0.1");
        variables.put("PORT", String.valueOf(straight ? bastion.web.port : bastion.bastion.sshPort()));
        variables.put(
                "LOGIN",
                switch (way) {
                    case DIRECT -> bastion.login;
                    case THROUGH -> bastion.at("web-1");
                    case JUMP -> "engineer";
                });
        variables.put("KEY", (straight ? bastion.targetKey() : file("engineer")).toString());
        variables.put("KNOWN", file(straight ? "known_direct" : "known_hosts").toString());
        variables.putAll(given);
        variables.put("TARGET_LOGIN", bastion.login);
        variables.put("TARGET_KNOWN", file("known_by_key").toString());
        return variables;
    }

    /** A variable of every script, as a folder of scripts that a test brings. */
    void give(String name, String value) {
        given.put(name, value);
    }

    /** How long each script may take from here on. */
    void mayTake(Duration most) {
        limit = most;
    }

    /** How long the script that was run last took. */
    Duration took() {
        return took;
    }

    /** Adds to what is prepared. */
    void prepare(String script) {
        Run run = Run.of(List.of("bash", "-c", script), new byte[0], Map.of(), prepared, limit);
        assertThat(run.exit).as("%s", run).isZero();
    }

    /** Runs {@code script} and tells what came of it. */
    Outcome outcome(Way way, String script) {
        try {
            empty(here);
            empty(there);
            Run run = Run.of(List.of("bash", "-c", script), new byte[0], variables(way), here, limit);
            took = run.took;
            return new Outcome(
                    run.exit,
                    new String(run.stdout, StandardCharsets.ISO_8859_1),
                    run.stderr,
                    listing(here),
                    listing(there));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void empty(Path folder) throws IOException {
        Run.of(List.of("rm", "-rf", folder.toString()), new byte[0]);
        Files.createDirectory(folder);
    }

    private static String listing(Path folder) {
        Run run = Run.of(List.of("bash", "-c", LISTING), new byte[0], Map.of("LC_ALL", "C.UTF-8"), folder);
        assertThat(run.exit).as("%s", run).isZero();
        return run.out();
    }

    /** What comes of {@code script} without a bastion; it is run once. */
    Outcome direct(String script) {
        return direct.computeIfAbsent(script, s -> outcome(Way.DIRECT, s));
    }

    /**
     * Runs {@code script} this way, and directly, and holds the two against each other.
     *
     * @return what came of both, for what a test knows beside that: a script that fails in both ways proves nothing
     */
    Outcome same(Way way, String script) {
        Outcome expected = direct(script);
        assertThat(outcome(way, script)).as(way + ": " + script).isEqualTo(expected);
        return expected;
    }

    /** The same of a script that ends well and says nothing on stderr. */
    Outcome works(Way way, String script) {
        Outcome outcome = same(way, script);
        assertThat(outcome.exit()).as("%s", outcome).isZero();
        assertThat(outcome.stderr()).as("%s", outcome).isEmpty();
        return outcome;
    }

    @Override
    public void close() throws Exception {
        bastion.close();
    }
}
