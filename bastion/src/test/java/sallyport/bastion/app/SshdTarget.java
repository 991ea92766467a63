package sallyport.bastion.app;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import sallyport.bastion.Tool;

/** A real OpenSSH server on a free loopback port, with its own host key and configuration, that trusts one key. */
final class SshdTarget implements AutoCloseable {

    private static final int LOWEST_PORT = 10_000;

    /** Linux hands out ports from here on (ip(7), ip_local_port_range). */
    private static final int LOWEST_HANDED_OUT = 32_768;

    private static final int PORT_TRIES = 100;

    final int port;
    final String hostKeyLine;
    final Path folder;

    private Process process;
    private final List<String> command;

    private SshdTarget(int port, String hostKeyLine, Path folder, List<String> command) {
        this.port = port;
        this.hostKeyLine = hostKeyLine;
        this.folder = folder;
        this.command = command;
    }

    /** @param more lines of its configuration besides the usual ones */
    static SshdTarget start(Path folder, String trustedKeyLine, String... more) throws IOException {
        Files.createDirectories(folder);
        Path hostKey = folder.resolve("host_key");
        keygen(hostKey);
        Path authorized = folder.resolve("authorized_keys");
        Files.writeString(authorized, trustedKeyLine + "\n");
        Files.setPosixFilePermissions(authorized, PosixFilePermissions.fromString("rw-------"));
        if (System.getProperty("user.name").equals("root")) {
            Files.createDirectories(Path.of("/run/sshd"));
        }
        // Else the shell on the target does what the profile of whoever runs the tests says, in its own time and words.
        Path home = Files.createDirectories(folder.resolve("home"));
        int port = freePort();
        Path config = folder.resolve("sshd_config");
        Files.writeString(config, """
            ListenAddress 127.0.0.1:%d
            HostKey %s
            AuthorizedKeysFile %s
            PidFile none
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            AcceptEnv *
            SetEnv HOME=%s
            Subsystem sftp internal-sftp
            MaxStartups 100
            MaxSessions 100
            PrintMotd no
            PrintLastLog no
            LogLevel ERROR
            %s
            """.formatted(port, hostKey, authorized, home, String.join("\n", more)));
        String[] parts = Files.readString(Path.of(hostKey + ".pub")).split(" ");
        SshdTarget target = new SshdTarget(
                port,
                parts[0] + " " + parts[1],
                folder,
                List.of(Tool.SSHD.path(), "-D", "-e", "-f", config.toString()));
        target.begin();
        return target;
    }

    private void begin() throws IOException {
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("sshd.log").toFile())
                .start();
        Awaitility.await("sshd on port " + port).atMost(Duration.ofSeconds(10)).until(this::answers);
    }

    private boolean answers() {
        if (!process.isAlive()) {
            throw new AssertionError("sshd ended with " + process.exitValue() + "; see " + folder.resolve("sshd.log"));
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static void keygen(Path file) {
        Run run = Run.of(
                List.of(Tool.SSH_KEYGEN.path(), "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", file.toString()),
                new byte[0]);
        if (run.exit != 0) {
            throw new AssertionError(run.toString());
        }
    }

    /**
     * A port that nothing listens on. Not one of those that the system hands out to whoever asks for any: a bastion that is
     * started again must find its own port free, and meanwhile an outgoing connection or a database could have been given it.
     */
    static int freePort() throws IOException {
        for (int attempt = 0; ; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, LOWEST_HANDED_OUT);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                if (attempt == PORT_TRIES) {
                    throw taken;
                }
            }
        }
    }

    /** Ends the server and every connection it serves, as a power cut would. */
    void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
        process.onExit().join();
    }
}
