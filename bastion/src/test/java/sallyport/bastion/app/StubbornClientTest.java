package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.client.session.ClientSessionImpl;
import org.apache.sshd.client.session.SessionFactory;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.util.buffer.Buffer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import sallyport.keys.KeyFile;

/** One client that plays by no rules must not hold up anybody, least of all its own end (T19, T51). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StubbornClientTest {

    private TestBastion bastion;
    private SshClient client;
    private final AtomicBoolean stall = new AtomicBoolean();

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.start();
        client = SshClient.setUpDefaultClient();
        client.setIoServiceFactoryFactory(Transport.io());
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        client.setSessionFactory(new SessionFactory(client) {
            @Override
            protected ClientSessionImpl doCreateSession(IoSession ioSession) throws Exception {
                return new ClientSessionImpl(getClient(), ioSession) {
                    @Override
                    protected void handleKexInit(Buffer buffer) throws Exception {
                        if (!stall.get()) {
                            super.handleKexInit(buffer);
                        }
                    }
                };
            }
        });
        client.start();
    }

    @AfterAll
    void stop() throws Exception {
        client.stop();
        bastion.close();
    }

    /** The engineer runs {@code command} on web-1, then begins a key exchange that never ends. */
    private ClientSession stalled(String command, String marker) throws Exception {
        stall.set(false);
        ClientSession session = client.connect(bastion.at("web-1"), "127.0.0.1", bastion.bastion.sshPort())
                .verify(Duration.ofSeconds(10))
                .getSession();
        session.addPublicKeyIdentity(KeyFile.load(bastion.folder.resolve("engineer")));
        session.auth().verify(Duration.ofSeconds(10));
        ChannelExec exec = session.createExecChannel(command);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        exec.setOut(out);
        exec.open().verify(Duration.ofSeconds(10));
        Awaitility.await().until(() -> out.toString(StandardCharsets.UTF_8).contains(marker));
        stall.set(true);
        session.reExchangeKeys();
        return session;
    }

    private String code(String marker) {
        String sessions = bastion.console("engineer", "session list --json").out();
        Matcher matcher =
                Pattern.compile("\"code\":\"([0-9A-Z]{8})\"[^}]*" + marker).matcher(sessions);
        assertThat(matcher.find())
                .as("a session with %s in %s", marker, sessions)
                .isTrue();
        return matcher.group(1);
    }

    @Test
    void a_key_exchange_that_never_ends_does_not_hold_up_a_revocation() throws Exception {
        try (ClientSession session = stalled("echo up-1; sleep 600", "up-1")) {
            Run revoked = bastion.console("manager", "session revoke " + code("up-1") + " --reason stuck --yes");
            assertThat(revoked.exit).as("%s", revoked).isZero();
            assertThat(revoked.took).isLessThan(Duration.ofSeconds(5));
            assertThat(bastion.console("engineer", "session list --json").out())
                    .containsPattern("up-1[^}]*\"ending\":\"revoked\"");
        }
    }

    @Test
    void a_key_exchange_that_never_ends_ends_the_connection_and_nobody_else_notices() throws Exception {
        try (ClientSession session = stalled("echo up-2; while sleep 0.05; do echo more; done", "up-2");
                Terminal other = bastion.terminal("second", bastion.at("web-1", "new"))) {
            other.await("new session");
            other.type("echo in-$((1+1))\n").await("in-2");
            Awaitility.await().atMost(REKEY_LIMIT.plusSeconds(15)).until(session::isClosed);
            other.type("echo in-$((2+2))\n").await("in-4");
            other.type("exit\n").exit();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(bastion.console("engineer", "session list --json")
                                    .out())
                            .containsPattern("up-2[^}]*\"ending\":\"client_gone\""));
        }
    }

    /** As {@code FrontSession.REKEY_LIMIT}, which is not this package's to see. */
    private static final Duration REKEY_LIMIT = Duration.ofSeconds(30);

    @Test
    void programs_that_end_at_once_lose_neither_output_nor_status() {
        // Four at a time: more only wait for each other on a small machine.
        for (int first = 0; first < 24; first += 4) {
            List<CompletableFuture<Run>> runs = IntStream.range(first, first + 4)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> bastion.run("engineer", bastion.at("web-1"), "echo hi-" + i + "; exit " + i),
                            task -> Thread.ofVirtual().start(task)))
                    .toList();
            for (int i = 0; i < runs.size(); i++) {
                Run run = runs.get(i).join();
                assertThat(run.exit).as("%s", run).isEqualTo(first + i);
                assertThat(run.out()).isEqualTo("hi-" + (first + i) + "\n");
            }
        }
    }

    @Test
    void whatever_runs_on_a_grant_ends_with_it() throws Exception {
        Run asked = bastion.run("engineer", bastion.at("prod-db-1", "t=INC-9"), "true");
        Matcher request = Pattern.compile("Request ([0-9A-Z]{4,8})").matcher(asked.stderr);
        assertThat(request.find()).isTrue();
        assertThat(bastion.console("approver", "approval approve " + request.group(1)).exit)
                .isZero();
        Process first = exec("echo one-up; sleep 60");
        Process second = exec("echo two-up; sleep 60");
        Awaitility.await()
                .untilAsserted(() -> assertThat(bastion.console("engineer", "session list --json")
                                .out())
                        .contains("one-up", "two-up"));
        assertThat(bastion.console("manager", "session revoke " + code("one-up") + " --reason enough --yes").exit)
                .isZero();
        assertThat(first.waitFor()).isEqualTo(254);
        assertThat(second.waitFor()).isEqualTo(254);
        assertThat(bastion.run("engineer", bastion.at("prod-db-1"), "true").exit)
                .isEqualTo(251);
    }

    private Process exec(String command) throws IOException {
        return new ProcessBuilder(bastion.ssh("engineer", bastion.at("prod-db-1"), List.of(), command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
