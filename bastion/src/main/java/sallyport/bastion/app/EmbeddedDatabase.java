package sallyport.bastion.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server of the demo's own, on loopback, with everything it has in one folder. Accepts connections from
 * {@link #start} to {@link #close}.
 *
 * <p>It is as durable as a real one (fsync and synchronous commit are on) and as closed: two roles can log in, each with a
 * generated password that is in a file for its owner alone; the superuser is refused. It runs in a session of its own, so
 * that Ctrl-C in the terminal reaches the bastion first. When the process that started it is killed, the server lives on;
 * the next start on the same folder finds and stops it.
 */
final class EmbeddedDatabase implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);

    /** Ten tries find a port, unless somebody takes each as soon as it is seen free. */
    private static final int PORT_TRIES = 10;

    private static final long TICK_MILLIS = 50;

    /** Two minutes: recovery after a crash may have much to replay. */
    private static final int START_TICKS = 2400;

    /** A fast shutdown takes a second at most; after this long the server is killed, which loses nothing but time. */
    private static final long STOP_SECONDS = 20;

    private static final int PID_LINE = 0;
    private static final int STATUS_LINE = 7;

    private final DatabaseFolder folder;
    private final Process server;
    private final BastionSettings.Database settings;

    private EmbeddedDatabase(DatabaseFolder folder, Process server, int port) {
        this.folder = folder;
        this.server = server;
        this.settings = new BastionSettings.Database(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + DatabaseFolder.DATABASE,
                folder.owner(),
                folder.application());
    }

    /**
     * Starts the server of {@code path}, and makes it first if there is none. The caller sees to it that nobody else starts
     * one there meanwhile.
     *
     * @throws StartRefused in words, if it does not start; then it is not running
     */
    static EmbeddedDatabase start(Path path) throws StartRefused, InterruptedException {
        try {
            DatabaseFolder folder = DatabaseFolder.prepare(path);
            stopOrphan(folder);
            folder.initialise();
            for (int attempt = 1; ; attempt++) {
                int port = freePort();
                Process server = folder.serve(port);
                if (becomesReady(folder, server)) {
                    LOG.info("the demo's database serves on port {}", port);
                    return new EmbeddedDatabase(folder, server, port);
                }
                if (attempt == PORT_TRIES || !folder.lastWords().contains("could not create any TCP/IP sockets")) {
                    throw new StartRefused("the demo's database does not start: " + folder.lastWords() + " (see "
                            + folder.log() + ")");
                }
            }
        } catch (IOException failed) {
            throw new StartRefused("the demo's database cannot start: " + failed.getMessage(), failed);
        }
    }

    /** How to reach it, as its owner and as the application. */
    BastionSettings.Database settings() {
        return settings;
    }

    /** Ends all connections and the server, and returns when it is gone. Does not fail. */
    @Override
    public void close() {
        stop(folder, server.toHandle());
    }

    /** A server that an earlier, killed run left behind holds the folder; one of another folder is not ours to touch. */
    private static void stopOrphan(DatabaseFolder folder) throws IOException {
        List<String> lines = pidFile(folder);
        if (lines.isEmpty()) {
            return;
        }
        Optional<ProcessHandle> orphan = parse(lines.get(PID_LINE))
                .flatMap(ProcessHandle::of)
                .filter(process -> worksIn(process, folder.data()));
        if (orphan.isPresent()) {
            LOG.info(
                    "stopping the database of an earlier run, process {}",
                    orphan.get().pid());
            stop(folder, orphan.get());
        }
        // Of a server that is gone. PostgreSQL itself would refuse to start if another process has its number now.
        Files.deleteIfExists(folder.pidFile());
    }

    /** A PostgreSQL server's working directory is its data folder: proof enough that a process is the one we mean. */
    private static boolean worksIn(ProcessHandle process, Path data) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd"))
                    .equals(data.toRealPath());
        } catch (IOException gone) {
            return false;
        }
    }

    private static void stop(DatabaseFolder folder, ProcessHandle server) {
        try {
            if (server.isAlive()) {
                folder.stopFast(STOP_SECONDS);
                server.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
            }
        } catch (IOException | ExecutionException | TimeoutException stuck) {
            LOG.warn("the database did not stop and is killed; its next start recovers", stuck);
            server.destroyForcibly();
        } catch (InterruptedException stopNow) {
            server.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static boolean becomesReady(DatabaseFolder folder, Process server)
            throws IOException, InterruptedException, StartRefused {
        for (int tick = 0; tick < START_TICKS; tick++) {
            if (server.waitFor(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
                return false;
            }
            List<String> lines = pidFile(folder);
            if (lines.size() > STATUS_LINE
                    && parse(lines.get(PID_LINE))
                            .filter(pid -> pid == server.pid())
                            .isPresent()
                    && lines.get(STATUS_LINE).strip().equals("ready")) {
                return true;
            }
        }
        server.destroyForcibly();
        throw new StartRefused("the demo's database is not ready after " + START_TICKS * TICK_MILLIS / 1000 + " s (see "
                + folder.log() + ")");
    }

    private static List<String> pidFile(DatabaseFolder folder) throws IOException {
        return Files.exists(folder.pidFile(), LinkOption.NOFOLLOW_LINKS)
                ? Files.readAllLines(folder.pidFile(), StandardCharsets.UTF_8)
                : List.of();
    }

    private static Optional<Long> parse(String pid) {
        return pid.strip().matches("[0-9]{1,10}") ? Optional.of(Long.valueOf(pid.strip())) : Optional.empty();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
