package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.core.CoreModuleProperties;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import sallyport.keys.KeyFile;

/** Clients behind {@code -J} that do not read, which nothing but what waits for them in the bastion holds up. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StalledJumpTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** A message of the transport that nobody knows; its answer is SSH_MSG_UNIMPLEMENTED. */
    private static final byte UNKNOWN = (byte) 180;

    private static final SshdSocketAddress NOBODY = new SshdSocketAddress("127.0.0.1", 0);

    private TestBastion bastion;
    private SshClient client;

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.start();
        Files.writeString(
                bastion.accessFile(),
                bastion.access(TestHouse.PEOPLE)
                        + "  - name: forwards\n"
                        + "    roles: [engineer]\n"
                        + "    targets: [web-1]\n"
                        + "    forward: [target-loopback]\n");
        bastion.bastion.reload();
        client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        // What is shown in a target's place has its name, and here it is reached by an address.
        CoreModuleProperties.ABORT_ON_INVALID_CERTIFICATE.set(client, false);
        client.start();
    }

    @AfterAll
    void stop() throws Exception {
        client.stop();
        bastion.close();
    }

    private ClientSession login(String user, int port) throws Exception {
        ClientSession session =
                client.connect(user, "127.0.0.1", port).verify(LIMIT).getSession();
        session.addPublicKeyIdentity(KeyFile.load(bastion.folder.resolve("engineer")));
        session.auth().verify(LIMIT);
        return session;
    }

    private static void runsAProgram(ClientSession in) throws Exception {
        try (ChannelExec exec = in.createExecChannel("exit 7")) {
            exec.open().verify(LIMIT);
            Awaitility.await().atMost(LIMIT).until(() -> exec.getExitStatus() != null);
            assertThat(exec.getExitStatus()).isEqualTo(7);
        }
    }

    /** A connection in a connection, which is read from until somebody says otherwise. */
    private final class Jumped implements AutoCloseable {
        private final ClientSession outer = login(bastion.at("web-1"), bastion.bastion.sshPort());
        private final ChannelDirectTcpip way =
                outer.createDirectTcpipChannel(NOBODY, new SshdSocketAddress("web-1", 22));
        private final ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final Semaphore reading = new Semaphore(1);
        private final ClientSession inner;

        Jumped() throws Exception {
            way.open().verify(LIMIT);
            Thread.ofVirtual().start(this::carry);
            inner = login(bastion.login, door.getLocalPort());
        }

        private void carry() {
            try (Socket socket = door.accept();
                    OutputStream to = way.getInvertedIn()) {
                Thread.ofVirtual().start(() -> back(socket));
                InputStream from = socket.getInputStream();
                byte[] bytes = new byte[32 * 1024];
                for (int length = from.read(bytes); length >= 0; length = from.read(bytes)) {
                    to.write(bytes, 0, length);
                    to.flush();
                }
            } catch (IOException gone) {
                // So is the connection inside.
            }
        }

        private void back(Socket socket) {
            try (socket;
                    InputStream from = way.getInvertedOut()) {
                byte[] bytes = new byte[32 * 1024];
                for (int length = from.read(bytes); length >= 0; length = from.read(bytes)) {
                    reading.acquireUninterruptibly();
                    reading.release();
                    socket.getOutputStream().write(bytes, 0, length);
                }
            } catch (IOException gone) {
                // So is the connection inside.
            }
        }

        @Override
        public void close() throws IOException {
            reading.release();
            inner.close(true).await(LIMIT);
            outer.close(true).await(LIMIT);
            door.close();
        }
    }

    @Test
    void who_asks_without_end_and_reads_no_answer_loses_that_jump_alone() throws Exception {
        try (Jumped jumped = new Jumped()) {
            runsAProgram(jumped.inner);
            jumped.reading.acquire();
            for (int i = 0; i < 1_000_000 && !jumped.way.isClosing() && jumped.inner.isOpen(); i++) {
                Buffer message = jumped.inner.createBuffer(UNKNOWN);
                IoWriteFuture sent = jumped.inner.writePacket(message);
                if (i % 500 == 0) {
                    sent.await(LIMIT);
                }
            }
            jumped.reading.release();
            Awaitility.await().atMost(LIMIT).until(() -> !jumped.inner.isOpen());
            runsAProgram(jumped.outer);
        }
    }

    @Test
    void many_that_pass_much_wait_for_a_client_that_reads_later() throws Exception {
        AtomicLong written = new AtomicLong();
        try (Far far = Far.onPort((in, out, socket) -> {
                    byte[] much = new byte[1 << 16];
                    for (int i = 0; i < 8; i++) {
                        out.write(much);
                        written.addAndGet(much.length);
                    }
                    in.read();
                });
                Jumped jumped = new Jumped()) {
            runsAProgram(jumped.inner);
            List<ChannelDirectTcpip> open = new ArrayList<>();
            for (int i = 0; i < 190; i++) {
                ChannelDirectTcpip channel =
                        jumped.inner.createDirectTcpipChannel(NOBODY, new SshdSocketAddress("127.0.0.1", far.port()));
                channel.open().verify(LIMIT);
                open.add(channel);
            }
            jumped.reading.acquire();
            AtomicLong last = new AtomicLong(-1);
            Awaitility.await()
                    .pollInterval(Duration.ofSeconds(1))
                    .atMost(LIMIT)
                    .until(() -> last.getAndSet(written.get()) == written.get());
            jumped.reading.release();
            for (ChannelDirectTcpip channel : open) {
                assertThat(channel.getInvertedOut().read()).isZero();
            }
            assertThat(jumped.inner.isOpen()).isTrue();
            open.forEach(channel -> channel.close(true));
        }
    }
}
