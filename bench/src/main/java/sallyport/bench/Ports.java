package sallyport.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Loopback ports. */
final class Ports {

    private static final int START_TICKS = 600;
    private static final long TICK_MILLIS = 100;

    private Ports() {}

    static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /** Waits until {@code port} accepts, a minute at most; an error if {@code process} ends before. */
    static void awaitListener(int port, Process process, Path log) throws IOException, InterruptedException {
        for (int tick = 0; tick < START_TICKS; tick++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 1000);
                return;
            } catch (IOException notYet) {
                if (process.waitFor(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new IOException("it does not start: " + Files.readString(log), notYet);
                }
            }
        }
        throw new IOException("nothing listens on port " + port + " after a minute; see " + log);
    }
}
