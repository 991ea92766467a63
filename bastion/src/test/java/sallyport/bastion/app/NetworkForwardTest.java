package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.bastion.Tool;

/**
 * What the bastion itself connects to for connections that are to no target. What may be reached is on another machine: a network
 * namespace, which wants root.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetworkForwardTest {

    private static final String OURS = "10.213.7.1";
    private static final String THEIRS = "10.213.7.2";

    private TestBastion bastion;
    private String machine = "";
    private Process far;
    private int farPort;

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.start();
        String name = "sw" + ProcessHandle.current().pid();
        if (isDone("netns add " + name)) {
            if (!isDone("link add " + name + "a type veth peer name " + name + "b netns " + name)) {
                ip("netns del " + name);
                return;
            }
            machine = name;
            ip("addr add " + OURS + "/30 dev " + name + "a");
            ip("link set " + name + "a up");
            ip("-n " + name + " addr add " + THEIRS + "/30 dev " + name + "b");
            ip("-n " + name + " link set " + name + "b up");
            farPort = SshdTarget.freePort();
            far = sshd();
        }
    }

    @AfterAll
    void stop() throws Exception {
        if (!machine.isEmpty()) {
            far.destroyForcibly().onExit().join();
            ip("netns del " + machine);
        }
        bastion.close();
    }

    private static void ip(String line) {
        assertThat(isDone(line)).as("ip %s", line).isTrue();
    }

    private static boolean isDone(String line) {
        return Run.of(
                                Stream.concat(Stream.of(Tool.IP.path()), Stream.of(line.split(" ")))
                                        .toList(),
                                new byte[0])
                        .exit
                == 0;
    }

    /** Something that listens on the other machine and can be talked with. */
    private Process sshd() throws IOException {
        Path folder = Files.createDirectory(bastion.folder.resolve("far"));
        SshdTarget.keygen(folder.resolve("host_key"));
        Path authorized = Files.copy(bastion.folder.resolve("engineer.pub"), folder.resolve("authorized"));
        Files.setPosixFilePermissions(authorized, PosixFilePermissions.fromString("rw-------"));
        Path config = Files.writeString(
                folder.resolve("config"), """
                    ListenAddress %s:%d
                    HostKey %s
                    AuthorizedKeysFile %s
                    PidFile none
                    StrictModes no
                    UsePAM no
                    """.formatted(THEIRS, farPort, folder.resolve("host_key"), authorized));
        return new ProcessBuilder(
                        Tool.IP.path(), "netns", "exec", machine, Tool.SSHD.path(), "-D", "-e", "-f", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    private void allow(String places) throws Exception {
        Files.writeString(
                bastion.accessFile(),
                bastion.access(TestHouse.PEOPLE)
                        + "  - name: places\n    roles: [engineer]\n    targets: [web-1]\n    forward: [" + places
                        + "]\n");
        bastion.bastion.reload();
    }

    private Run to(String person, String place) {
        List<String> line = bastion.ssh(person, person, List.of("-W", place));
        line.replaceAll(part -> part.equals("LogLevel=ERROR") ? "LogLevel=VERBOSE" : part);
        return Run.of(line, new byte[0]);
    }

    private void needsAnotherMachine() {
        assumeFalse(machine.isEmpty(), "this machine makes no other ones (network namespaces); run as root");
    }

    @Test
    void exactly_the_place_that_a_rule_lists_is_reached_and_counted() throws Exception {
        needsAnotherMachine();
        String place = THEIRS + ":" + farPort;
        allow("\"" + place + "\"");
        Awaitility.await("something on " + place)
                .atMost(Duration.ofSeconds(10))
                .until(() -> to("engineer", place).out().startsWith("SSH-2.0-OpenSSH"));
        byte[] much = new byte[1 << 20];
        new Random(1).nextBytes(much);
        String through = bastion.ssh("engineer", "engineer", List.of("-W", place)).stream()
                .collect(Collectors.joining(" "));
        Run run = Run.of(
                List.of(
                        Tool.SSH.path(),
                        "-F",
                        "none",
                        "-i",
                        bastion.folder.resolve("engineer").toString(),
                        "-o",
                        "ProxyCommand=" + through,
                        "-o",
                        "StrictHostKeyChecking=no",
                        "-o",
                        "UserKnownHostsFile=/dev/null",
                        "-o",
                        "LogLevel=ERROR",
                        bastion.login + "@far",
                        "cat"),
                much);
        assertThat(run.exit).as("%s", run).isZero();
        assertThat(run.stdout).isEqualTo(much);
        var session = Json.items(bastion.printed("engineer", "session list --json")).stream()
                .filter(each -> "forward".equals(each.get("mode")))
                .findFirst()
                .orElseThrow();
        assertThat(session).containsEntry("target", "network").containsEntry("login", "bastion");
        String code = Json.text(session, "code");
        bastion.awaitSealed(code);
        assertThat(new String(bastion.download(code, "text"), StandardCharsets.UTF_8))
                .contains("1: local from the client to " + place);
        assertThat(to("second", place).stdout).isNotEmpty();
        assertThat(to("manager", place).stderr).contains("no target \"" + THEIRS + "\" for you");
        assertThat(to("engineer", THEIRS + ":" + (farPort + 1)).stderr)
                .contains("no target \"" + THEIRS + "\" for you");
    }

    @Test
    void a_targets_ssh_is_not_reached_although_a_rule_lists_it() throws Exception {
        needsAnotherMachine();
        String place = THEIRS + ":" + farPort;
        Files.writeString(
                bastion.accessFile(),
                bastion.access(TestHouse.PEOPLE)
                                .replace(
                                        "rules:\n",
                                        "  far-1:\n    address: %s\n    environment: staging\n    logins: [x]\n    host-keys: [\"%s\"]\nrules:\n"
                                                .formatted(place, bastion.web.hostKeyLine))
                        + "  - name: places\n    roles: [engineer]\n    targets: [web-1]\n    forward: [\"" + place
                        + "\"]\n");
        bastion.bastion.reload();
        assertThat(to("engineer", place).stderr)
                .contains("that is a target's ssh, which is reached with ssh -J bastion TARGET");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:%d",
                "localhost:%d",
                "[::1]:%d",
                "[::ffff:127.0.0.1]:%d",
                "[::7f00:1]:%d",
                "[64:ff9b::7f00:1]:%d",
                "[2002:7f00:1::1]:%d",
                "0.0.0.0:%d",
                "[::]:%d",
                "169.254.169.254:80",
                "[fe80::1]:80",
                "224.0.0.1:80",
                "255.255.255.255:80"
            })
    void some_places_are_never_reached_whatever_rules_list(String where) throws Exception {
        try (Far open = Far.onPort(Far.ECHO)) {
            String place = where.formatted(open.port());
            allow("\"" + place + "\"");
            Run run = to("engineer", place);
            assertThat(run.stdout).isEmpty();
            assertThat(run.stderr).contains("administratively prohibited: its address is ");
        }
    }

    @Test
    void the_bastion_itself_is_not_reached_by_its_other_addresses() throws Exception {
        String own = machine.isEmpty() ? InetAddress.getLocalHost().getHostAddress() : OURS;
        allow("\"" + own + ":8080\"");
        assertThat(to("engineer", own + ":8080").stderr)
                .contains("administratively prohibited: its address is the bastion's");
    }
}
