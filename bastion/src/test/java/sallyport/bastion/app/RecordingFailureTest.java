package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import sallyport.bastion.Tool;

/** What cannot be recorded is not shown (T26): a disk that is full, or that cannot be written, ends the session in words. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordingFailureTest {

    private TestBastion bastion;
    private Path recordings;

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.start();
        recordings = bastion.folder.resolve("recordings");
    }

    @AfterAll
    void stop() throws Exception {
        bastion.close();
    }

    /** A disk of four mebibytes under the recordings. */
    @BeforeEach
    void mount() throws IOException {
        if (!Files.exists(recordings)) {
            Files.createDirectory(
                    recordings, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Run mount = Run.of(
                List.of(Tool.MOUNT.path(), "-t", "tmpfs", "-o", "size=4m,mode=0700", "tmpfs", recordings.toString()),
                new byte[0]);
        if (mount.exit != 0) {
            throw Tool.missing(
                    "a small disk cannot be mounted here (" + mount.stderr.strip() + "); run as root: sudo mvn");
        }
    }

    @AfterEach
    void unmount() {
        Run.of(List.of(Tool.UMOUNT.path(), "--lazy", recordings.toString()), new byte[0]);
    }

    @Test
    void a_command_ends_with_250_when_the_disk_is_full_and_nothing_unrecorded_was_shown() {
        Run run = bastion.run("engineer", bastion.at("web-1"), "seq 100000000");
        assertThat(run.exit).isEqualTo(250);
        assertThat(run.stderr)
                .startsWith("bastion: paused: the disk for recordings is full")
                .contains("this session was ended because it can no longer be recorded");
        assertThat(run.stdout).hasSizeGreaterThan(1 << 20);
        String id = Json.text(bastion.session("engineer", ""), "id");
        byte[] recorded = bastion.download(id, "raw");
        assertThat(recorded.length).isGreaterThanOrEqualTo(run.stdout.length);
        assertThat(Arrays.equals(run.stdout, Arrays.copyOf(recorded, run.stdout.length)))
                .isTrue();
        Awaitility.await()
                .untilAsserted(() -> assertThat(bastion.session("engineer", ""))
                        .containsEntry("ending", "recording_failed")
                        .containsEntry("state", "failed"));
    }

    @Test
    void a_shell_ends_with_250_at_the_first_output_that_finds_no_room() throws Exception {
        try (Terminal terminal = bastion.terminal("engineer", bastion.at("web-1", "new"))) {
            terminal.await("new session");
            terminal.type("echo in-$((1+1))\n").await("in-2");
            fill();
            // The room in the page that was begun may take a few lines yet.
            terminal.type("while :; do echo nobody-may-see-all-of-this; done\n");
            assertThat(terminal.exit()).isEqualTo(250);
            assertThat(terminal.text()).contains("this session was ended because it can no longer be recorded");
        }
        Run next = bastion.run("engineer", bastion.at("web-1"), "echo unrecorded");
        assertThat(next.exit).isEqualTo(250);
        assertThat(next.stdout).isEmpty();
        assertThat(next.stderr).contains("nothing was opened, because it could not be recorded");
    }

    @Test
    void a_shell_that_fills_the_disk_is_told_that_it_stands_still_before_it_ends() throws Exception {
        try (Terminal terminal = bastion.terminal("engineer", bastion.at("web-1", "new"))) {
            terminal.await("new session");
            terminal.type("seq 100000000\n");
            assertThat(terminal.exit()).isEqualTo(250);
            assertThat(terminal.text())
                    .contains("paused: the disk for recordings is full")
                    .contains("this session was ended because it can no longer be recorded");
        }
    }

    private void fill() throws IOException {
        try (var out = Files.newOutputStream(recordings.resolve("ballast"))) {
            byte[] block = new byte[4096];
            for (int i = 0; i < 2048; i++) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    @Test
    void what_had_passed_when_the_disk_was_full_is_in_the_audit_log_and_nothing_more_passes() throws Exception {
        Files.writeString(bastion.accessFile(), bastion.access(TestHouse.PEOPLE) + "    forward: [target-loopback]\n");
        bastion.bastion.reload();
        int local = SshdTarget.freePort();
        try (Far far = Far.onPort(Far.ECHO)) {
            String to = "127.0.0.1:" + far.port();
            Process ssh = new ProcessBuilder(bastion.ssh(
                            "engineer", bastion.at("web-1"), List.of("-N", "-L", "127.0.0.1:" + local + ":" + to)))
                    .start();
            try {
                Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> isListenedOn(local));
                try (Socket first = new Socket(InetAddress.getLoopbackAddress(), local)) {
                    first.getOutputStream().write(new byte[5]);
                    assertThat(first.getInputStream().readNBytes(5)).hasSize(5);
                    fill();
                    int passed = 1;
                    // The room in the page that was begun may take a few lines yet.
                    while (isEchoed(local)) {
                        passed++;
                    }
                    int all = passed;
                    Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                        assertThat(bastion.events("forward.closed", to))
                                .hasSize(all)
                                .filteredOn(detail ->
                                        Json.text(detail, "sent_bytes").equals("5"))
                                .singleElement()
                                .satisfies(detail ->
                                        assertThat(detail).containsEntry("received_bytes", BigDecimal.valueOf(5)));
                        assertThat(bastion.events("forward.opened", to)).hasSize(all);
                    });
                }
            } finally {
                ssh.destroyForcibly();
                ssh.waitFor();
            }
        }
    }

    private static boolean isListenedOn(int port) throws IOException {
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return !free.isBound();
        } catch (BindException taken) {
            return true;
        }
    }

    private static boolean isEchoed(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write('x');
            return socket.getInputStream().read() == 'x';
        } catch (IOException nowhere) {
            return false;
        }
    }

    @Test
    void a_folder_that_cannot_be_written_opens_nothing_and_says_so() {
        Run remount = Run.of(List.of(Tool.MOUNT.path(), "-o", "remount,ro", recordings.toString()), new byte[0]);
        assertThat(remount.exit).as("%s", remount).isZero();
        Run run = bastion.run("engineer", bastion.at("web-1"), "echo unrecorded");
        assertThat(run.exit).isEqualTo(250);
        assertThat(run.stdout).isEmpty();
        assertThat(run.stderr)
                .startsWith("bastion: nothing was opened, because it could not be recorded: ")
                .contains("Read-only file system");
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(
                        () -> assertThat(bastion.session("engineer", "")).containsEntry("ending", "recording_failed"));
    }

    @Test
    void a_session_opens_again_once_there_is_room() throws Exception {
        fill();
        assertThat(bastion.run("engineer", bastion.at("web-1"), "true").exit).isEqualTo(250);
        Files.delete(recordings.resolve("ballast"));
        Run run = bastion.run("engineer", bastion.at("web-1"), "echo recorded");
        assertThat(run.exit).as("%s", run).isZero();
        bastion.sealed("engineer");
    }
}
