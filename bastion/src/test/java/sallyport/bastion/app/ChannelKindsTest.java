package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.keys.KeyFile;

/** Every kind of channel and request that RFC 4254 and OpenSSH know, and some that nobody does (T24). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChannelKindsTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private TestBastion bastion;
    private SshClient client;
    private ClientSession session;

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.start();
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

    @AfterEach
    void theConnectionLives() throws Exception {
        try (ChannelExec exec = session.createExecChannel("exit 7")) {
            exec.open().verify(LIMIT);
            Awaitility.await().until(() -> exec.getExitStatus() != null);
            assertThat(exec.getExitStatus()).isEqualTo(7);
        }
        session.close(true).await(LIMIT);
    }

    private RawChannel raw(String type, byte[] details) throws IOException {
        return RawChannel.in(session, type, details);
    }

    private static byte[] directTcpip(String host, int port) {
        Buffer details = new ByteArrayBuffer();
        details.putString(host);
        details.putUInt(port);
        details.putString("127.0.0.1");
        details.putUInt(4711);
        return details.getCompactData();
    }

    private static byte[] strings(String... values) {
        Buffer details = new ByteArrayBuffer();
        for (String value : values) {
            details.putString(value);
        }
        return details.getCompactData();
    }

    private SshChannelOpenException refusal(String type, byte[] details) throws IOException {
        OpenFuture future = raw(type, details).open();
        assertThat(future.await(LIMIT)).isTrue();
        assertThat(future.isOpened()).as(type).isFalse();
        return (SshChannelOpenException) future.getException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x11",
                "forwarded-tcpip",
                "forwarded-streamlocal@openssh.com",
                "auth-agent@openssh.com",
                "auth-agent",
                "agent-connect",
                "tun@openssh.com",
                "mux-control@openssh.com",
                "mosh",
                "session@openssh.com",
                "no such kind"
            })
    void a_kind_of_channel_that_clients_do_not_open_is_unknown(String type) throws Exception {
        SshChannelOpenException refusal = refusal(type, directTcpip("localhost", 8080));
        assertThat(refusal.getReasonCode()).isEqualTo(SshConstants.SSH_OPEN_UNKNOWN_CHANNEL_TYPE);
        assertThat(refusal.getMessage()).contains(type);
    }

    @Test
    void what_leads_somewhere_is_refused_in_words() throws Exception {
        SshChannelOpenException port = refusal("direct-tcpip", directTcpip("localhost", 8080));
        assertThat(port.getReasonCode()).isEqualTo(SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED);
        assertThat(port.getMessage())
                .contains("localhost:8080 is not forwarded on web-1: no rule allows it (forward: target-loopback)");
        SshChannelOpenException socket = refusal("direct-streamlocal@openssh.com", strings("/run/app.sock", "", ""));
        assertThat(socket.getReasonCode()).isEqualTo(SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED);
        assertThat(socket.getMessage()).contains("/run/app.sock is not forwarded on web-1: no rule allows that socket");
    }

    @Test
    void names_that_mislead_are_made_inert_in_what_is_said_of_them() throws Exception {
        assertThat(refusal("direct-tcpip", directTcpip("a\033[2Jb", 80)).getMessage())
                .contains("a\\u{1b}[2Jb:80");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcpip-forward",
                "cancel-tcpip-forward",
                "streamlocal-forward@openssh.com",
                "cancel-streamlocal-forward@openssh.com",
                "keepalive@openssh.com",
                "tun@openssh.com",
                "no such request"
            })
    void a_request_of_the_connection_that_is_not_allowed_or_known_fails(String name) throws Exception {
        Buffer request = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST);
        request.putString(name);
        request.putBoolean(true);
        request.putRawBytes(name.contains("streamlocal") ? strings("/run/app.sock") : directTcpip("localhost", 8080));
        assertThat(session.request(name, request, LIMIT)).isNull();
    }

    @Test
    void answers_to_requests_of_the_connection_keep_their_order() throws Exception {
        // The first waits for the database, the second for nothing; answers say only yes or no.
        List<CompletableFuture<Boolean>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String name = i % 2 == 0 ? "tcpip-forward" : "no-more-sessions@openssh.com";
            Buffer request = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST);
            request.putString(name);
            request.putBoolean(true);
            request.putRawBytes(directTcpip("localhost", 8080));
            CompletableFuture<Boolean> answer = new CompletableFuture<>();
            answers.add(answer);
            session.request(request, name, (code, _) -> answer.complete(code == SshConstants.SSH_MSG_REQUEST_SUCCESS));
        }
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).get(10, TimeUnit.SECONDS)).as("%d", i).isEqualTo(i % 2 == 1);
        }
        connect();
    }

    @ParameterizedTest
    @CsvSource({
        "x11-req, false",
        "auth-agent-req@openssh.com, false",
        "auth-agent-req, false",
        "signal, false",
        "break, false",
        "xon-xoff, false",
        "exit-status, false",
        "exit-signal, false",
        "eow@openssh.com, false",
        "tun@openssh.com, false",
        "no such request, false",
        "window-change, true"
    })
    void a_request_of_a_session_that_is_not_allowed_or_known_fails(String name, boolean succeeds) throws Exception {
        RawChannel channel = raw("session", new byte[0]);
        channel.open().verify(LIMIT);
        Buffer details = new ByteArrayBuffer();
        for (int i = 0; i < 8; i++) {
            details.putUInt(4);
        }
        assertThat(channel.request(name, details.getCompactData())).isEqualTo(succeeds);
        channel.close(false);
    }

    @Test
    void no_more_sessions_means_sessions_alone() throws Exception {
        Buffer request = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST);
        request.putString("no-more-sessions@openssh.com");
        request.putBoolean(true);
        assertThat(session.request("no-more-sessions@openssh.com", request, LIMIT))
                .isNotNull();
        assertThat(refusal("session", new byte[0]).getMessage()).contains("no more sessions");
        assertThat(refusal("direct-tcpip", directTcpip("localhost", 8080)).getMessage())
                .contains("is not forwarded on web-1");
        connect();
    }

    @Test
    void an_eleventh_session_channel_is_refused_in_words() throws Exception {
        List<RawChannel> open = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            RawChannel channel = raw("session", new byte[0]);
            channel.open().verify(LIMIT);
            open.add(channel);
        }
        assertThat(refusal("session", new byte[0]).getMessage()).contains("10 sessions are open in this connection");
        for (RawChannel channel : open) {
            assertThat(channel.close(false).await(LIMIT)).isTrue();
        }
    }
}
