package sallyport.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** An OpenSSH server of our own on a free loopback port, with its own host key; ends with {@link #close}. */
final class OpenSshServer implements AutoCloseable {

    private static final Path SSHD = Path.of("/usr/sbin/sshd");

    private final int port;
    private final String hostKey;
    private final Process process;

    private OpenSshServer(int port, String hostKey, Process process) {
        this.port = port;
        this.hostKey = hostKey;
        this.process = process;
    }

    /**
     * @param trusted public keys that may log in, one on a line
     * @param more further lines of its configuration
     */
    static OpenSshServer start(Path folder, String trusted, String more) throws IOException, InterruptedException {
        if (!Files.isExecutable(SSHD)) {
            throw new Missing(SSHD + " is missing; install it (Debian and Ubuntu: apt install openssh-server)");
        }
        Files.createDirectories(folder);
        if (Keys.isRoot()) {
            Files.createDirectories(Path.of("/run/sshd"));
        }
        Path hostKeyFile = folder.resolve("host_key");
        String hostKey = Keys.make(hostKeyFile);
        Path authorized = folder.resolve("authorized_keys");
        Files.writeString(authorized, trusted);
        Files.setPosixFilePermissions(authorized, PosixFilePermissions.fromString("rw-------"));
        int port = Ports.free();
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
            MaxStartups 200
            MaxSessions 200
            PrintMotd no
            PrintLastLog no
            Subsystem sftp internal-sftp
            LogLevel ERROR
            %s
            """.formatted(port, hostKeyFile, authorized, more));
        Path log = folder.resolve("sshd.log");
        Process process = new ProcessBuilder(List.of(SSHD.toString(), "-D", "-e", "-f", config.toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Ports.awaitListener(port, process, log);
        return new OpenSshServer(port, hostKey, process);
    }

    int port() {
        return port;
    }

    /** Type and key, without a comment. */
    String hostKey() {
        return hostKey;
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        Program.join(process);
    }
}
