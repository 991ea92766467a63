package sallyport.bastion.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.pty4j.PtyProcess;
import com.pty4j.PtyProcessBuilder;
import com.pty4j.WinSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.bastion.Tool;
import sallyport.keys.KeyFile;
import sallyport.keys.PinnedHostKeys;

class DemoTargetsTest {

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @TempDir
    static Path dir;

    private static DemoTargets targets;
    private static String port;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Result(int status, byte[] out, String err) {

        String text() {
            return new String(out, StandardCharsets.UTF_8);
        }
    }

    @BeforeAll
    static void start() throws IOException {
        Tool.SSH.path();
        PinnedHostKeys trusted =
                PinnedHostKeys.parse(List.of(KeyFile.publicLine(KeyFile.create(dir.resolve("key"), "test"))));
        KeyFile.create(dir.resolve("stranger"), "test");
        targets = DemoTargets.start(dir, List.of("web-1", "prod-db-1"), trusted::contains);
        assertThat(targets.servingLine()).matches("serving web-1=\\d+ prod-db-1=\\d+");
        port = targets.servingLine().replaceAll(".*web-1=(\\d+).*", "$1");
    }

    @AfterAll
    static void stop() {
        if (targets != null) {
            targets.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 130, 143, 251, 255})
    void an_exit_status_is_exact(int status) throws Exception {
        assertThat(ssh(new byte[0], "exit " + status).status).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"TERM", "KILL", "HUP", "SEGV", "ABRT"})
    void a_death_by_signal_is_told_apart_from_a_status(String signal) throws Exception {
        Result result = ssh(new byte[0], "-v", "kill -" + signal + " $$");

        assertThat(result.status).as("what ssh returns for an exit signal").isEqualTo(255);
        assertThat(result.err).contains("rtype exit-signal").doesNotContain("rtype exit-status");
    }

    @Test
    void streams_are_apart_and_end_of_input_arrives() throws Exception {
        Result result = ssh("hello".getBytes(StandardCharsets.UTF_8), "cat; echo error >&2");

        assertThat(result.text()).isEqualTo("hello");
        assertThat(result.err).endsWith("error\n");
    }

    @Test
    void sixteen_mebibytes_come_back_identical() throws Exception {
        byte[] random = new byte[16 << 20];
        new Random(1).nextBytes(random);

        assertThat(Arrays.equals(ssh(random, "cat").out, random)).isTrue();
    }

    @Test
    void the_environment_is_built_from_nothing() throws Exception {
        Result result = ssh(new byte[0], "-o", "SetEnv=LC_TIME=C SECRET=x LD_PRELOAD=y", "env");

        assertThat(result.text().lines().map(line -> line.replaceAll("=.*", "")))
                .containsOnly("USER", "LOGNAME", "HOME", "SHELL", "PATH", "LC_TIME", "PWD", "SHLVL", "_");
    }

    @Test
    void another_key_is_not_let_in() throws Exception {
        Result result = run(new byte[0], command("stranger", "true"));

        assertThat(result.status).isEqualTo(255);
        assertThat(result.err).contains("Permission denied (publickey)");
    }

    @Test
    void a_terminal_has_its_size_from_the_first_moment_and_follows_changes() throws Exception {
        PtyProcess client = new PtyProcessBuilder(command(
                                "key",
                                "-tt",
                                "stty size; trap 'stty size; exit 5' WINCH; while :; do read -t 1 x; done")
                        .toArray(String[]::new))
                .setInitialColumns(101)
                .setInitialRows(31)
                .start();
        try (ExecutorService reader = Executors.newVirtualThreadPerTaskExecutor()) {
            ByteArrayOutputStream seen = new ByteArrayOutputStream();
            Future<?> reading = reader.submit(() -> {
                InputStream in = client.getInputStream();
                for (int c = in.read(); c >= 0; c = in.read()) {
                    seen.write(c);
                }
                return true;
            });
            await().atMost(DEADLINE)
                    .until(() -> seen.toString(StandardCharsets.UTF_8).contains("31 101"));

            client.setWinSize(new WinSize(132, 50));

            await().atMost(DEADLINE)
                    .until(() -> seen.toString(StandardCharsets.UTF_8).contains("50 132"));
            assertThat(client.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(client.exitValue()).isEqualTo(5);
            reading.get();
        } finally {
            client.destroyForcibly();
        }
    }

    @Test
    void a_shell_says_on_which_target_it_is() throws Exception {
        Result result = ssh("exit 3\n".getBytes(StandardCharsets.UTF_8), "-tt");

        assertThat(result.status).isEqualTo(3);
        assertThat(result.text()).contains("@web-1");
    }

    @Test
    void a_background_job_does_not_keep_a_terminal_open() throws Exception {
        assertThat(ssh(new byte[0], "-tt", "sleep 300 & exit 4").status).isEqualTo(4);
    }

    @Test
    void a_program_waits_for_a_slow_reader() throws Exception {
        Path counted = dir.resolve("counted");
        Process client = new ProcessBuilder(command(
                        "key",
                        "i=0; while [ $i -lt 4000 ]; do head -c 65536 /dev/zero; i=$((i+1)); echo $i > '" + counted
                                + "'; done"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            client.getInputStream().read();
            String[] last = {""};
            // Nobody reads on: the count must come to rest, well below the 250 MiB that are asked for.
            await().atMost(DEADLINE).pollInterval(Duration.ofMillis(500)).until(() -> {
                String now = Files.exists(counted) ? Files.readString(counted).strip() : "";
                boolean rests = !now.isEmpty() && now.equals(last[0]);
                last[0] = now;
                return rests;
            });
            assertThat(Integer.parseInt(last[0]) * 64 / 1024)
                    .as("MiB under way")
                    .isLessThan(16);
        } finally {
            client.destroyForcibly();
        }
    }

    @Test
    void a_lost_connection_hangs_up_and_closing_leaves_no_process() throws Exception {
        DemoTargets own = DemoTargets.start(dir.resolve("own"), List.of("a"), key -> true);
        String ownPort = own.servingLine().replaceAll("\\D+", "");
        List<String> command = new ArrayList<>(command("key", "trap '' HUP; echo $$; sleep 500"));
        command.set(command.indexOf("-p") + 1, ownPort);
        Process client = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long pid = Long.parseLong(client.inputReader().readLine());

        own.close();

        await().atMost(DEADLINE)
                .until(() ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
        assertThat(client.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void scp_and_git_work() throws Exception {
        Path file = Files.write(dir.resolve("file"), new byte[] {0, 1, 2, (byte) 0xff});
        List<String> options = command("key").subList(1, command("key").size() - 1);
        List<String> scp = new ArrayList<>(List.of(Tool.SCP.path(), "-O"));
        options.forEach(option -> scp.add(option.equals("-p") ? "-P" : option));
        scp.addAll(List.of(file.toString(), "root@127.0.0.1:" + dir.resolve("copy")));

        assertThat(run(new byte[0], scp).status).isZero();
        assertThat(dir.resolve("copy")).hasBinaryContent(new byte[] {0, 1, 2, (byte) 0xff});

        Path repository = dir.resolve("repository");
        assertThat(run(new byte[0], List.of(Tool.GIT.path(), "init", "-q", "--bare", repository.toString())).status)
                .isZero();
        List<String> git = List.of(
                Tool.GIT.path(),
                "-c",
                "core.sshCommand=ssh " + String.join(" ", options),
                "ls-remote",
                "root@127.0.0.1:" + repository);
        assertThat(run(new byte[0], git).status).isZero();
    }

    private static Result ssh(byte[] input, String... arguments) throws Exception {
        return run(input, command("key", arguments));
    }

    /** Options of {@code arguments} come first, the command last; ssh itself wants its host between. */
    private static List<String> command(String key, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Tool.SSH.path(),
                "-F",
                "none",
                "-i",
                dir.resolve(key).toString(),
                "-p",
                port,
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "BatchMode=yes",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null"));
        boolean hasCommand = arguments.length > 0 && !arguments[arguments.length - 1].startsWith("-");
        command.addAll(List.of(arguments).subList(0, hasCommand ? arguments.length - 1 : arguments.length));
        command.add("root@127.0.0.1");
        if (hasCommand) {
            command.add(arguments[arguments.length - 1]);
        }
        return command;
    }

    private static Result run(byte[] input, List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).start();
        try (ExecutorService pumps = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<byte[]> out = pumps.submit(() -> process.getInputStream().readAllBytes());
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            Future<?> errors = pumps.submit(() -> process.getErrorStream().transferTo(err));
            Future<?> fed = pumps.submit(() -> {
                try (var in = process.getOutputStream()) {
                    in.write(input);
                }
                return true;
            });
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("no end within a minute: " + command);
            }
            errors.get();
            assertThat(fed).succeedsWithin(DEADLINE);
            return new Result(process.exitValue(), out.get(), err.toString(StandardCharsets.UTF_8));
        }
    }
}
