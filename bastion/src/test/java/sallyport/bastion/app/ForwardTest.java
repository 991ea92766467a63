package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.bastion.Tool;
import sallyport.db.DatabaseSettings;

/** What passes besides sessions, with OpenSSH's client, at a real sshd: -L, -R, -D, -W and UNIX sockets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForwardTest {

    private TestBastion bastion;

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.start();
    }

    @AfterAll
    void stop() throws Exception {
        bastion.close();
    }

    @BeforeEach
    void allowed() throws Exception {
        allow("[target-loopback, remote, \"" + bastion.folder + "/*.sock\"]");
    }

    private void allow(String forward) throws Exception {
        Files.writeString(
                bastion.accessFile(),
                bastion.access(TestHouse.PEOPLE)
                        + "  - name: forwards\n"
                        + "    roles: [engineer]\n"
                        + "    targets: [web-1, prod-db-1]\n"
                        + "    longest: 8h\n"
                        + "    forward: "
                        + forward + "\n");
        bastion.bastion.reload();
    }

    // --- clients ---

    /** An ssh that runs no program and passes things on, until it is closed. */
    private final class Tunnel implements AutoCloseable {
        private final Process ssh;
        private final Path errors = Files.createTempFile(bastion.folder, "tunnel", ".log");

        private Tunnel(List<String> line) throws IOException {
            ssh = new ProcessBuilder(line)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(errors.toFile())
                    .start();
        }

        String errors() throws IOException {
            return Files.readString(errors);
        }

        @Override
        public void close() {
            ssh.destroyForcibly();
            ssh.onExit().join();
        }
    }

    private Tunnel tunnel(String userPart, String... options) throws IOException {
        List<String> all = Stream.concat(Stream.of("-N"), Stream.of(options)).toList();
        return new Tunnel(talkative(bastion.ssh("engineer", userPart, all)));
    }

    /** Says why a channel is not opened, which ssh does from level INFO on. */
    private static List<String> talkative(List<String> line) {
        line.replaceAll(part -> part.equals("LogLevel=ERROR") ? "LogLevel=VERBOSE" : part);
        return line;
    }

    private Tunnel tunnelTo(int local, int remote) throws IOException {
        return listening(local, tunnel(bastion.at("web-1"), "-L", toLoopback(local, remote)));
    }

    private static String toLoopback(int local, int remote) {
        return "127.0.0.1:" + local + ":127.0.0.1:" + remote;
    }

    /** {@code tunnel}, once something listens on {@code port}; it is not connected to. */
    private static Tunnel listening(int port, Tunnel tunnel) {
        Awaitility.await("something on port " + port)
                .atMost(Duration.ofSeconds(15))
                .until(() -> {
                    if (!tunnel.ssh.isAlive()) {
                        throw new AssertionError(tunnel.errors());
                    }
                    try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                        return !free.isBound();
                    } catch (BindException taken) {
                        return true;
                    }
                });
        return tunnel;
    }

    private static Socket connect(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** What comes back of {@code bytes}, until the other side ends. */
    private static byte[] through(Socket socket, byte[] bytes) throws Exception {
        try (socket) {
            CompletableFuture<byte[]> back =
                    inBackground(() -> socket.getInputStream().readAllBytes());
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            return back.get(60, TimeUnit.SECONDS);
        }
    }

    private static <T> CompletableFuture<T> inBackground(Callable<T> what) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                done.complete(what.call());
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    // --- what is written down ---

    private List<Map<String, Object>> events(String action, String inDetail) throws Exception {
        DatabaseSettings owner = bastion.database.owner();
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                PreparedStatement query = connection.prepareStatement(
                        "select detail from audit_event where action = ? and position(? in detail) > 0 order by"
                                + " sequence")) {
            query.setString(1, action);
            query.setString(2, inDetail);
            List<Map<String, Object>> found = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    found.add(Json.object(rows.getString(1)));
                }
            }
            return found;
        }
    }

    /** As JSON is read here. */
    private static Object number(long number) {
        return BigDecimal.valueOf(number);
    }

    private Map<String, Object> event(String action, String inDetail) {
        return Awaitility.await(action + " of " + inDetail)
                .atMost(Duration.ofSeconds(10))
                .until(() -> events(action, inDetail), found -> !found.isEmpty())
                .getLast();
    }

    /** The engineer's newest session of mode forward. */
    private Map<String, Object> forwards() {
        return Json.items(bastion.printed("engineer", "session list --json")).stream()
                .filter(session -> "forward".equals(session.get("mode")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no session of mode forward"));
    }

    private String transcript(String code) {
        bastion.awaitSealed(code);
        return new String(bastion.download(code, "text"), StandardCharsets.UTF_8);
    }

    // --- -L ---

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1 << 20})
    void what_passes_is_the_same_both_ways_and_is_counted(int bytes) throws Exception {
        int local = SshdTarget.freePort();
        try (Far far = Far.onPort(Far.ECHO)) {
            String to = "127.0.0.1:" + far.port();
            String code;
            try (Tunnel tunnel = tunnelTo(local, far.port())) {
                assertThat(through(connect(local), random(bytes))).isEqualTo(random(bytes));
                Map<String, Object> closed = event("forward.closed", to);
                assertThat(closed)
                        .containsEntry("kind", "local")
                        .containsEntry("from", "client")
                        .containsEntry("sent_bytes", number(bytes))
                        .containsEntry("received_bytes", number(bytes))
                        .containsEntry("cause", "closed");
                Map<String, Object> session = forwards();
                assertThat(session).containsEntry("state", "running").containsEntry("target", "web-1");
                code = Json.text(session, "code");
                assertThat(tunnel.ssh.isAlive()).isTrue();
            }
            assertThat(transcript(code))
                    .containsSubsequence(
                            "1: local from the client to " + to,
                            "1: closed after ",
                            bytes + " bytes from the client, " + bytes + " bytes to it");
            assertThat(bastion.session("engineer", Json.text(forwards(), "name")))
                    .containsEntry("ending", "client_gone");
        }
    }

    @Test
    void both_ways_end_by_themselves() throws Exception {
        int local = SshdTarget.freePort();
        // Says how much it was sent only once that has ended, and goes on speaking.
        try (Far far = Far.onPort((in, out, socket) -> {
                    long length = in.transferTo(OutputStream.nullOutputStream());
                    out.write(("had " + length + ", ").getBytes(StandardCharsets.UTF_8));
                    out.write("bye".getBytes(StandardCharsets.UTF_8));
                });
                Tunnel tunnel = tunnelTo(local, far.port())) {
            assertThat(new String(through(connect(local), random(70_000)), StandardCharsets.UTF_8))
                    .isEqualTo("had 70000, bye");
        }
        // And one that ends its own way first still takes what comes.
        CompletableFuture<Long> had = new CompletableFuture<>();
        try (Far far = Far.onPort((in, out, socket) -> {
                    socket.shutdownOutput();
                    had.complete(in.transferTo(OutputStream.nullOutputStream()));
                });
                Tunnel tunnel = tunnelTo(local, far.port());
                Socket socket = connect(local)) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            socket.getOutputStream().write(random(70_000));
            socket.shutdownOutput();
            assertThat(had.get(10, TimeUnit.SECONDS)).isEqualTo(70_000);
        }
    }

    @Test
    void what_the_target_cannot_reach_is_said_as_it_says_it() throws Exception {
        int local = SshdTarget.freePort();
        int nobody = SshdTarget.freePort();
        try (Tunnel tunnel = tunnelTo(local, nobody)) {
            assertThat(through(connect(local), new byte[0])).isEmpty();
            Awaitility.await()
                    .untilAsserted(() ->
                            assertThat(tunnel.errors()).contains("open failed: connect failed: Connection refused"));
            assertThat(event("forward.closed", "127.0.0.1:" + nobody))
                    .containsEntry("cause", "failed: Connection refused");
            assertThat(tunnel.ssh.isAlive()).isTrue();
        }
    }

    @Test
    void a_shell_and_what_passes_share_a_connection_and_end_apart() throws Exception {
        int local = SshdTarget.freePort();
        try (Far far = Far.onPort(Far.ECHO);
                Terminal shell = bastion.terminal(
                        "engineer", bastion.at("web-1", "name=with-forward"), "-L", toLoopback(local, far.port()))) {
            shell.await("new session");
            assertThat(through(connect(local), random(1000))).isEqualTo(random(1000));
            String code = Json.text(forwards(), "code");
            assertThat(bastion.console("manager", "session revoke " + code + " --reason test --yes").exit)
                    .isZero();
            shell.type("echo still-$((1+1))\n").await("still-2");
            shell.type("exit\n").exit();
        }
    }

    // --- -W, -D, sockets ---

    @Test
    void stdin_and_stdout_lead_to_a_port() throws Exception {
        try (Far far = Far.onPort(Far.ECHO)) {
            Run run = bastion.run(
                    "engineer", bastion.at("web-1"), List.of("-W", "localhost:" + far.port()), random(300_000));
            assertThat(run.exit).as("%s", run).isZero();
            assertThat(run.stdout).isEqualTo(random(300_000));
        }
    }

    @Test
    void a_socks_proxy_leads_to_the_targets_loopback_and_nowhere_else() throws Exception {
        int local = SshdTarget.freePort();
        try (Far far = Far.onPort((in, out, socket) -> {
                    in.readNBytes(4);
                    out.write("HTTP/1.0 200 OK\r\n\r\nhello through it".getBytes(StandardCharsets.UTF_8));
                });
                Tunnel tunnel = listening(local, tunnel(bastion.at("web-1"), "-D", "127.0.0.1:" + local))) {
            assertThat(curl(local, "localhost:" + far.port()).out()).isEqualTo("hello through it");
            assertThat(curl(local, "127.0.0.1:" + far.port()).out()).isEqualTo("hello through it");
            assertThat(curl(local, "example.com:8080").exit).isNotZero();
            assertThat(curl(local, "169.254.169.254:80").exit).isNotZero();
            assertThat(tunnel.errors())
                    .contains("example.com:8080 is not forwarded on web-1: only its own loopback can be forwarded");
            assertThat(curl(local, "localhost:" + far.port()).out()).isEqualTo("hello through it");
        }
    }

    private static Run curl(int socks, String where) {
        return Run.of(
                List.of(
                        Tool.CURL.path(),
                        "-s",
                        "--noproxy",
                        "",
                        "--max-time",
                        "20",
                        "--socks5-hostname",
                        "127.0.0.1:" + socks,
                        "http://" + where + "/"),
                new byte[0]);
    }

    @Test
    void a_socket_leads_to_a_socket() throws Exception {
        Path local = bastion.folder.resolve("local-end");
        Path remote = bastion.folder.resolve("app.sock");
        try (Far far = Far.onSocket(remote, Far.ECHO);
                Tunnel tunnel = tunnel(bastion.at("web-1"), "-L", local + ":" + remote)) {
            Awaitility.await().until(() -> Files.exists(local));
            try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(local))) {
                socket.write(ByteBuffer.wrap(random(5000)));
                socket.shutdownOutput();
                assertThat(Channels.newInputStream(socket).readAllBytes()).isEqualTo(random(5000));
            }
            assertThat(event("forward.closed", remote.toString()))
                    .containsEntry("kind", "local")
                    .containsEntry("sent_bytes", number(5000));
        }
    }

    // --- -R ---

    @Test
    void the_target_listens_and_what_comes_leads_to_the_client() throws Exception {
        int there = SshdTarget.freePort();
        try (Far here = Far.onPort(Far.ECHO)) {
            String code;
            try (Tunnel tunnel =
                    listening(there, tunnel(bastion.at("web-1"), "-R", there + ":127.0.0.1:" + here.port()))) {
                assertThat(through(connect(there), random(1 << 20))).isEqualTo(random(1 << 20));
                assertThat(event("forward.opened", "localhost:" + there)).containsEntry("from", "target");
                assertThat(event("forward.closed", "localhost:" + there))
                        .containsEntry("kind", "remote")
                        .containsEntry("from", "target")
                        .containsEntry("sent_bytes", number(1 << 20))
                        .containsEntry("received_bytes", number(1 << 20));
                code = Json.text(forwards(), "code");
                assertThat(bastion.console("manager", "session revoke " + code + " --reason test --yes").exit)
                        .isZero();
                Awaitility.await()
                        .atMost(Duration.ofSeconds(2))
                        .untilAsserted(() -> assertThat(isFree(there)).isTrue());
            }
            assertThat(transcript(code))
                    .containsSubsequence(
                            "1: listening from the client to localhost:" + there,
                            "2: remote from the target to localhost:" + there,
                            "2: closed after ");
        }
    }

    private static boolean isFree(int port) throws IOException {
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return free.isBound();
        } catch (BindException taken) {
            return false;
        }
    }

    @Test
    void the_target_chooses_a_port_if_it_is_left_to_it() throws Exception {
        try (Far here = Far.onPort(Far.ECHO);
                Tunnel tunnel = tunnel(bastion.at("web-1"), "-R", "0:127.0.0.1:" + here.port())) {
            Pattern allocated = Pattern.compile("Allocated port ([0-9]+) for remote forward");
            String told = Awaitility.await()
                    .until(tunnel::errors, text -> allocated.matcher(text).find());
            Matcher port = allocated.matcher(told);
            assertThat(port.find()).isTrue();
            assertThat(through(connect(Integer.parseInt(port.group(1))), random(1000)))
                    .isEqualTo(random(1000));
        }
    }

    @Test
    void the_target_listens_on_a_socket() throws Exception {
        Path there = bastion.folder.resolve("remote.sock");
        try (Far here = Far.onPort(Far.ECHO);
                Tunnel tunnel = tunnel(bastion.at("web-1"), "-R", there + ":127.0.0.1:" + here.port())) {
            Awaitility.await().until(() -> Files.exists(there));
            try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(there))) {
                socket.write(ByteBuffer.wrap(random(5000)));
                socket.shutdownOutput();
                assertThat(Channels.newInputStream(socket).readAllBytes()).isEqualTo(random(5000));
            }
        }
    }

    @Test
    void listening_that_is_not_allowed_is_refused_and_said_where_it_can_be() throws Exception {
        allow("[target-loopback]");
        int there = SshdTarget.freePort();
        Run run = bastion.run(
                "engineer", bastion.at("web-1"), List.of("-R", there + ":127.0.0.1:1"), new byte[0], "echo in");
        assertThat(run.out()).isEqualTo("in\n");
        assertThat(run.stderr)
                .contains("bastion: localhost:" + there
                        + " is not forwarded on web-1: no rule allows it (forward: remote).");
        assertThat(isFree(there)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*:%d", "0.0.0.0:%d", "localhost:1023"})
    void the_target_listens_on_its_loopback_alone(String where) throws Exception {
        int there = SshdTarget.freePort();
        Run run = bastion.run(
                "engineer",
                bastion.at("web-1"),
                List.of("-R", where.formatted(there) + ":127.0.0.1:1"),
                new byte[0],
                "echo in");
        assertThat(run.out()).isEqualTo("in\n");
        assertThat(run.stderr).contains("is not forwarded on web-1: only ");
    }
}
