package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sallyport.bastion.Tool;

/**
 * {@code kill -9} in the middle of everything loses nothing that anybody saw, and the next start puts the rest right (R1). More and
 * longer on request: {@code mvn verify -Dtest=CrashTest -Dsallyport.crash.sessions=100 -Dsallyport.crash.rounds=20}.
 */
class CrashTest {

    private static final int MOST_BYTES_BEFORE_THE_KILL = 2 << 20;
    private static final int SESSIONS = Integer.getInteger("sallyport.crash.sessions", 10);
    private static final int ROUNDS = Integer.getInteger("sallyport.crash.rounds", 1);

    @TempDir
    Path temporary;

    @BeforeAll
    static void tools() {
        Tool.SSH.path();
        Tool.SETSID.path();
    }

    static IntStream rounds() {
        return IntStream.range(0, ROUNDS);
    }

    /** A shell in a terminal that counts lines. */
    private record Shell(String mark, Terminal terminal) {
        static Shell open(Path dir, int number, Path pids) throws Exception {
            String mark = "in-" + number + "\r\n";
            Terminal terminal = Terminal.start(ssh(dir, "root+web-1+name=shell-" + number + "@engineer", "-t"));
            terminal.await("new session");
            terminal.type("echo $$ >> " + pids + "; echo in-$((" + number + "+0))\n")
                    .await(mark);
            return new Shell(mark, terminal);
        }

        boolean isBusy() {
            return text(terminal.bytes()).contains("line 100\r\n");
        }

        void work() {
            terminal.type("while :; do for j in {1..50}; do i=$((i+1)); echo line $i; done; read -t 0.02; done\n");
        }
    }

    /** A command without a terminal that counts, from a number that is its own. */
    private record Counting(long from, Process client, Path out) {
        static Counting start(Path dir, int number, Path pids) throws IOException {
            long from = number * 1_000_000_000L;
            Path out = dir.resolveSibling("seen-" + number);
            Process client = new ProcessBuilder(ssh(
                            dir,
                            "root+web-1@engineer",
                            "echo $$ >> " + pids + "; i=" + from
                                    + "; while :; do seq $i $((i+999)); i=$((i+1000)); sleep 0.02; done"))
                    .redirectOutput(out.toFile())
                    .redirectError(dir.resolveSibling("client.err").toFile())
                    .start();
            return new Counting(from, client, out);
        }
    }

    /** What one client saw, a character a byte, and by what its recording is known. */
    private record Seen(String mode, String mark, String text) {}

    @ParameterizedTest
    @MethodSource("rounds")
    void a_recording_holds_all_that_was_seen_before_the_kill_and_the_next_start_goes_on(int round) throws Exception {
        Path dir = temporary.resolve("demo");
        long seed = System.nanoTime();
        int enough = 1 + new Random(seed).nextInt(MOST_BYTES_BEFORE_THE_KILL);
        Child first = Child.start(temporary, "demo", "--dir", dir.toString(), "--ssh-port", "0", "--http-port", "0");
        List<ProcessHandle> ofFirst;
        List<Seen> seen = new ArrayList<>();
        Path pids = temporary.resolve("pids");
        Path recordings = dir.resolve("recordings");
        List<Shell> shells = new ArrayList<>();
        List<Counting> commands = new ArrayList<>();
        try (first) {
            first.await("\nready\n");
            for (int i = 2; i <= SESSIONS; i += 2) {
                shells.add(Shell.open(dir, i, pids));
            }
            for (int i = 1; i <= SESSIONS; i += 2) {
                commands.add(Counting.start(dir, i, pids));
            }
            shells.forEach(Shell::work);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> Files.size(commands.getFirst().out()) >= enough);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() ->
                            commands.stream().allMatch(c -> c.out().toFile().length() > 0)
                                    && shells.stream().allMatch(Shell::isBusy));
            ofFirst = Stream.concat(
                            Stream.of(processOf(dir.resolve("postgres/data/postmaster.pid"))),
                            demoTargets(dir).stream())
                    .toList();
            first.kill();
            for (Counting command : commands) {
                assertThat(command.client().waitFor(30, TimeUnit.SECONDS)).isTrue();
                byte[] shown = Files.readAllBytes(command.out());
                assertThat(counted(command.from(), shown))
                        .as("the client saw the stream from its beginning")
                        .isTrue();
                seen.add(new Seen("exec", command.from() + "\n", text(shown)));
            }
            for (Shell shell : shells) {
                assertThat(shell.terminal().exit()).isEqualTo(255);
                seen.add(new Seen(
                        "shell",
                        shell.mark(),
                        ofTheProgram(text(shell.terminal().bytes()))));
            }
        } finally {
            shells.forEach(shell -> shell.terminal().close());
            commands.forEach(command -> command.client().destroy());
        }
        assertThat(ofFirst).hasSize(2);

        // As the crash left it on the disk, read without any help of ours.
        Map<String, String> onDisk = new HashMap<>();
        List<Unended> unended = unended(recordings);
        assertThat(unended).hasSize(SESSIONS);
        for (Seen client : seen) {
            Unended recorded = unended.stream()
                    .filter(r -> r.mode().equals(client.mode()) && r.isOf(client.mark()))
                    .findFirst()
                    .orElseThrow();
            onDisk.put(recorded.session(), recorded.output());
            assertThat(recorded.output().length())
                    .as("%s, seed %d, killed after %d bytes", client.mark(), seed, enough)
                    .isGreaterThanOrEqualTo(client.text().length());
            assertThat(recorded.output().startsWith(client.text()))
                    .as("the client of %s saw what is recorded, seed %d", client.mark(), seed)
                    .isTrue();
            assertThat(client.mode().equals("shell")
                            || counted(Long.parseLong(client.mark().strip()), bytes(recorded.output())))
                    .isTrue();
        }

        long began = System.nanoTime();
        try (Child second =
                Child.start(temporary, "demo", "--dir", dir.toString(), "--ssh-port", "0", "--http-port", "0")) {
            second.await("\nready\n");
            Run login = Run.of(ssh(dir, "root+web-1@engineer", "echo back"), new byte[0]);
            assertThat(login.out()).as("%s", login).isEqualTo("back\n");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
            assertThat(ofFirst)
                    .as("the database and the targets of the first run are gone")
                    .noneMatch(ProcessHandle::isAlive);
            assertThat(Files.readAllLines(pids).stream().flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream()))
                    .as("so is what ran on the targets")
                    .isEmpty();
            assertThat(demoTargets(dir)).hasSize(1);

            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(died(dir)).hasSize(SESSIONS).allSatisfy(session -> {
                        assertThat(session)
                                .containsEntry("state", "failed")
                                .containsEntry("live", false)
                                .containsKey("recording_sha256");
                        assertThat(Json.object(
                                        console(dir, "auditor", "recording show " + session.get("id") + " --json")
                                                .out()))
                                .containsEntry("sealed", true);
                    }));
            for (Map<String, Object> session : died(dir)) {
                byte[] raw =
                        console(dir, "auditor", "recording download " + session.get("id") + " --format raw").stdout;
                assertThat(text(raw).equals(onDisk.get(Json.text(session, "id"))))
                        .isTrue();
            }
            String history = console(dir, "auditor", "history --all --since 1h --format jsonl")
                    .out();
            for (Map<String, Object> session : died(dir)) {
                assertThat(history.lines()
                                .map(Json::object)
                                .filter(r -> session.get("id").equals(r.get("session_id")))
                                .filter(r -> "session.ended".equals(r.get("action"))))
                        .as("one end of %s", session.get("code"))
                        .hasSize(1);
            }
            second.signal("TERM");
            assertThat(second.exit()).isZero();
        }
        assertThat(demoTargets(dir)).isEmpty();
        assertThat(dir.resolve("postgres/data/postmaster.pid")).doesNotExist();
    }

    /** Quiet, so that a client that loses its connection adds nothing to what it shows. */
    private static List<String> ssh(Path dir, String destination, String... more) {
        List<String> line = new ArrayList<>(List.of(
                Tool.SSH.path(),
                "-F",
                dir.resolve("ssh_config").toString(),
                "-o",
                "BatchMode=yes",
                "-o",
                "LogLevel=QUIET"));
        boolean isOption = more.length > 0 && more[0].startsWith("-");
        if (isOption) {
            line.addAll(List.of(more));
        }
        line.add(destination);
        if (!isOption) {
            line.addAll(List.of(more));
        }
        return line;
    }

    private static Run console(Path dir, String person, String command) {
        Run run = Run.of(ssh(dir, person, command), new byte[0]);
        assertThat(run.exit).as("%s by %s: %s", command, person, run).isZero();
        return run;
    }

    private static List<Map<String, Object>> died(Path dir) {
        return Json.items(console(dir, "engineer", "session list --json").out()).stream()
                .filter(s -> "bastion_died".equals(s.get("ending")))
                .toList();
    }

    /** Whether {@code bytes} are the beginning of what {@code seq} prints. */
    private static boolean counted(long from, byte[] bytes) {
        int at = 0;
        for (long number = from; at < bytes.length; number++) {
            byte[] line = (number + "\n").getBytes(StandardCharsets.US_ASCII);
            int length = Math.min(line.length, bytes.length - at);
            if (!Arrays.equals(line, 0, length, bytes, at, at + length)) {
                return false;
            }
            at += length;
        }
        return true;
    }

    /** Behind what the bastion itself said, and before what the client says of its own when it finds the line closed. */
    private static String ofTheProgram(String shown) {
        int end = shown.lastIndexOf("Connection to 127.0.0.1 closed by remote host.");
        return shown.substring(shown.indexOf("\r\n") + 2, end < 0 ? shown.length() : end);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A recording whose program never ended, and the output in it. */
    private record Unended(String session, String mode, String output) {
        /** Marks are near the beginning: a command's is the first line, a shell's comes before it works. */
        boolean isOf(String mark) {
            String beginning = output.substring(0, Math.min(output.length(), 4096));
            return mode.equals("exec") ? beginning.startsWith(mark) : beginning.contains(mark);
        }
    }

    /** The whole lines of what is there, as asciicast v3 has them. */
    private static List<Unended> unended(Path recordings) throws IOException {
        List<Path> files;
        try (Stream<Path> tree = Files.walk(recordings)) {
            files = tree.filter(f -> f.toString().endsWith(".cast")).toList();
        }
        List<Unended> found = new ArrayList<>();
        for (Path file : files) {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            List<String> lines =
                    text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
            Map<String, Object> about = Json.objectIn(Json.object(lines.getFirst()), "sallyport");
            if (lines.stream().anyMatch(line -> line.contains(", \"x\", "))) {
                continue;
            }
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            for (String line : lines.subList(1, lines.size())) {
                if (!line.startsWith("#")) {
                    List<Object> event = Json.array(line);
                    if ("o".equals(event.get(1))) {
                        output.writeBytes(event.get(2).toString().getBytes(StandardCharsets.UTF_8));
                    }
                }
            }
            found.add(new Unended(Json.text(about, "session"), Json.text(about, "mode"), text(output.toByteArray())));
        }
        return found;
    }

    private static ProcessHandle processOf(Path pidFile) throws IOException {
        return ProcessHandle.of(
                        Long.parseLong(Files.readAllLines(pidFile).getFirst().strip()))
                .orElseThrow();
    }

    /** From the operating system itself: Java tells of the beginning of a long command line alone. */
    private static List<ProcessHandle> demoTargets(Path dir) {
        return ProcessHandle.allProcesses()
                .filter(p -> commandLine(p).contains("\0demo-targets\0--dir\0" + dir + "/targets\0"))
                .toList();
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}
