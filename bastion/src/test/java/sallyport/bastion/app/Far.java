package sallyport.bastion.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on this machine's loopback, or on a UNIX socket: what forwards of a test lead to. */
final class Far implements AutoCloseable {

    /** What it does with one connection; closing it is the server's. */
    @FunctionalInterface
    interface Talk {
        void with(InputStream in, OutputStream out, SocketChannel socket) throws IOException;
    }

    /** Sends back what it is sent, and ends when that does. */
    static final Talk ECHO = (in, out, socket) -> {
        in.transferTo(out);
        socket.shutdownOutput();
    };

    private final ServerSocketChannel server;
    private final ExecutorService talks = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("far-", 0).factory());

    private Far(ServerSocketChannel server, Talk talk) {
        this.server = server;
        talks.execute(() -> accept(talk));
    }

    /** On a port that nobody chose. */
    static Far onPort(Talk talk) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 500);
        return new Far(server, talk);
    }

    /** On that socket. */
    static Far onSocket(Path path, Talk talk) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        return new Far(server, talk);
    }

    int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    private void accept(Talk talk) {
        try {
            while (true) {
                SocketChannel socket = server.accept();
                talks.execute(() -> talk(talk, socket));
            }
        } catch (IOException closed) {
            // That is how it ends.
        }
    }

    private static void talk(Talk talk, SocketChannel socket) {
        try (socket) {
            talk.with(Channels.newInputStream(socket), Channels.newOutputStream(socket), socket);
        } catch (IOException gone) {
            // The client is gone: so is this.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        talks.shutdownNow();
    }
}
