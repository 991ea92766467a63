package sallyport.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import sallyport.recorder.store.RecordingStore;

/** A packaged bastion that serves, as a process of its own with a real configuration and database. */
final class Bastion implements AutoCloseable {

    private static final long STOP_SECONDS = 30;
    private static final int SEAL_TICKS = 600;

    private final Build build;
    private final int port;
    private final String hostKey;
    private final String hostAuthority;
    private final Path recordings;
    private final Process process;

    private Bastion(Build build, int port, String hostKey, String hostAuthority, Path recordings, Process process) {
        this.build = build;
        this.port = port;
        this.hostKey = hostKey;
        this.hostAuthority = hostAuthority;
        this.recordings = recordings;
        this.process = process;
    }

    /** @param access the text of its access file */
    static Bastion start(Build build, Path folder, Database database, String access, Path targetKey)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path hostKeyFile = folder.resolve("host_key");
        String hostKey = Keys.make(hostKeyFile);
        Path hostAuthorityFile = folder.resolve("host_ca");
        String hostAuthority = Keys.make(hostAuthorityFile);
        Path signingKey = folder.resolve("signing_key");
        Keys.make(signingKey);
        Path password = folder.resolve("password");
        Files.writeString(password, database.password() + "\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(folder.resolve("access.yaml"), access);
        Path recordings = folder.resolve("recordings");
        int port = Ports.free();
        Path config = folder.resolve("sallyport.yaml");
        Files.writeString(config, """
            ssh:
              listen: 127.0.0.1:%d
              host-key: %s
              host-ca: %s
            http:
              listen: 127.0.0.1:%d
            database:
              url: %s
              owner:
                user: %s
                password-file: %s
              application:
                user: %s
                password-file: %s
            recordings:
              dir: %s
            state:
              dir: %s
            signing:
              key: %s
            access-file: access.yaml
            target-key: %s
            """.formatted(
                        port,
                        hostKeyFile,
                        hostAuthorityFile,
                        Ports.free(),
                        database.create(build.name()),
                        Database.OWNER,
                        password,
                        Database.APPLICATION,
                        password,
                        recordings,
                        folder.resolve("state"),
                        signingKey,
                        targetKey));
        Path log = folder.resolve("sallyport.log");
        ProcessBuilder serve = new ProcessBuilder(
                        List.of(build.launcher().toString(), "serve", "--config", config.toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        serve.environment().merge("SALLYPORT_JAVA_OPTS", build.javaOptions(), (given, ours) -> given + " " + ours);
        Process process = serve.start();
        Ports.awaitListener(port, process, log);
        return new Bastion(build, port, hostKey, hostAuthority, recordings, process);
    }

    String name() {
        return build.name();
    }

    int port() {
        return port;
    }

    String hostKey() {
        return hostKey;
    }

    /** What signs the keys of the targets behind it. */
    String hostAuthority() {
        return hostAuthority;
    }

    long pid() {
        return process.pid();
    }

    /** Processor time it has used since its start. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /**
     * Waits until every recording is sealed and packed, so that the work of sealing one run is not in the next run's time, and removes
     * them. Returns how many bytes they had before they were packed.
     */
    long sealed() throws IOException, InterruptedException {
        for (int tick = 0; tick < SEAL_TICKS; tick++) {
            List<Path> seals = arePacked() ? seals() : List.of();
            if (!seals.isEmpty()) {
                long bytes = 0;
                for (Path seal : seals) {
                    bytes += remove(Objects.requireNonNull(seal.getParent()));
                }
                return bytes;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new IOException("the session that has ended is not recorded and sealed in " + recordings);
    }

    /** Its list of what it has not packed yet is empty. An earlier version kept none. */
    private boolean arePacked() throws IOException {
        Path open = recordings.resolve("open");
        if (!Files.isDirectory(open)) {
            return true;
        }
        try (Stream<Path> left = Files.list(open)) {
            return left.findAny().isEmpty();
        }
    }

    private List<Path> seals() throws IOException {
        if (!Files.isDirectory(recordings)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(recordings)) {
            return files.filter(file -> file.endsWith("seal.json")).toList();
        }
    }

    private long remove(Path folder) throws IOException {
        long bytes;
        try (RecordingStore store = new RecordingStore(recordings, InstantSource.system())) {
            bytes = store.find(String.valueOf(folder.getFileName()))
                    .orElseThrow(() -> new IOException(folder + " holds no recording"))
                    .seal()
                    .orElseThrow(() -> new IOException(folder + " holds no seal"))
                    .bytes();
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        return bytes;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
