package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sallyport.bastion.Tool;

/** {@code kill -9} in the middle of everything loses nothing that anybody saw, and the next start puts the rest right (R1). */
class CrashTest {

    private static final int MOST_BYTES_BEFORE_THE_KILL = 24 << 20;

    @TempDir
    Path temporary;

    @BeforeAll
    static void tools() {
        Tool.SSH.path();
        Tool.SETSID.path();
    }

    @Test
    void a_recording_holds_all_that_was_seen_before_the_kill_and_the_next_start_goes_on() throws Exception {
        Path dir = temporary.resolve("demo");
        long seed = System.nanoTime();
        int enough = 1 + new Random(seed).nextInt(MOST_BYTES_BEFORE_THE_KILL);
        Child first = Child.start(temporary, "demo", "--dir", dir.toString(), "--ssh-port", "0", "--http-port", "0");
        List<ProcessHandle> ofFirst;
        byte[] streamed;
        byte[] shown;
        Path pids = temporary.resolve("pids");
        Path recordings = dir.resolve("recordings");
        try (first) {
            first.await("\nready\n");
            try (Terminal shell = Terminal.start(ssh(dir, "root+web-1+name=shell@engineer", "-t"))) {
                shell.await("new session");
                shell.type("echo $$ >> " + pids + "; echo in-$((1+1))\n").await("in-2");
                shell.type("while :; do i=$((i+1)); echo line $i; done\n").await("line 100\r\n");
                Process stream = new ProcessBuilder(
                                ssh(dir, "root+web-1@engineer", "echo $$ >> " + pids + "; exec seq 100000000"))
                        .redirectError(temporary.resolve("client.err").toFile())
                        .start();
                ByteArrayOutputStream seen = new ByteArrayOutputStream();
                InputStream in = stream.getInputStream();
                while (seen.size() < enough) {
                    seen.write(in.readNBytes(Math.min(8192, enough - seen.size())));
                }
                ofFirst = Stream.concat(
                                Stream.of(processOf(dir.resolve("postgres/data/postmaster.pid"))),
                                demoTargets(dir).stream())
                        .toList();
                first.kill();
                in.transferTo(seen);
                assertThat(stream.waitFor(20, TimeUnit.SECONDS)).isTrue();
                streamed = seen.toByteArray();
                assertThat(shell.exit()).isEqualTo(255);
                shown = shell.bytes();
            }
        }
        assertThat(ofFirst).hasSize(2);
        assertThat(counted(streamed))
                .as("the client saw the stream from its beginning")
                .isTrue();

        // As the crash left it on the disk, read without any help of ours.
        String[] expected = {"exec", "shell"};
        Map<String, byte[]> onDisk = new HashMap<>();
        for (String mode : expected) {
            byte[] recorded = outputOnDisk(recordings, mode);
            onDisk.put(mode, recorded);
            byte[] client = mode.equals("exec") ? streamed : ofTheProgram(shown);
            assertThat(recorded.length)
                    .as("%s, seed %d, killed after %d bytes", mode, seed, enough)
                    .isGreaterThanOrEqualTo(client.length);
            assertThat(Arrays.equals(client, Arrays.copyOf(recorded, client.length)))
                    .as("the client of the %s saw what is recorded, seed %d", mode, seed)
                    .isTrue();
            assertThat(!mode.equals("exec") || counted(recorded)).isTrue();
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
                    .untilAsserted(() -> assertThat(died(dir)).hasSize(2).allSatisfy(session -> {
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
                assertThat(Arrays.equals(raw, onDisk.get(Json.text(session, "mode"))))
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
    private static boolean counted(byte[] bytes) {
        int at = 0;
        for (long number = 1; at < bytes.length; number++) {
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
    private static byte[] ofTheProgram(byte[] shown) {
        String text = new String(shown, StandardCharsets.ISO_8859_1);
        int begin = text.indexOf("\r\n") + 2;
        int end = text.lastIndexOf("Connection to 127.0.0.1 closed by remote host.");
        return Arrays.copyOfRange(shown, begin, end < 0 ? shown.length : end);
    }

    /** The output in the one recording of that mode whose program never ended: its whole lines as asciicast v3 has them. */
    private static byte[] outputOnDisk(Path recordings, String mode) throws IOException {
        List<Path> files;
        try (Stream<Path> tree = Files.walk(recordings)) {
            files = tree.filter(f -> f.toString().endsWith(".cast")).toList();
        }
        for (Path file : files) {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            List<String> lines =
                    text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
            Map<String, Object> about = Json.objectIn(Json.object(lines.getFirst()), "sallyport");
            boolean ended = lines.stream().anyMatch(line -> line.contains(", \"x\", "));
            if (ended || !mode.equals(about.get("mode"))) {
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
            return output.toByteArray();
        }
        throw new AssertionError("no recording of a " + mode + " without an end in " + files);
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
