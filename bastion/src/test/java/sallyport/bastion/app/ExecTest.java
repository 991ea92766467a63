package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.bastion.Tool;

/** Commands through the bastion behave as commands over a direct connection. Real ssh client, real sshd. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExecTest {

    private TestBastion bastion;

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.start();
    }

    @AfterAll
    void stop() throws Exception {
        bastion.close();
    }

    private Run run(String... command) {
        return bastion.run("engineer", bastion.at("web-1"), command);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 250, 255})
    void the_exit_status_is_the_programs(int status) {
        assertThat(run("exit " + status).exit).isEqualTo(status);
    }

    @Test
    void stdout_and_stderr_stay_apart() {
        Run run = run("echo out; echo err >&2");
        assertThat(run.out()).isEqualTo("out\n");
        assertThat(run.stderr).isEqualTo("err\n");
    }

    @Test
    void stdin_and_its_end_reach_the_program() {
        Run run = bastion.run(
                "engineer", bastion.at("web-1"), List.of(), bastion.bytes("one\ntwo\n"), "wc -l; echo done");
        assertThat(run.out().strip()).isEqualTo("2\ndone");
    }

    @Test
    void stdin_sent_before_the_target_is_reached_is_kept() {
        byte[] early = new byte[300_000];
        new Random(1).nextBytes(early);
        Run run = bastion.run("engineer", bastion.at("web-1"), List.of(), early, "sleep 0.3; wc -c");
        assertThat(run.out().strip()).isEqualTo("300000");
    }

    @Test
    void sixty_four_mebibytes_each_way_are_identical_with_forced_rekeys() {
        byte[] bytes = new byte[64 << 20];
        new Random(2).nextBytes(bytes);
        Run run = bastion.run("engineer", bastion.at("web-1"), List.of("-o", "RekeyLimit=4M"), bytes, "cat");
        assertThat(run.exit).isZero();
        assertThat(run.stdout).isEqualTo(bytes);
    }

    @Test
    void death_by_signal_reads_as_with_a_direct_connection() {
        assertThat(run("kill -TERM $$").exit).isEqualTo(255);
    }

    @Test
    void command_bytes_are_passed_on_exactly() {
        String command = "printf %s 'a\"b\\c  d\t$HOME `id` é'";
        assertThat(run(command).out()).isEqualTo("a\"b\\c  d\t$HOME `id` é");
    }

    @Test
    void only_locale_and_git_variables_reach_the_program() {
        Run run = bastion.run(
                "engineer",
                bastion.at("web-1"),
                List.of("-o", "SetEnv=LC_TEST=yes LD_PRELOAD=/x BASTION_REASON=INC-1 FOO=bar"),
                new byte[0],
                "env");
        assertThat(run.out()).contains("LC_TEST=yes").doesNotContain("LD_PRELOAD", "BASTION_REASON", "FOO=");
    }

    @Test
    void an_unknown_and_a_forbidden_target_read_the_same() {
        Run unknown = bastion.run("engineer", bastion.at("nowhere-1"), "true");
        Run forbidden = bastion.run("engineer", bastion.at("secret-1"), "true");
        assertThat(unknown.exit).isEqualTo(252);
        assertThat(forbidden.exit).isEqualTo(252);
        assertThat(unknown.stderr)
                .isEqualTo("bastion: no target \"nowhere-1\" for you. Yours: ssh bastion target list\n");
        assertThat(forbidden.stderr).isEqualTo(unknown.stderr.replace("nowhere-1", "secret-1"));
        assertThat(unknown.stdout).isEmpty();
    }

    @Test
    void a_target_that_is_down_says_so_and_ends_with_255() {
        Run run = bastion.run("engineer", bastion.at("down-1"), "true");
        assertThat(run.exit).isEqualTo(255);
        assertThat(run.stderr).startsWith("bastion: down-1 at 127.0.0.1:").contains("cannot be reached");
    }

    @Test
    void a_changed_host_key_is_refused_by_name() {
        Run run = bastion.run("engineer", bastion.at("changed-1"), "true");
        assertThat(run.exit).isEqualTo(255);
        assertThat(run.stderr)
                .startsWith("bastion: the host key of changed-1 is SHA256:")
                .contains("Nothing was sent");
    }

    @Test
    void a_malformed_user_part_is_explained() {
        Run run = bastion.run("engineer", "a+b+c", "true");
        assertThat(run.exit).isEqualTo(252);
        assertThat(run.stderr).contains("It looks like login+target");
    }

    @Test
    void an_unknown_key_is_not_let_in() {
        Run run = bastion.run("stranger", bastion.at("web-1"), "true");
        assertThat(run.exit).isEqualTo(255);
        assertThat(run.stderr).contains("Permission denied (publickey)");
    }

    @Test
    void a_login_that_is_not_allowed_is_named_with_those_that_are() {
        Run run = bastion.run("engineer", "nobody-here+web-1", "true");
        assertThat(run.exit).isEqualTo(252);
        assertThat(run.stderr)
                .isEqualTo("bastion: you may not be nobody-here on web-1. Possible: " + bastion.login + ".\n");
    }

    @Test
    void subsystems_other_than_sftp_are_refused_in_words() {
        Run run = bastion.run("engineer", bastion.at("web-1"), List.of("-s"), new byte[0], "netconf");
        assertThat(run.exit).isEqualTo(252);
        assertThat(run.stderr).contains("the subsystem netconf is not allowed on web-1");
    }

    @Test
    void scp_in_its_old_mode_copies_files_exactly() throws Exception {
        byte[] bytes = new byte[3 << 20];
        new Random(3).nextBytes(bytes);
        var source = Files.write(bastion.folder.resolve("source file"), bytes);
        var copy = bastion.folder.resolve("copy");
        List<String> line = new ArrayList<>(bastion.ssh("engineer", "x", List.of()));
        line.set(0, Tool.SCP.path());
        line.set(line.indexOf("-p"), "-P");
        line = line.subList(0, line.indexOf("-l"));
        List<String> command = new ArrayList<>(line);
        command.add("-O");
        command.add(source.toString());
        command.add(bastion.at("web-1") + "@127.0.0.1:" + copy);
        Run run = Run.of(command, new byte[0]);
        assertThat(run.exit).as("%s", run).isZero();
        assertThat(copy).hasBinaryContent(bytes);
    }

    @Test
    void forwards_are_refused() {
        Run run = Run.of(
                bastion.ssh("engineer", bastion.at("web-1"), List.of("-W", "127.0.0.1:" + bastion.web.port)),
                new byte[0]);
        assertThat(run.exit).isEqualTo(255);
        assertThat(run.out()).doesNotContain("SSH-2.0");
    }

    /** As mosh's client asks for it: behind that it would wait for UDP that never comes. */
    @Test
    void mosh_is_refused_in_words() {
        Run run = bastion.run(
                "engineer",
                bastion.at("web-1"),
                List.of("-n", "-tt"),
                new byte[0],
                "mosh-server",
                "new",
                "-c",
                "256",
                "-s",
                "-l",
                "LANG=C.UTF-8");
        assertThat(run.exit).isEqualTo(252);
        assertThat(run.out() + run.stderr).contains("mosh does not pass").doesNotContain("MOSH CONNECT");
    }

    @Test
    void ten_channels_of_one_connection_share_one_transport_to_the_target() throws Exception {
        try (Shared shared = Shared.connection(bastion, "mux")) {
            List<CompletableFuture<String>> channels = IntStream.range(0, 8)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> shared.run("sleep 1; echo $SSH_CLIENT").out().strip(),
                            task -> Thread.ofVirtual().start(task)))
                    .toList();
            Set<String> ports = channels.stream().map(CompletableFuture::join).collect(Collectors.toSet());
            assertThat(ports).hasSize(1).allMatch(p -> p.startsWith("127.0.0.1 "));
        }
    }

    @Test
    void one_channel_after_the_other_finds_the_transport_to_the_target_until_the_client_has_left() throws Exception {
        ProcessHandle sshd;
        try (Shared shared = Shared.connection(bastion, "one-by-one")) {
            List<String> parents = IntStream.range(0, 3)
                    .mapToObj(i -> shared.run("echo $PPID; exit " + i))
                    .peek(run -> assertThat(run.stderr).isEmpty())
                    .map(run -> run.out().strip())
                    .toList();
            assertThat(Set.copyOf(parents)).hasSize(1);
            sshd = ProcessHandle.of(Long.parseLong(parents.getFirst())).orElseThrow();
            assertThat(sshd.isAlive()).isTrue();
        }
        Awaitility.await().until(() -> !sshd.isAlive());
    }

    @Test
    void the_transport_of_a_command_that_was_ended_closes_at_once() throws Exception {
        try (Shared shared = Shared.connection(bastion, "cut")) {
            Process client = new ProcessBuilder(shared.command("echo $PPID; exec sleep 60")).start();
            long parent = Long.parseLong(client.inputReader().readLine());
            ProcessHandle sshd = ProcessHandle.of(parent).orElseThrow();
            client.destroy();
            Awaitility.await().until(() -> !sshd.isAlive());
            assertThat(shared.run("echo $PPID").out().strip()).isNotEmpty().isNotEqualTo(Long.toString(parent));
        }
    }

    /** A connection of a client's that others of its commands use, too. */
    private record Shared(TestBastion bastion, Path socket, Process master) implements AutoCloseable {

        static Shared connection(TestBastion bastion, String name) throws IOException {
            Path socket = bastion.folder.resolve(name);
            Process master = new ProcessBuilder(bastion.ssh(
                            "engineer", bastion.at("web-1"), List.of("-M", "-N", "-o", "ControlPath=" + socket)))
                    .start();
            Awaitility.await().until(() -> Files.exists(socket));
            return new Shared(bastion, socket, master);
        }

        List<String> command(String command) {
            return bastion.ssh("engineer", bastion.at("web-1"), List.of("-o", "ControlPath=" + socket), command);
        }

        Run run(String command) {
            return Run.of(command(command), new byte[0]);
        }

        @Override
        public void close() {
            master.destroy();
        }
    }

    @Test
    void a_slow_reader_keeps_memory_flat() throws Exception {
        Process ssh = new ProcessBuilder(
                        bastion.ssh("engineer", bastion.at("web-1"), List.of(), "head -c 300M /dev/zero"))
                .start();
        try {
            System.gc();
            long before = used();
            ssh.getInputStream().readNBytes(1 << 20);
            // The client has stopped reading; what the target still sends has to wait at the target.
            long[] peak = {0};
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(200))
                    .during(Duration.ofSeconds(3))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> {
                        System.gc();
                        peak[0] = Math.max(peak[0], used() - before);
                        return peak[0] < 48L << 20;
                    });
            assertThat(new String(ssh.getInputStream().readNBytes(4), StandardCharsets.ISO_8859_1))
                    .isEqualTo("\0\0\0\0");
        } finally {
            ssh.destroyForcibly();
        }
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
