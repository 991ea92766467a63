package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.AcceptAllPublickeyAuthenticator;
import org.apache.sshd.server.shell.UnknownCommand;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.bastion.Tool;

/** A client's X11 display for programs on a target: OpenSSH's client and sshd, and something that answers as a display (T24). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class X11Test {

    private static final int DISPLAY_PORTS = 6000;

    /** Byte order, version, lengths and padding, the protocol's name and its cookie: how each X11 client begins. */
    private static final int HELLO_BYTES = 12 + 20 + 16;

    private TestBastion bastion;

    @BeforeAll
    void start() throws Exception {
        // What a target's sshd keeps the cookie with; without it none lends a display.
        Tool.XAUTH.path();
        bastion = TestBastion.start();
    }

    @AfterAll
    void stop() throws Exception {
        bastion.close();
    }

    private void allow(String forward, String... targets) throws Exception {
        Files.writeString(
                bastion.accessFile(),
                bastion.access(TestHouse.PEOPLE).replace("rules:\n", String.join("", targets) + "rules:\n")
                        + "  - name: forwards\n    roles: [engineer]\n    environments: [staging]\n    forward: "
                        + forward + "\n");
        bastion.bastion.reload();
    }

    private String target(String name, int port, String hostKey) {
        return "  %s:%n    address: 127.0.0.1:%d%n    environment: staging%n    logins: [%s]%n    host-keys: [\"%s\"]%n"
                .formatted(name, port, bastion.login, hostKey);
    }

    private List<String> showing(String userPart, String... command) {
        List<String> line = bastion.ssh("engineer", userPart, List.of("-Y"), command);
        line.replaceAll(part -> part.equals("LogLevel=ERROR") ? "LogLevel=INFO" : part);
        return line;
    }

    private Map<String, String> display(Far far) throws IOException {
        Path noCookies = Files.createTempFile(bastion.folder, "xauthority", "");
        return Map.of("DISPLAY", "127.0.0.1:" + (far.port() - DISPLAY_PORTS), "XAUTHORITY", noCookies.toString());
    }

    private Run run(Far far, String userPart, String command) throws IOException {
        return Run.of(showing(userPart, command), new byte[0], display(far), bastion.folder);
    }

    /** A program on web-1 that was lent a display, until it is closed. */
    private final class Program implements AutoCloseable {
        private final Process ssh;
        private final int port;
        private final byte[] cookie;

        Program(Far far) throws IOException {
            ProcessBuilder builder = new ProcessBuilder(
                            showing(bastion.at("web-1"), "echo $DISPLAY; xauth list; echo; exec cat"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().putAll(display(far));
            ssh = builder.start();
            BufferedReader shown = ssh.inputReader(StandardCharsets.UTF_8);
            String display = String.valueOf(shown.readLine());
            assertThat(display).startsWith("localhost:").endsWith(".0");
            String number = display.substring(display.indexOf(':') + 1, display.indexOf('.'));
            String found = "";
            for (String line = shown.readLine(); !line.isEmpty(); line = shown.readLine()) {
                if (line.contains(":" + number + " ")) {
                    found = line;
                }
            }
            assertThat(found).contains("MIT-MAGIC-COOKIE-1");
            port = DISPLAY_PORTS + Integer.parseInt(number);
            cookie = HexFormat.of().parseHex(found.substring(found.lastIndexOf(' ') + 1));
        }

        /** A window of it: a connection to its display, which ssh lets through for the cookie's sake. */
        Socket window() throws IOException {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            ByteBuffer hello = ByteBuffer.allocate(HELLO_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            hello.put((byte) 'l').put((byte) 0).putShort((short) 11).putShort((short) 0);
            hello.putShort((short) 18).putShort((short) 16).putShort((short) 0);
            hello.put("MIT-MAGIC-COOKIE-1\0\0".getBytes(StandardCharsets.US_ASCII))
                    .put(cookie);
            socket.getOutputStream().write(hello.array());
            return socket;
        }

        @Override
        public void close() {
            ssh.destroyForcibly();
            ssh.onExit().join();
        }
    }

    /** As a display that is greeted, and then sends back what it is sent. */
    private static void echo(InputStream in, OutputStream out, SocketChannel socket) throws IOException {
        in.readNBytes(HELLO_BYTES);
        Far.ECHO.with(in, out, socket);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private String forwards() {
        return Json.items(bastion.printed("engineer", "session list --json")).stream()
                .filter(session -> "forward".equals(session.get("mode")))
                .findFirst()
                .map(session -> Json.text(session, "code"))
                .orElseThrow();
    }

    @Test
    void programs_reach_the_clients_display_and_it_is_written_down() throws Exception {
        allow("[x11]");
        String code;
        try (Far far = Far.onPort(X11Test::echo);
                Program program = new Program(far)) {
            try (Socket window = program.window()) {
                Thread.ofVirtual().start(() -> {
                    try {
                        window.getOutputStream().write(random(1 << 20));
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
                assertThat(window.getInputStream().readNBytes(1 << 20)).isEqualTo(random(1 << 20));
            }
            try (Socket second = program.window()) {
                second.getOutputStream().write(7);
                assertThat(second.getInputStream().read()).isEqualTo(7);
            }
            code = forwards();
        }
        bastion.awaitSealed(code);
        assertThat(new String(bastion.download(code, "text"), StandardCharsets.UTF_8))
                .containsSubsequence(
                        "1: x11 from the target to the X11 display",
                        "1: closed after ",
                        (HELLO_BYTES + (1 << 20)) + " bytes from the target, " + (1 << 20) + " bytes to it",
                        "2: x11 from the target to the X11 display");
        assertThat(bastion.events("forward.closed", "X11"))
                .anySatisfy(event -> assertThat(event)
                        .containsEntry("kind", "x11")
                        .containsEntry("from", "target")
                        .containsEntry("sent_bytes", BigDecimal.valueOf(HELLO_BYTES + (1 << 20)))
                        .containsEntry("received_bytes", BigDecimal.valueOf(1 << 20)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[target-loopback, remote, agent]"})
    void it_is_not_lent_where_no_rule_says_so_and_the_program_runs(String forward) throws Exception {
        allow(forward);
        try (Far far = Far.onPort(X11Test::echo)) {
            Run run = run(far, bastion.at("web-1"), "echo \"[$DISPLAY]\"");
            assertThat(run.exit).as("%s", run).isZero();
            assertThat(run.out()).isEqualTo("[]\n");
            assertThat(run.stderr).contains("X11 forwarding request failed");
        }
    }

    @Test
    void a_target_that_lends_none_is_named() throws Exception {
        allow("[x11]", target("plain-1", bastion.production.port, bastion.production.hostKeyLine));
        try (Far far = Far.onPort(X11Test::echo)) {
            Run run = run(far, bastion.at("plain-1"), "echo \"[$DISPLAY]\"");
            assertThat(run.out()).isEqualTo("[]\n");
            assertThat(run.stderr).contains("bastion: the sshd of plain-1 does not pass on the X11 display.");
        }
    }

    @Test
    void what_is_shown_ends_with_the_session_that_asked() throws Exception {
        allow("[x11]");
        try (Far far = Far.onPort(X11Test::echo);
                Program program = new Program(far);
                Socket window = program.window()) {
            window.getOutputStream().write(7);
            assertThat(window.getInputStream().read()).isEqualTo(7);
            // Its input ends, and with that cat.
            program.ssh.getOutputStream().close();
            window.setSoTimeout(5000);
            assertThat(window.getInputStream().read()).isEqualTo(-1);
            assertThat(program.ssh.waitFor()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void revoked_or_no_longer_listed_it_ends_within_a_second(boolean revoked) throws Exception {
        allow("[x11]");
        try (Far far = Far.onPort(X11Test::echo);
                Program program = new Program(far);
                Socket window = program.window()) {
            window.getOutputStream().write(7);
            assertThat(window.getInputStream().read()).isEqualTo(7);
            if (revoked) {
                assertThat(bastion.console("manager", "session revoke " + forwards() + " --reason test --yes").exit)
                        .isZero();
            } else {
                allow("[]");
            }
            window.setSoTimeout(1000);
            assertThat(window.getInputStream().read()).isEqualTo(-1);
            assertThat(program.ssh.isAlive()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x11", "auth-agent@openssh.com", "forwarded-tcpip", "session", "direct-tcpip"})
    void what_a_target_opens_and_nobody_waits_for_is_refused(String type) throws Exception {
        SshServer hostile = SshServer.setUpDefaultServer();
        hostile.setHost("127.0.0.1");
        var hostKey = KeyUtils.generateKeyPair(KeyPairProvider.ECDSA_SHA2_NISTP256, 256);
        hostile.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
        hostile.setPublickeyAuthenticator(AcceptAllPublickeyAuthenticator.INSTANCE);
        Buffer from = new ByteArrayBuffer();
        from.putString("127.0.0.1");
        from.putUInt(4711);
        from.putString("127.0.0.1");
        from.putUInt(4711);
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        hostile.setCommandFactory((channel, command) -> {
            Session session = channel.getSession();
            try {
                OpenFuture opening =
                        RawChannel.in(session, type, from.getCompactData()).open();
                opening.addListener(answer -> refused.complete(answer.getException()));
            } catch (IOException e) {
                refused.completeExceptionally(e);
            }
            return new UnknownCommand(command);
        });
        hostile.start();
        try (hostile;
                Far far = Far.onPort(X11Test::echo)) {
            allow(
                    "[x11, agent, remote, target-loopback]",
                    target("hostile-1", hostile.getPort(), PublicKeyEntry.toString(hostKey.getPublic())));
            List<String> line = bastion.ssh("engineer", bastion.at("hostile-1"), List.of("-x", "-a"), "true");
            Run run = Run.of(line, new byte[0]);
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(refused::isDone);
            assertThat(refused.join()).as("%s", run).isInstanceOf(SshChannelOpenException.class);
        }
    }
}
