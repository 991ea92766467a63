package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
        allow(bastion.access(TestHouse.PEOPLE), forward);
    }

    private void allow(String access, String forward) throws Exception {
        Files.writeString(
                bastion.accessFile(),
                access
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

    private static boolean isLedNowhere(int port) throws IOException {
        try (Socket socket = connect(port)) {
            return socket.getInputStream().read() == -1;
        } catch (SocketException reset) {
            return true;
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

    /** As JSON is read here. */
    private static Object number(long number) {
        return BigDecimal.valueOf(number);
    }

    private Map<String, Object> event(String action, String inDetail) {
        return Awaitility.await(action + " of " + inDetail)
                .atMost(Duration.ofSeconds(10))
                .until(() -> bastion.events(action, inDetail), found -> !found.isEmpty())
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
            assertThat(isLedNowhere(local)).isTrue();
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

    @Test
    void an_editor_runs_a_shell_and_reaches_its_server_through_one_connection() throws Exception {
        int local = SshdTarget.freePort();
        Process editor = new ProcessBuilder(
                        bastion.ssh("engineer", bastion.at("web-1"), List.of("-T", "-D", "127.0.0.1:" + local), "bash"))
                .start();
        try (Far far = Far.onPort((in, out, socket) -> {
                    in.readNBytes(4);
                    out.write("HTTP/1.0 200 OK\r\n\r\nits server".getBytes(StandardCharsets.UTF_8));
                });
                OutputStream typed = editor.getOutputStream();
                BufferedReader shown = editor.inputReader(StandardCharsets.UTF_8)) {
            typed.write("echo ready\n".getBytes(StandardCharsets.UTF_8));
            typed.flush();
            assertThat(shown.readLine()).isEqualTo("ready");
            for (int i = 0; i < 3; i++) {
                assertThat(curl(local, "localhost:" + far.port()).out()).isEqualTo("its server");
            }
            typed.write("exit 3\n".getBytes(StandardCharsets.UTF_8));
            typed.flush();
            assertThat(editor.waitFor()).isEqualTo(3);
        } finally {
            editor.destroyForcibly();
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
                            "2: closed after ",
                            "1: the session ended after ");
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

    // --- what is refused ---

    @Test
    void nothing_passes_that_no_rule_lists_and_the_connection_lives_on() throws Exception {
        allow("[]");
        int local = SshdTarget.freePort();
        try (Far far = Far.onPort(Far.ECHO);
                Terminal shell = Terminal.start(talkative(bastion.ssh(
                        "engineer",
                        bastion.at("web-1", "name=refused"),
                        List.of("-t", "-L", toLoopback(local, far.port())))))) {
            shell.await("new session");
            assertThat(isLedNowhere(local)).isTrue();
            shell.await("open failed: administratively prohibited: 127.0.0.1:" + far.port()
                    + " is not forwarded on web-1: no rule allows it (forward: target-loopback)");
            shell.type("echo still-$((1+1))\n").await("still-2");
            shell.type("exit\n").exit();
            assertThat(event("forward.refused", "127.0.0.1:" + far.port()))
                    .containsEntry("target", "web-1")
                    .containsEntry("login", bastion.login)
                    .containsEntry("kind", "local")
                    .containsEntry("cause", "ForwardNotAllowed");
            assertThat(bastion.events("forward.opened", "127.0.0.1:" + far.port()))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:22",
                "localhost:22",
                "localhost:1023",
                "localhost:%d",
                "[::ffff:127.0.0.1]:8080",
                "[::ffff:7f00:1]:%d",
                "2130706433:8080",
                "0.0.0.0:8080",
                "prod-db-1:5432",
                "10.0.0.7:8080",
                "169.254.169.254:8080"
            })
    void of_a_target_no_other_place_is_reached(String where) throws Exception {
        Run run = Run.of(
                talkative(
                        bastion.ssh("engineer", bastion.at("web-1"), List.of("-W", where.formatted(bastion.web.port)))),
                new byte[0]);
        assertThat(run.exit).isNotZero();
        assertThat(run.stdout).isEmpty();
        assertThat(run.stderr).contains("administratively prohibited", " is not forwarded on web-1: ");
    }

    @Test
    void the_ssh_of_another_target_on_the_same_machine_is_not_reached() throws Exception {
        String place = "localhost:" + bastion.production.port;
        Run run = Run.of(talkative(bastion.ssh("engineer", bastion.at("web-1"), List.of("-W", place))), new byte[0]);
        assertThat(run.exit).isNotZero();
        assertThat(run.stdout).isEmpty();
        assertThat(run.stderr)
                .contains(place + " is not forwarded on web-1: port " + bastion.production.port
                        + " is a target's ssh, which is not forwarded");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "/tmp/../tmp/x.sock", "%s/sub/a.sock", "%s/../x.sock"})
    void no_other_socket_is_reached(String path) throws Exception {
        Path local = bastion.folder.resolve("refused-end");
        Files.deleteIfExists(local);
        try (Tunnel tunnel = tunnel(bastion.at("web-1"), "-L", local + ":" + path.formatted(bastion.folder))) {
            Awaitility.await().until(() -> Files.exists(local));
            try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(local))) {
                assertThat(Channels.newInputStream(socket).readAllBytes()).isEmpty();
            }
            Awaitility.await()
                    .untilAsserted(() -> assertThat(tunnel.errors())
                            .contains("is not forwarded on web-1: no rule allows that socket"));
        }
    }

    @Test
    void a_connection_to_no_target_leads_nowhere() {
        Run run = Run.of(talkative(bastion.ssh("engineer", "engineer", List.of("-W", "localhost:8080"))), new byte[0]);
        assertThat(run.exit).isNotZero();
        assertThat(run.stderr).contains("no target \"localhost\" for you");
    }

    @Test
    void what_is_decided_for_another_account_by_now_is_not_carried_out_on_this_one() throws Exception {
        int local = SshdTarget.freePort();
        try (Far far = Far.onPort(Far.ECHO);
                Tunnel tunnel = listening(local, tunnel("web-1", "-L", toLoopback(local, far.port())))) {
            assertThat(through(connect(local), random(100))).isEqualTo(random(100));
            // Who names no account is let in as the first of them.
            allow(
                    bastion.access(TestHouse.PEOPLE).replace("logins: [", "logins: [aaa, "),
                    "[target-loopback, remote, \"" + bastion.folder + "/*.sock\"]");
            assertThat(isLedNowhere(local)).isTrue();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(tunnel.errors())
                            .contains("this connection forwards on " + bastion.at("web-1")
                                    + ", and would lead to aaa+web-1 by now. Connect anew"));
            assertThat(bastion.events("forward.opened", "127.0.0.1:" + far.port()))
                    .hasSize(1);
        }
    }

    // --- behind -J ---

    @Test
    void behind_a_jump_it_is_the_same() throws Exception {
        String known = bastion.printed("engineer", "config --known-hosts")
                .lines()
                .findFirst()
                .orElseThrow();
        Path config = Files.writeString(
                bastion.folder.resolve("forward_config"), """
                    Host engineer
                        HostName 127.0.0.1
                        Port %1$d
                        User engineer
                        IdentityFile %2$s/engineer
                        UserKnownHostsFile %2$s/known_hosts
                    Host web-1
                        UserKnownHostsFile %2$s/known_target
                        ProxyJump engineer
                    Host *
                        IdentitiesOnly yes
                        IdentityAgent none
                        GlobalKnownHostsFile /dev/null
                        StrictHostKeyChecking yes
                        BatchMode yes
                    """.formatted(bastion.bastion.sshPort(), bastion.folder));
        Files.writeString(bastion.folder.resolve("known_target"), known + "\n");
        int local = SshdTarget.freePort();
        int there = SshdTarget.freePort();
        try (Far far = Far.onPort(Far.ECHO);
                Tunnel tunnel = listening(
                        there,
                        new Tunnel(List.of(
                                Tool.SSH.path(),
                                "-F",
                                config.toString(),
                                "-N",
                                "-L",
                                toLoopback(local, far.port()),
                                "-R",
                                there + ":127.0.0.1:" + far.port(),
                                bastion.login + "@web-1")))) {
            assertThat(through(connect(local), random(1 << 20))).isEqualTo(random(1 << 20));
            assertThat(through(connect(there), random(1 << 20))).isEqualTo(random(1 << 20));
            assertThat(forwards()).containsEntry("state", "running").containsEntry("target", "web-1");
            Run refused = Run.of(
                    List.of(Tool.SSH.path(), "-F", config.toString(), "-W", "localhost:22", bastion.login + "@web-1"),
                    new byte[0]);
            assertThat(refused.exit).isNotZero();
            assertThat(refused.stderr).contains("localhost:22 is not forwarded on web-1: only ports from 1024");
        }
    }

    // --- the end ---

    @Test
    void revoked_both_ends_are_closed_within_a_second() throws Exception {
        int local = SshdTarget.freePort();
        CompletableFuture<Long> farEnded = new CompletableFuture<>();
        try (Far far = Far.onPort((in, out, socket) -> {
                    out.write(1);
                    while (in.read() >= 0) {
                        // Until it ends.
                    }
                    farEnded.complete(System.nanoTime());
                });
                Tunnel tunnel = tunnelTo(local, far.port());
                Socket socket = connect(local)) {
            assertThat(socket.getInputStream().read()).isEqualTo(1);
            String code = Json.text(forwards(), "code");
            CompletableFuture<Long> nearEnded = inBackground(() -> {
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
                return System.nanoTime();
            });
            Run revoked = bastion.console("manager", "session revoke " + code + " --reason enough --yes");
            long told = System.nanoTime();
            assertThat(revoked.exit).as("%s", revoked).isZero();
            assertThat(Duration.ofNanos(nearEnded.get(5, TimeUnit.SECONDS) - told))
                    .isLessThan(Duration.ofSeconds(1));
            assertThat(Duration.ofNanos(farEnded.get(5, TimeUnit.SECONDS) - told))
                    .isLessThan(Duration.ofSeconds(1));
            assertThat(event("forward.closed", "127.0.0.1:" + far.port())).containsEntry("cause", "the session ended");
            assertThat(transcript(code)).contains("1: the session ended after ");
            assertThat(tunnel.ssh.isAlive()).isTrue();
        }
    }

    @Test
    void it_ends_when_the_rules_let_it_through_no_more() throws Exception {
        int local = SshdTarget.freePort();
        try (Far far = Far.onPort(Far.ECHO);
                Tunnel tunnel = tunnelTo(local, far.port());
                Socket socket = connect(local)) {
            socket.getOutputStream().write(7);
            assertThat(socket.getInputStream().read()).isEqualTo(7);
            String name = Json.text(forwards(), "name");
            allow("[]");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            Awaitility.await()
                    .untilAsserted(() ->
                            assertThat(bastion.session("engineer", name)).containsEntry("ending", "access_withdrawn"));
            assertThat(isLedNowhere(local)).isTrue();
            Awaitility.await().untilAsserted(() -> assertThat(tunnel.errors()).contains("no rule allows it"));
        }
    }

    @Test
    void a_right_that_came_later_is_watched_as_well() throws Exception {
        allow("[remote]");
        int local = SshdTarget.freePort();
        int there = SshdTarget.freePort();
        try (Far far = Far.onPort(Far.ECHO);
                Tunnel tunnel = listening(
                        there,
                        tunnel(
                                bastion.at("web-1"),
                                "-R",
                                there + ":127.0.0.1:" + far.port(),
                                "-L",
                                toLoopback(local, far.port())))) {
            allow("[remote, target-loopback]");
            try (Socket socket = connect(local)) {
                socket.getOutputStream().write(7);
                assertThat(socket.getInputStream().read()).isEqualTo(7);
                allow("[remote]");
                socket.setSoTimeout(1000);
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(tunnel.ssh.isAlive()).isTrue();
        }
    }

    @Test
    void in_production_it_rests_on_an_approved_grant_and_ends_with_it() throws Exception {
        int local = SshdTarget.freePort();
        try (Far far = Far.onPort(Far.ECHO)) {
            String place = "localhost:" + far.port();
            Run without = Run.of(
                    talkative(bastion.ssh("engineer", bastion.at("prod-db-1"), List.of("-W", place))), new byte[0]);
            assertThat(without.stderr)
                    .contains(place + " is not forwarded on prod-db-1 without a reason (rule ", "+t=TICKET@bastion");
            Run reason = Run.of(
                    talkative(bastion.ssh("engineer", bastion.at("prod-db-1", "t=INC-42"), List.of("-W", place))),
                    new byte[0]);
            assertThat(reason.stderr).contains(place + " is not forwarded on prod-db-1 without an approval (rule ");

            Run asked = bastion.run("engineer", bastion.at("prod-db-1", "for=1m", "t=INC-42"), "true");
            Matcher request = Pattern.compile("Request ([0-9A-Z]{4,8})").matcher(asked.stderr);
            assertThat(request.find()).as("%s", asked).isTrue();
            Run waiting = Run.of(
                    talkative(bastion.ssh("engineer", bastion.at("prod-db-1"), List.of("-W", place))), new byte[0]);
            assertThat(waiting.stderr).contains("before request " + request.group(1) + " is approved");
            assertThat(bastion.console("approver", "approval approve " + request.group(1)).exit)
                    .isZero();
            try (Tunnel tunnel =
                            listening(local, tunnel(bastion.at("prod-db-1"), "-L", toLoopback(local, far.port())));
                    Socket socket = connect(local)) {
                socket.getOutputStream().write(7);
                assertThat(socket.getInputStream().read()).isEqualTo(7);
                Map<String, Object> session = forwards();
                assertThat(session).containsEntry("target", "prod-db-1");
                // A revocation takes the grant back, and what rests on it.
                assertThat(bastion.console(
                                        "manager",
                                        "session revoke " + Json.text(session, "code") + " --reason over --yes")
                                .exit)
                        .isZero();
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
                assertThat(isLedNowhere(local)).isTrue();
                Awaitility.await()
                        .untilAsserted(() -> assertThat(tunnel.errors()).contains("without a reason"));
            }
        }
    }

    @Test
    void when_the_grant_runs_out_both_ends_are_closed() throws Exception {
        int local = SshdTarget.freePort();
        CompletableFuture<Long> farEnded = new CompletableFuture<>();
        try (Far far = Far.onPort((in, out, socket) -> {
            out.write(1);
            in.transferTo(OutputStream.nullOutputStream());
            farEnded.complete(System.nanoTime());
        })) {
            Run asked = bastion.run("second", bastion.at("prod-db-1", "for=4s", "t=INC-43"), "true");
            Matcher request = Pattern.compile("Request ([0-9A-Z]{4,8})").matcher(asked.stderr);
            assertThat(request.find()).as("%s", asked).isTrue();
            bastion.printed("approver", "approval approve " + request.group(1));
            List<String> line =
                    bastion.ssh("second", bastion.at("prod-db-1"), List.of("-N", "-L", toLoopback(local, far.port())));
            try (Tunnel tunnel = listening(local, new Tunnel(talkative(line)));
                    Socket socket = connect(local)) {
                assertThat(socket.getInputStream().read()).isEqualTo(1);
                // It counts from its first use, which was this.
                socket.setSoTimeout(8000);
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
                farEnded.get(2, TimeUnit.SECONDS);
                assertThat(tunnel.ssh.isAlive()).isTrue();
                assertThat(isLedNowhere(local)).isTrue();
                assertThat(event("forward.closed", "127.0.0.1:" + far.port()))
                        .containsEntry("cause", "the session ended");
            }
            Awaitility.await()
                    .untilAsserted(() -> assertThat(
                                    Json.items(bastion.printed("second", "session list --json")).stream()
                                            .filter(session -> "forward".equals(session.get("mode")))
                                            .findFirst())
                            .hasValueSatisfying(session -> assertThat(session).containsEntry("ending", "grant_ended")));
        }
    }

    // --- much of it ---

    @Test
    void who_does_not_read_holds_up_who_writes_and_memory_stays_flat() throws Exception {
        int local = SshdTarget.freePort();
        AtomicLong written = new AtomicLong();
        try (Far far = Far.onPort((in, out, socket) -> {
                    byte[] much = new byte[1 << 16];
                    for (int i = 0; i < 16_000; i++) {
                        out.write(much);
                        written.addAndGet(much.length);
                    }
                });
                Tunnel tunnel = tunnelTo(local, far.port())) {
            System.gc();
            long before = used();
            try (Socket socket = connect(local)) {
                socket.getInputStream().readNBytes(1 << 20);
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(200))
                        .during(Duration.ofSeconds(2))
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> {
                            System.gc();
                            return used() - before < 24L << 20;
                        });
                long stopped = written.get();
                assertThat(stopped).isLessThan(100L << 20);
                socket.getInputStream().readNBytes(8 << 20);
                Awaitility.await().until(() -> written.get() > stopped);
            }
        }
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void two_hundred_pass_at_once_and_one_more_is_refused_in_words() throws Exception {
        int local = SshdTarget.freePort();
        List<Socket> open = new ArrayList<>();
        try (Far far = Far.onPort(Far.ECHO);
                Tunnel tunnel = tunnelTo(local, far.port())) {
            for (int i = 0; i < 200; i++) {
                Socket socket = connect(local);
                open.add(socket);
                socket.getOutputStream().write(i);
            }
            for (int i = 0; i < 200; i++) {
                assertThat(open.get(i).getInputStream().read()).isEqualTo(i);
            }
            assertThat(isLedNowhere(local)).isTrue();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(tunnel.errors())
                            .contains("200 forwards are open in this connection, more are not possible"));
            open.getFirst().close();
            Awaitility.await()
                    .untilAsserted(() ->
                            assertThat(through(connect(local), random(100))).isEqualTo(random(100)));
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }
}
