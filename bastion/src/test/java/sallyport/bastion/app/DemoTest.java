package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sallyport.bastion.Tool;

class DemoTest {

    @TempDir
    Path temporary;

    private final List<String> printed = new ArrayList<>();
    private final CountDownLatch stop = new CountDownLatch(1);

    @BeforeAll
    static void tools() {
        Tool.SSH.path();
        Tool.SETSID.path();
    }

    @Test
    void a_demo_serves_says_how_to_use_it_stops_in_reverse_and_continues_next_time() throws Exception {
        Path dir = temporary.resolve("my demo 100%");
        List<String> events = new ArrayList<>();

        demo(settings -> {
                    assertThat(settings.accessFile()).exists();
                    assertThat(settings.toString()).contains("sallyport:***");
                    events.add("started");
                    return bastion(() -> events.add(targetAnswers(dir) ? "closed before the targets" : "too late"));
                })
                .run(dir, 0, 0);

        assertThat(events).containsExactly("started", "closed before the targets");
        assertThat(printed).contains("ready").endsWith("stopping", "stopped");
        Path real = dir.toRealPath();
        assertThat(printed).anyMatch(line -> line.contains("'" + real + "/ssh_config' root+web-1@engineer"));
        assertThat(effective(dir, "engineer"))
                .contains(
                        "hostname 127.0.0.1",
                        "user engineer",
                        "identitiesonly yes",
                        "hostkeyalias sallyport-demo",
                        "stricthostkeychecking true",
                        "identityfile " + real.toString().replace("%", "%%") + "/keys/engineer",
                        "userknownhostsfile " + real + "/known_hosts");
        assertThat(effective(dir, "web-1")).contains("user root", "proxyjump engineer", "stricthostkeychecking true");
        assertThat(real.resolve("known_hosts")).content().contains("@cert-authority web-1,prod-db-1 ssh-ed25519 ");
        String key = Files.readString(dir.resolve("keys/auditor"));

        demo(settings -> bastion(() -> {})).run(dir, 0, 0);

        assertThat(dir.resolve("keys/auditor")).hasContent(key);
        assertThat(processesOf(dir)).isEmpty();
    }

    @Test
    void a_bastion_that_does_not_start_leaves_nothing_running() {
        assertThatThrownBy(() -> demo(settings -> {
                            throw new StartRefused("no");
                        })
                        .run(temporary.resolve("demo"), 0, 0))
                .isInstanceOf(StartRefused.class)
                .hasMessage("no");

        assertThat(printed).isEmpty();
        assertThat(processesOf(temporary)).isEmpty();
    }

    @Test
    void a_taken_port_is_one_sentence() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            int port = taken.getLocalPort();

            assertThatThrownBy(() -> demo(settings -> bastion(() -> {})).run(temporary, port, 0))
                    .hasMessageStartingWith("port " + port + " on 127.0.0.1 cannot be used")
                    .hasMessageEndingWith("choose another with --ssh-port, or 0 for any free one");
        }
    }

    @Test
    void a_folder_in_use_is_one_sentence() throws Exception {
        try (DemoFolder mine = DemoFolder.take(temporary)) {
            assertThat(mine.path()).isEqualTo(temporary.toRealPath());

            assertThatThrownBy(() -> DemoFolder.take(temporary))
                    .hasMessage(
                            "the folder %s is in use by a demo that runs (process %d); stop it, or choose another with"
                                    + " --dir",
                            temporary, ProcessHandle.current().pid());
        }
        DemoFolder.take(temporary).close();
    }

    @Test
    void a_folder_that_cannot_be_made_or_named_is_one_sentence() throws Exception {
        Path file = Files.writeString(temporary.resolve("file"), "");

        assertThatThrownBy(() -> DemoFolder.take(file))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("is a file");
        assertThatThrownBy(() -> DemoFolder.take(file.resolve("below")))
                .isInstanceOf(StartRefused.class)
                .hasMessageStartingWith("the folder " + file + "/below cannot be");
        assertThatThrownBy(() -> DemoFolder.take(Path.of("/proc/sallyport")))
                .isInstanceOf(StartRefused.class)
                .hasMessageStartingWith("the folder /proc/sallyport cannot be written");
        assertThatThrownBy(() -> DemoFolder.take(temporary.resolve("a\"b")))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("choose another with --dir");
    }

    private Demo demo(BastionStarter starter) {
        return new Demo(
                starter,
                line -> {
                    printed.add(line);
                    if (line.equals("ready")) {
                        stop.countDown();
                    }
                },
                stop);
    }

    private static BastionStarter.RunningBastion bastion(Runnable closing) {
        return new BastionStarter.RunningBastion() {
            @Override
            public void reload() {}

            @Override
            public void close() {
                closing.run();
            }
        };
    }

    private static boolean targetAnswers(Path dir) {
        try {
            String access = Files.readString(dir.resolve("access.yaml"));
            String port = access.lines()
                    .filter(line -> line.contains("address: 127.0.0.1:"))
                    .map(line -> line.substring(line.lastIndexOf(':') + 1))
                    .findFirst()
                    .orElseThrow();
            Process ssh = new ProcessBuilder(
                            Tool.SSH.path(),
                            "-F",
                            "none",
                            "-o",
                            "IdentityFile=\"" + dir.toString().replace("%", "%%") + "/bastion/target_key\"",
                            "-p",
                            port,
                            "-o",
                            "UserKnownHostsFile=/dev/null",
                            "-o",
                            "StrictHostKeyChecking=no",
                            "root@127.0.0.1",
                            "exit 9")
                    .redirectErrorStream(true)
                    .start();
            ssh.getOutputStream().close();
            return ssh.waitFor(20, TimeUnit.SECONDS) && ssh.exitValue() == 9;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static List<String> effective(Path dir, String person) throws IOException {
        Process ssh = new ProcessBuilder(Tool.SSH.path(), "-G", "-F", dir + "/ssh_config", person).start();
        return ssh.inputReader().lines().toList();
    }

    private static List<String> processesOf(Path dir) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains(dir.toString()))
                .toList();
    }
}
