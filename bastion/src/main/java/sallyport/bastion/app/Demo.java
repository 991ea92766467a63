package sallyport.bastion.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * The whole product on one machine: a database, two targets, four people with their keys, and a bastion, all on loopback
 * and all in one folder. A second run on the same folder continues: same keys, same data; so it does after a kill.
 */
final class Demo {

    private static final String LOOPBACK = "127.0.0.1";

    private final BastionStarter starter;
    private final Consumer<String> print;
    private final CountDownLatch stop;

    /**
     * @param print takes lines for the person at the terminal
     * @param stop the demo ends when this reaches zero
     */
    Demo(BastionStarter starter, Consumer<String> print, CountDownLatch stop) {
        this.starter = starter;
        this.print = print;
        this.stop = stop;
    }

    /**
     * Runs until told to stop, then ends everything in the reverse order of its start.
     *
     * @param sshPort 0 picks a free one
     * @param httpPort 0 picks a free one
     * @throws StartRefused in one sentence, if something is missing or taken; then nothing is left running
     */
    void run(Path dir, int sshPort, int httpPort) throws StartRefused, InterruptedException {
        HostAndPort ssh = free("--ssh-port", sshPort);
        HostAndPort http = free("--http-port", httpPort);
        try (DemoFolder folder = DemoFolder.take(dir)) {
            DemoFiles files = new DemoFiles(folder);
            files.makeKeys();
            try (EmbeddedDatabase database = EmbeddedDatabase.start(folder.resolve("postgres"));
                    DemoTargetsProcess targets = DemoTargetsProcess.start(
                            files.targets(), DemoFiles.targetNames(), files.targetKeyPublic())) {
                files.writeAccess(targets.ports());
                files.writeSshConfig(ssh);
                try (BastionStarter.RunningBastion bastion =
                        starter.start(files.settings(ssh, http, database.settings()))) {
                    new DemoTour(folder.path(), ssh, http).lines().forEach(print);
                    print.accept("ready");
                    stop.await();
                    print.accept("stopping");
                }
            }
        } catch (IOException failed) {
            throw new StartRefused("the demo's files cannot be written: " + failed.getMessage(), failed);
        }
        print.accept("stopped");
    }

    /** Sees early that a port is free, before seconds go into starting what would be stopped again. */
    private static HostAndPort free(String option, int port) throws StartRefused {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), port));
            return new HostAndPort(LOOPBACK, socket.getLocalPort());
        } catch (IOException taken) {
            throw new StartRefused(
                    "port " + port + " on " + LOOPBACK + " cannot be used (" + taken.getMessage()
                            + "); choose another with " + option + ", or 0 for any free one",
                    taken);
        }
    }
}
