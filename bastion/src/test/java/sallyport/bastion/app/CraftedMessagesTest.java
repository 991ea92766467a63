package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.keys.KeyFile;

/** Messages that no client sends, to channels that are not decided yet or closed already, and more of them than any sends (T50). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CraftedMessagesTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** More than twice the places there are, so that one left behind by every second channel is noticed. */
    private static final int CHANNELS = 450;

    private TestBastion bastion;
    private SshClient client;
    private ClientSession session;

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
        client.start();
    }

    @AfterAll
    void stop() throws Exception {
        client.stop();
        bastion.close();
    }

    @BeforeEach
    void connect() throws Exception {
        session = client.connect(bastion.at("web-1"), "127.0.0.1", bastion.bastion.sshPort())
                .verify(LIMIT)
                .getSession();
        session.addPublicKeyIdentity(KeyFile.load(bastion.folder.resolve("engineer")));
        session.auth().verify(LIMIT);
    }

    private static byte[] to(int port) {
        Buffer details = new ByteArrayBuffer();
        details.putString("127.0.0.1");
        details.putUInt(port);
        details.putString("127.0.0.1");
        details.putUInt(4711);
        return details.getCompactData();
    }

    /** One message of that kind to the bastion's channel of that number. */
    private void send(int kind, long channel) throws IOException {
        Buffer message = session.createBuffer((byte) kind);
        message.putUInt(channel);
        switch (kind) {
            case SshConstants.SSH_MSG_CHANNEL_WINDOW_ADJUST -> message.putUInt(1 << 20);
            case SshConstants.SSH_MSG_CHANNEL_DATA -> message.putString("early");
            case SshConstants.SSH_MSG_CHANNEL_EXTENDED_DATA -> {
                message.putUInt(1);
                message.putString("early");
            }
            case SshConstants.SSH_MSG_CHANNEL_REQUEST -> {
                message.putString("shell");
                message.putBoolean(false);
            }
            default -> {}
        }
        session.writePacket(message);
    }

    private void runsProgramsAndPasses(ClientSession in) throws Exception {
        try (ChannelExec exec = in.createExecChannel("exit 7")) {
            exec.open().verify(LIMIT);
            Awaitility.await().atMost(LIMIT).until(() -> exec.getExitStatus() != null);
            assertThat(exec.getExitStatus()).isEqualTo(7);
        }
        try (Far far = Far.onPort(Far.ECHO);
                ChannelDirectTcpip channel = in.createDirectTcpipChannel(
                        SshdSocketAddress.LOCALHOST_ADDRESS, new SshdSocketAddress("127.0.0.1", far.port()))) {
            channel.open().verify(LIMIT);
            OutputStream out = channel.getInvertedIn();
            out.write("hello".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            assertThat(channel.getInvertedOut().readNBytes(5)).isEqualTo("hello".getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** What nobody knows: one for the transport and one for what comes after a login. */
    @ParameterizedTest
    @ValueSource(ints = {25, 180})
    void a_message_that_nobody_knows_is_answered_so_a_thousand_times(int kind) throws Exception {
        assertThat(unknown(session, kind, 900)).isEqualTo(900);
        runsProgramsAndPasses(session);
        unknown(session, kind, 200);
        Awaitility.await().atMost(LIMIT).until(() -> !session.isOpen());
        connect();
        runsProgramsAndPasses(session);
    }

    @ParameterizedTest
    @ValueSource(ints = {25, 180})
    void nor_can_a_stranger_send_more_of_them(int kind) throws Exception {
        ClientSession stranger = client.connect("x", "127.0.0.1", bastion.bastion.sshPort())
                .verify(LIMIT)
                .getSession();
        stranger.waitFor(EnumSet.of(ClientSession.ClientSessionEvent.WAIT_AUTH), LIMIT);
        unknown(stranger, kind, 1_100);
        Awaitility.await().atMost(LIMIT).until(() -> !stranger.isOpen());
        runsProgramsAndPasses(session);
    }

    /** How many of them could be sent. */
    private static int unknown(ClientSession from, int kind, int count) {
        for (int i = 0; i < count; i++) {
            try {
                from.writePacket(from.createBuffer((byte) kind)).await(LIMIT);
            } catch (IOException closed) {
                return i;
            }
        }
        return count;
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                SshConstants.SSH_MSG_CHANNEL_WINDOW_ADJUST,
                SshConstants.SSH_MSG_CHANNEL_DATA,
                SshConstants.SSH_MSG_CHANNEL_EXTENDED_DATA,
                SshConstants.SSH_MSG_CHANNEL_EOF,
                SshConstants.SSH_MSG_CHANNEL_CLOSE,
                SshConstants.SSH_MSG_CHANNEL_REQUEST
            })
    void before_the_open_is_answered_it_leaves_nothing_behind(int kind) throws Exception {
        try (Far far = Far.onPort(Far.ECHO)) {
            List<RawChannel> opened = new ArrayList<>();
            // In pieces, as no more than two hundred may pass at once; every other one leads nowhere.
            for (int number = 0; number < CHANNELS; ) {
                for (int i = 0; i < 90; i++, number++) {
                    RawChannel channel = RawChannel.in(session, "direct-tcpip", to(number % 2 == 0 ? far.port() : 22));
                    opened.add(channel);
                    channel.open();
                    send(kind, number);
                }
                // One that is closed too early is closed, and not answered.
                Awaitility.await()
                        .atMost(LIMIT)
                        .until(() -> opened.stream().allMatch(one -> one.isAnswered() || one.isClosing()));
                for (RawChannel channel : opened) {
                    assertThat(channel.close(!channel.isAnswered()).await(LIMIT))
                            .isTrue();
                }
                opened.clear();
            }
            runsProgramsAndPasses(session);
        }
        session.close(true).await(LIMIT);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                SshConstants.SSH_MSG_CHANNEL_WINDOW_ADJUST,
                SshConstants.SSH_MSG_CHANNEL_DATA,
                SshConstants.SSH_MSG_CHANNEL_EXTENDED_DATA,
                SshConstants.SSH_MSG_CHANNEL_EOF,
                SshConstants.SSH_MSG_CHANNEL_CLOSE,
                SshConstants.SSH_MSG_CHANNEL_REQUEST
            })
    void after_the_close_it_hurts_nobody_else(int kind) throws Exception {
        ClientSession other = session;
        connect();
        try (Far far = Far.onPort(Far.ECHO)) {
            for (int number = 0; number < 20 && session.isOpen(); number++) {
                RawChannel channel = RawChannel.in(session, "direct-tcpip", to(number % 2 == 0 ? far.port() : 22));
                assertThat(channel.open().await(LIMIT)).isTrue();
                channel.close(false).await(LIMIT);
                send(kind, number);
                send(kind, number);
            }
            runsProgramsAndPasses(other);
            // A client that speaks of what is no more may be sent away; one that is not must be served.
            if (session.isOpen()) {
                runsProgramsAndPasses(session);
            }
        }
        session.close(true).await(LIMIT);
        other.close(true).await(LIMIT);
    }

    // --- too many ---

    @Test
    void what_is_asked_too_fast_waits_and_is_answered_and_nobody_else_waits() throws Exception {
        ClientSession other = session;
        connect();
        RawChannel channel = RawChannel.in(session, "session", new byte[0]);
        channel.open().verify(LIMIT);
        long began = System.nanoTime();
        for (int i = 0; i < 1500; i++) {
            channel.send("no such request", new byte[0]);
        }
        runsProgramsAndPasses(other);
        Awaitility.await().atMost(LIMIT).until(() -> channel.answered() == 1500);
        // Five seconds, less what one read holds.
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(2));
        channel.close(false).await(LIMIT);
        runsProgramsAndPasses(session);
        session.close(true).await(LIMIT);
        other.close(true).await(LIMIT);
    }

    @Test
    void refused_channels_leave_nothing_behind() throws Exception {
        floodsLeaveNothing(1, 2_500, 8 << 20);
    }

    @Test
    @Tag("big")
    void a_hundred_thousand_refused_channels_leave_nothing_behind() throws Exception {
        floodsLeaveNothing(100, 1_000, 16 << 20);
    }

    private void floodsLeaveNothing(int connections, int times, long bytes) throws Exception {
        flood(500);
        session.close(true).await(LIMIT);
        System.gc();
        long before = used();
        for (int i = 0; i < connections; i++) {
            connect();
            flood(times);
            if (i < connections - 1) {
                session.close(true).await(LIMIT);
            }
        }
        Awaitility.await().atMost(LIMIT).until(() -> {
            System.gc();
            return used() - before < bytes;
        });
        runsProgramsAndPasses(session);
        session.close(true).await(LIMIT);
    }

    /** As many as can be at once, again and again. */
    private void flood(int times) throws Exception {
        for (int done = 0; done < times; ) {
            List<OpenFuture> opening = new ArrayList<>();
            for (int i = 0; i < 100; i++, done++) {
                opening.add(RawChannel.in(session, "direct-tcpip", to(22)).open());
            }
            for (OpenFuture future : opening) {
                assertThat(future.await(Duration.ofSeconds(60))).isTrue();
                assertThat(future.isOpened()).isFalse();
            }
        }
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
