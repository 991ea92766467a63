package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.bastion.Tool;

/** {@code ssh -J bastion root@web-1} is the same as {@code ssh root+web-1@bastion}. Real ssh client, real sshd. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JumpTest {

    private TestBastion bastion;
    private Path config;

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.start();
        List<String> known =
                bastion.printed("engineer", "config --known-hosts").lines().toList();
        file("known_by_authority", known.getFirst());
        file("known_by_key", known.getLast().substring(2));
        file("known_not", "");
        config = file("jump_config", hops() + """
            Host web-1* prod-db-1* down-1 secret-1 nowhere-1
                IdentityFile none
                UserKnownHostsFile %1$s/known_by_authority
            Host *
                UserKnownHostsFile %1$s/known_hosts
                IdentitiesOnly yes
                IdentityAgent none
                GlobalKnownHostsFile /dev/null
                StrictHostKeyChecking yes
                BatchMode yes
            """.formatted(bastion.folder));
    }

    @AfterAll
    void stop() throws Exception {
        bastion.close();
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(bastion.folder.resolve(name), text + "\n");
    }

    /** One Host for each person, which is the bastion as that person. */
    private String hops() {
        StringBuilder text = new StringBuilder();
        for (String person : TestHouse.PEOPLE) {
            text.append("""
                Host %1$s
                    HostName 127.0.0.1
                    Port %2$d
                    User %1$s
                    IdentityFile %3$s/%1$s
                """.formatted(person, bastion.bastion.sshPort(), bastion.folder));
        }
        return text.toString();
    }

    /** An ssh command line that jumps over the bastion as {@code person}. */
    private List<String> ssh(String person, List<String> options, String destination, String... command) {
        return Stream.of(
                        List.of(Tool.SSH.path(), "-F", config.toString(), "-J", person),
                        options,
                        List.of(destination),
                        List.of(command))
                .flatMap(List::stream)
                .toList();
    }

    private String at(String target) {
        return bastion.login + "@" + target;
    }

    private Run run(String destination, String... command) {
        return Run.of(ssh("engineer", List.of(), destination, command), new byte[0]);
    }

    private Run withKnownHosts(String name, String destination) {
        return Run.of(
                ssh(
                        "engineer",
                        List.of("-o", "UserKnownHostsFile=" + bastion.folder.resolve(name)),
                        destination,
                        "echo in"),
                new byte[0]);
    }

    private Terminal terminal(String person, String user, String target) {
        Terminal terminal = Terminal.start(ssh(person, List.of("-t", "-l", user), target));
        terminal.await("bastion: ");
        return terminal;
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    // --- a command ---

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 250})
    void the_exit_status_is_the_programs(int status) {
        assertThat(run(at("web-1"), "exit " + status).exit).isEqualTo(status);
    }

    @Test
    void stdout_and_stderr_stay_apart() {
        Run run = run(at("web-1"), "echo out; echo err >&2");
        assertThat(run.out()).isEqualTo("out\n");
        assertThat(run.stderr).isEqualTo("err\n");
    }

    @Test
    void stdin_and_its_end_reach_the_program() {
        Run run = Run.of(ssh("engineer", List.of(), at("web-1"), "wc -l; echo done"), bastion.bytes("one\ntwo\n"));
        assertThat(run.out().strip()).isEqualTo("2\ndone");
    }

    @Test
    void a_mebibyte_each_way_is_identical() {
        byte[] bytes = random(1 << 20);
        Run run = Run.of(ssh("engineer", List.of(), at("web-1"), "cat"), bytes);
        assertThat(run.exit).as("%s", run).isZero();
        assertThat(run.stdout).isEqualTo(bytes);
    }

    @Test
    void sixteen_mebibytes_each_way_are_identical_while_both_connections_change_their_keys() throws Exception {
        byte[] bytes = random(16 << 20);
        Path rekeying = file("rekeying_config", "Include " + config + "\nHost engineer\n    RekeyLimit 1500K");
        List<String> line = new ArrayList<>(ssh("engineer", List.of("-o", "RekeyLimit=1M"), at("web-1"), "cat"));
        line.set(2, rekeying.toString());
        Run run = Run.of(line, bytes);
        assertThat(run.exit).as("%s", run).isZero();
        assertThat(Arrays.equals(run.stdout, bytes)).isTrue();
    }

    @Test
    void a_slow_reader_keeps_memory_flat() throws Exception {
        Process ssh = new ProcessBuilder(ssh("engineer", List.of(), at("web-1"), "head -c 300M /dev/zero")).start();
        try {
            System.gc();
            long before = used();
            ssh.getInputStream().readNBytes(1 << 20);
            long[] peak = {0};
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(200))
                    .during(Duration.ofSeconds(2))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> {
                        System.gc();
                        peak[0] = Math.max(peak[0], used() - before);
                        return peak[0] < 48L << 20;
                    });
            assertThat(ssh.getInputStream().readNBytes(4)).containsOnly(0);
        } finally {
            ssh.destroyForcibly();
        }
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void what_was_recorded_is_what_was_seen() {
        Run run = run(at("web-1"), "printf 'seen through a jump: \\303\\251'");
        assertThat(run.exit).as("%s", run).isZero();
        String code = bastion.sealed("engineer");
        assertThat(Json.text(bastion.session("engineer", ""), "target")).isEqualTo("web-1");
        assertThat(bastion.download(code, "raw")).isEqualTo(run.stdout);
    }

    // --- a shell ---

    @Test
    void a_shell_has_its_size_and_its_exit_status() {
        try (Terminal shell = terminal("engineer", bastion.login + "+new", "web-1")) {
            shell.type("stty size\n").await("30 100");
            shell.resize(120, 40);
            shell.type("until stty size | grep '40.120'; do sleep 0.05; done\n").await("40 120");
            shell.type("exit 7\n");
            assertThat(shell.exit()).isEqualTo(7);
        }
    }

    @Test
    void a_client_that_is_killed_leaves_its_shell_running_for_either_way_back() {
        Terminal first = terminal("second", bastion.login + "+name=jumped", "web-1");
        first.type("x=still-here; echo re''ady\n").await("ready");
        first.kill();
        Awaitility.await()
                .untilAsserted(() -> assertThat(Json.text(bastion.session("second", "jumped"), "state"))
                        .isEqualTo("detached"));
        try (Terminal again = bastion.terminal("second", "s+jumped")) {
            again.await("back in \"jumped\"");
            again.type("echo $x\n").await("still-here");
            again.type("exit 4\n");
            assertThat(again.exit()).isEqualTo(4);
        }
    }

    @Test
    void revoked_it_is_told_by_whom_and_why_and_ends_with_254_within_a_second() {
        try (Terminal shell = terminal("engineer", bastion.login + "+name=told", "web-1")) {
            shell.type("echo in-$((1+1))\n").await("in-2");
            String code = Json.text(bastion.session("engineer", "told"), "code");
            CompletableFuture<Long> ended = CompletableFuture.supplyAsync(
                    () -> {
                        shell.exit();
                        return System.nanoTime();
                    },
                    task -> Thread.ofVirtual().start(task));
            Run revoked = bastion.console("manager", "session revoke " + code + " --reason rm outside window --yes");
            long told = System.nanoTime();
            assertThat(revoked.exit).as("%s", revoked).isZero();
            assertThat(Duration.ofNanos(ended.join() - told)).isLessThan(Duration.ofSeconds(1));
            assertThat(shell.exit()).isEqualTo(254);
            assertThat(shell.text()).contains("ended by manager at ", "\"rm outside window\"");
        }
    }

    // --- whom the client believes ---

    @Test
    void the_authority_in_known_hosts_is_enough() {
        assertThat(withKnownHosts("known_by_authority", at("web-1")).out()).isEqualTo("in\n");
        assertThat(withKnownHosts("known_by_authority", at("web-1.test.example"))
                        .out())
                .isEqualTo("in\n");
        assertThat(withKnownHosts("known_by_authority", at("WEB-1")).out()).isEqualTo("in\n");
    }

    @Test
    void the_key_itself_can_be_pinned() {
        assertThat(withKnownHosts("known_by_key", at("web-1")).out()).isEqualTo("in\n");
    }

    @Test
    void who_knows_neither_is_not_led_in() {
        Run run = withKnownHosts("known_not", at("web-1"));
        assertThat(run.exit).isEqualTo(255);
        assertThat(run.stderr).contains("Host key verification failed");
    }

    // --- who may, and where to ---

    @Test
    void the_inner_key_makes_nobody_somebody_else() {
        Run run = Run.of(
                ssh(
                        "engineer",
                        List.of("-i", bastion.folder.resolve("second").toString()),
                        at("web-1"),
                        "echo as-engineer"),
                new byte[0]);
        assertThat(run.out()).isEqualTo("as-engineer\n");
        assertThat(bastion.printed("engineer", "session list --json")).contains("as-engineer");
        assertThat(bastion.printed("second", "session list --json")).doesNotContain("as-engineer");
    }

    @Test
    void a_login_that_is_not_allowed_is_named_with_those_that_are() {
        Run run = run("nobody-here@web-1", "true");
        assertThat(run.exit).isEqualTo(252);
        assertThat(run.stderr)
                .isEqualTo("bastion: you may not be nobody-here on web-1. Possible: " + bastion.login + ".\n");
    }

    @Test
    void an_unknown_and_a_forbidden_target_read_the_same() {
        Run unknown = run(at("nowhere-1"), "true");
        Run forbidden = run(at("secret-1"), "true");
        assertThat(unknown.exit).isEqualTo(255);
        assertThat(unknown.stderr)
                .contains("no target \"nowhere-1\" for you, and the bastion forwards to nothing else");
        assertThat(forbidden.exit).isEqualTo(255);
        assertThat(forbidden.stderr.lines().findFirst())
                .isEqualTo(
                        unknown.stderr.replace("nowhere-1", "secret-1").lines().findFirst());
    }

    @Test
    void a_target_that_is_down_says_so_as_without_a_jump() {
        Run run = run(at("down-1"), "true");
        assertThat(run.exit).isEqualTo(255);
        assertThat(run.stderr).startsWith("bastion: down-1 at 127.0.0.1:").contains("cannot be reached");
    }

    @Test
    void no_other_port_of_a_target_is_reached() {
        Run run = Run.of(List.of(Tool.SSH.path(), "-F", config.toString(), "-W", "web-1:80", "engineer"), new byte[0]);
        assertThat(run.exit).isEqualTo(255);
        assertThat(run.stderr).contains("port 80 of web-1 cannot be reached through the bastion");
        assertThat(run.stdout).isEmpty();
    }

    @Test
    void a_targets_own_ssh_port_is_never_dialled_for_a_client() {
        Run byAddress = Run.of(
                List.of(Tool.SSH.path(), "-F", config.toString(), "-W", "127.0.0.1:" + bastion.web.port, "engineer"),
                new byte[0]);
        assertThat(byAddress.stdout).isEmpty();
        assertThat(byAddress.stderr).contains("no target \"127.0.0.1\" for you");
        // By its name it is the bastion that answers, on that port too.
        Run byName = Run.of(
                List.of(Tool.SSH.path(), "-F", config.toString(), "-W", "web-1:" + bastion.web.port, "engineer"),
                bastion.bytes("SSH-2.0-nobody\r\n"));
        assertThat(byName.out()).startsWith("SSH-2.0-OpenSSH_9.9 Sallyport_");
    }

    @Test
    void nothing_is_forwarded_from_inside_a_target() {
        Run run = run(at("web-1"), "true");
        assertThat(run.exit).isZero();
        Run further = Run.of(
                List.of(Tool.SSH.path(), "-F", config.toString(), "-J", "engineer," + at("web-1"), at("prod-db-1")),
                new byte[0]);
        assertThat(further.exit).isEqualTo(255);
        assertThat(further.stderr).contains("is not forwarded on web-1", "Jump to each target by itself");
    }

    @Test
    void production_asks_as_it_does_without_a_jump() {
        Run without = run(at("prod-db-1"), "true");
        assertThat(without.exit).isEqualTo(251);
        assertThat(without.stderr).startsWith("bastion: prod-db-1 (PRODUCTION) needs a reason");
        Run with =
                Run.of(ssh("engineer", List.of("-l", bastion.login + "+t=INC-42"), "prod-db-1", "true"), new byte[0]);
        assertThat(with.exit).isEqualTo(251);
        assertThat(with.stderr).contains("approv");
    }

    // --- several of them ---

    @Test
    void many_channels_share_one_connection_inside() throws Exception {
        Path socket = bastion.folder.resolve("inner-mux");
        Process master = new ProcessBuilder(
                        ssh("engineer", List.of("-M", "-N", "-o", "ControlPath=" + socket), at("web-1")))
                .start();
        try {
            Awaitility.await().until(() -> Files.exists(socket));
            Set<String> ports = Set.copyOf(inParallel(
                    5,
                    i -> Run.of(
                            ssh(
                                    "engineer",
                                    List.of("-o", "ControlPath=" + socket),
                                    at("web-1"),
                                    "sleep 1; echo $SSH_CLIENT"),
                            new byte[0])));
            // One transport to the target, too.
            assertThat(ports).hasSize(1).allMatch(port -> port.startsWith("127.0.0.1 "));
        } finally {
            master.destroy();
        }
    }

    @Test
    void many_jumps_share_one_connection_outside() throws Exception {
        Path socket = bastion.folder.resolve("outer-mux");
        Path shared = file("shared_config", "Include " + config + "\nHost engineer\n    ControlPath " + socket);
        Process master = new ProcessBuilder(Tool.SSH.path(), "-F", shared.toString(), "-M", "-N", "engineer").start();
        try {
            Awaitility.await().until(() -> Files.exists(socket));
            assertThat(inParallel(5, i -> {
                        List<String> line = new ArrayList<>(ssh("engineer", List.of(), at("web-1"), "echo jump-" + i));
                        line.set(2, shared.toString());
                        return Run.of(line, new byte[0]);
                    }))
                    .containsExactlyInAnyOrder("jump-0\n", "jump-1\n", "jump-2\n", "jump-3\n", "jump-4\n");
        } finally {
            master.destroy();
        }
    }

    @Test
    void jumps_of_one_connection_carry_much_at_once_both_ways_while_keys_change() throws Exception {
        Path socket = bastion.folder.resolve("busy-mux");
        Path shared = file(
                "busy_config", "Include " + config + "\nHost engineer\n    RekeyLimit 1M\n    ControlPath " + socket);
        Process master = new ProcessBuilder(Tool.SSH.path(), "-F", shared.toString(), "-M", "-N", "engineer").start();
        try {
            Awaitility.await().until(() -> Files.exists(socket));
            byte[] bytes = random(6 << 20);
            assertThat(inParallel(4, _ -> {
                        List<String> line = new ArrayList<>(ssh(
                                "engineer",
                                List.of("-o", "RekeyLimit=1500K"),
                                at("web-1"),
                                "tee /dev/stderr | md5sum; exit 3"));
                        line.set(2, shared.toString());
                        return Run.of(line, bytes);
                    }))
                    .containsOnly(md5(bytes) + "  -\n");
        } finally {
            master.destroy();
        }
    }

    private static String md5(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    }

    @Test
    void who_is_removed_gets_no_further_through_a_connection_that_lives() throws Exception {
        Path socket = bastion.folder.resolve("removed-mux");
        Path shared = file("removed_config", "Include " + config + "\nHost second\n    ControlPath " + socket);
        Process master = new ProcessBuilder(Tool.SSH.path(), "-F", shared.toString(), "-M", "-N", "second").start();
        List<String> through = new ArrayList<>(ssh("second", List.of(), at("web-1"), "echo through"));
        through.set(2, shared.toString());
        try {
            Awaitility.await().until(() -> Files.exists(socket));
            assertThat(Run.of(through, new byte[0]).out()).isEqualTo("through\n");
            Files.writeString(
                    bastion.accessFile(),
                    bastion.access(TestHouse.PEOPLE.stream()
                            .filter(person -> !person.equals("second"))
                            .toList()));
            bastion.bastion.reload();
            Run after = Run.of(through, new byte[0]);
            assertThat(after.exit).isEqualTo(255);
            assertThat(after.stdout).isEmpty();
        } finally {
            master.destroy();
            Files.writeString(bastion.accessFile(), bastion.access(TestHouse.PEOPLE));
            bastion.bastion.reload();
        }
    }

    @Test
    void refused_and_finished_jumps_leave_nothing_behind_in_their_connection() throws Exception {
        Path socket = bastion.folder.resolve("tidy-mux");
        Path shared = file("tidy_config", "Include " + config + "\nHost engineer\n    ControlPath " + socket);
        Process master = new ProcessBuilder(Tool.SSH.path(), "-F", shared.toString(), "-M", "-N", "engineer").start();
        try {
            Awaitility.await().until(() -> Files.exists(socket));
            List<String> refused = List.of(Tool.SSH.path(), "-F", shared.toString(), "-W", "nowhere-1:22", "engineer");
            List<String> jump = new ArrayList<>(ssh("engineer", List.of(), at("web-1"), "echo in"));
            jump.set(2, shared.toString());
            // More than one connection may have open at once.
            for (int i = 0; i < 12; i++) {
                assertThat(Run.of(refused, new byte[0]).exit).isEqualTo(255);
                assertThat(Run.of(jump, new byte[0]).out()).isEqualTo("in\n");
            }
        } finally {
            master.destroy();
        }
    }

    private static List<String> inParallel(int times, IntFunction<Run> what) {
        List<CompletableFuture<String>> all = IntStream.range(0, times)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> what.apply(i).out(), task -> Thread.ofVirtual().start(task)))
                .toList();
        return all.stream().map(CompletableFuture::join).toList();
    }

    // --- ssh_config ---

    @Test
    void what_config_prints_is_all_that_ssh_needs() throws Exception {
        Path printed = file("printed_config", bastion.printed("engineer", "config"));
        file("printed_known", bastion.printed("engineer", "config --known-hosts"));
        Path own = file("own_config", """
            Include %3$s
            Host bastion
                HostName 127.0.0.1
                Port %1$d
                IdentityFile %2$s/engineer
                UserKnownHostsFile %2$s/known_hosts
            Host *
                UserKnownHostsFile %2$s/printed_known
                GlobalKnownHostsFile /dev/null
                StrictHostKeyChecking yes
                IdentitiesOnly yes
                IdentityAgent none
                BatchMode yes
            """.formatted(bastion.bastion.sshPort(), bastion.folder, printed));
        for (String host : List.of("web-1", "web-1.test.example")) {
            Run run = Run.of(List.of(Tool.SSH.path(), "-F", own.toString(), host, "echo in"), new byte[0]);
            assertThat(run.out()).as("%s", run).isEqualTo("in\n");
        }
    }
}
