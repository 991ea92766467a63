package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.AbstractUserAuth;
import org.apache.sshd.client.auth.AbstractUserAuthFactory;
import org.apache.sshd.client.auth.UserAuth;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import sallyport.keys.KeyFile;

/** Who is let in: whoever has proven a key (T8), after no more tries than are counted (T3). A client that plays by no rules. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoginTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private TestBastion bastion;
    private SshClient client;
    private final Deque<Step> script = new ArrayDeque<>();
    private final AtomicInteger sent = new AtomicInteger();

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.start();
        client = SshClient.setUpDefaultClient();
        client.setIoServiceFactoryFactory(Transport.io());
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        client.setUserAuthFactories(List.of(new AbstractUserAuthFactory("publickey") {
            @Override
            public UserAuth createUserAuth(ClientSession session) {
                return new Scripted();
            }
        }));
        client.start();
    }

    @AfterAll
    void stop() throws Exception {
        if (client != null) {
            client.stop();
        }
        bastion.close();
    }

    /** One message to the server. */
    @FunctionalInterface
    private interface Step {
        void send(ClientSession session) throws Exception;
    }

    /** Sends the next message of the script at each answer, whatever the answer is. */
    private final class Scripted extends AbstractUserAuth {

        Scripted() {
            super("publickey");
        }

        @Override
        protected boolean sendAuthDataRequest(ClientSession session, String service) throws Exception {
            Step next = script.poll();
            if (next == null) {
                return false;
            }
            sent.incrementAndGet();
            next.send(session);
            return true;
        }

        @Override
        protected boolean processAuthDataRequest(ClientSession session, String service, Buffer buffer)
                throws Exception {
            return sendAuthDataRequest(session, service);
        }
    }

    private KeyPair key(String person) {
        try {
            return KeyFile.load(bastion.folder.resolve(person));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Asks whether a key would do (RFC 4252 section 7), which needs no more than its public half. */
    private Step asksAbout(String user, String person) {
        return session -> session.writePacket(request(session, user, key(person), false));
    }

    /** Offers {@code person}'s key with a signature by {@code signer}'s. */
    private Step signs(String user, String person, String signer) {
        return session -> {
            Buffer packet = request(session, user, key(person), true);
            Buffer signed = new ByteArrayBuffer();
            signed.putBytes(session.getSessionId());
            signed.putRawBytes(packet.array(), packet.rpos(), packet.available());
            Signature signature = BuiltinSignatures.ed25519.create();
            signature.initSigner(session, key(signer).getPrivate());
            signature.update(session, signed.array(), signed.rpos(), signed.available());
            Buffer blob = new ByteArrayBuffer();
            blob.putString("ssh-ed25519");
            blob.putBytes(signature.sign(session));
            packet.putBytes(blob.array(), blob.rpos(), blob.available());
            session.writePacket(packet);
        };
    }

    private static Buffer request(ClientSession session, String user, KeyPair key, boolean signed) {
        Buffer packet = session.createBuffer(SshConstants.SSH_MSG_USERAUTH_REQUEST);
        packet.putString(user);
        packet.putString("ssh-connection");
        packet.putString("publickey");
        packet.putBoolean(signed);
        packet.putString(KeyUtils.getKeyType(key.getPublic()));
        packet.putPublicKey(key.getPublic());
        return packet;
    }

    private static Step requestsTheServiceAgain() {
        return session -> {
            Buffer packet = session.createBuffer(SshConstants.SSH_MSG_SERVICE_REQUEST);
            packet.putString("ssh-userauth");
            session.writePacket(packet);
        };
    }

    private ClientSession connect(Step... steps) throws IOException {
        script.clear();
        sent.set(0);
        Collections.addAll(script, steps);
        return client.connect("engineer", "127.0.0.1", bastion.bastion.sshPort())
                .verify(LIMIT)
                .getSession();
    }

    /** Whom the bastion takes the client for. */
    private static String person(ClientSession session) throws IOException {
        try (var channel = session.createExecChannel("me --json")) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            channel.setOut(out);
            channel.open().verify(LIMIT);
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), LIMIT);
            return Json.text(Json.object(out.toString(StandardCharsets.UTF_8)), "person");
        }
    }

    private static void awaitClosed(ClientSession session) {
        Awaitility.await().atMost(LIMIT).until(session::isClosed);
    }

    @Test
    void a_key_that_was_asked_about_never_authenticates() throws Exception {
        try (ClientSession session = connect(asksAbout("engineer", "manager"), asksAbout("manager", "manager"))) {
            assertThatThrownBy(() -> session.auth().verify(LIMIT)).isInstanceOf(IOException.class);
            assertThat(session.isAuthenticated()).isFalse();
        }
    }

    @Test
    void whoever_signed_is_there_whatever_was_asked_about_before_between_and_after() throws Exception {
        try (ClientSession session = connect(
                asksAbout("engineer", "manager"),
                signs("engineer", "manager", "engineer"),
                asksAbout("engineer", "engineer"),
                asksAbout("engineer", "auditor"),
                signs("engineer", "auditor", "stranger"),
                asksAbout("engineer", "manager"),
                signs("engineer", "engineer", "engineer"))) {
            session.auth().verify(LIMIT);
            assertThat(person(session)).isEqualTo("engineer");
            asksAbout("engineer", "manager").send(session);
            signs("engineer", "manager", "engineer").send(session);
            // The server may close such a connection; if it goes on, then with the same person.
            if (session.isOpen()) {
                assertThat(person(session)).isEqualTo("engineer");
            }
        }
        assertThat(bastion.printed("auditor", "history --all --since 1h --format jsonl")
                        .lines()
                        .map(Json::object)
                        .filter(r -> "login.accepted".equals(r.get("action")))
                        .map(r -> r.get("person")))
                .doesNotContain("manager");
    }

    @Test
    void a_key_signed_for_by_another_is_not_let_in() throws Exception {
        try (ClientSession session = connect(signs("engineer", "engineer", "stranger"))) {
            assertThatThrownBy(() -> session.auth().verify(LIMIT)).isInstanceOf(IOException.class);
            assertThat(session.isAuthenticated()).isFalse();
        }
    }

    @Test
    void a_second_request_for_the_service_closes_the_connection() throws Exception {
        try (ClientSession session = connect(
                asksAbout("engineer", "stranger"), requestsTheServiceAgain(), asksAbout("engineer", "stranger"))) {
            assertThatThrownBy(() -> session.auth().verify(LIMIT)).isInstanceOf(IOException.class);
            awaitClosed(session);
            assertThat(sent).hasValue(2);
        }
    }

    @Test
    void six_wrong_signatures_close_the_connection() throws Exception {
        Step[] wrong = Stream.generate(() -> signs("engineer", "engineer", "stranger"))
                .limit(10)
                .toArray(Step[]::new);
        try (ClientSession session = connect(wrong)) {
            assertThatThrownBy(() -> session.auth().verify(LIMIT)).isInstanceOf(IOException.class);
            awaitClosed(session);
            assertThat(sent).hasValue(6);
        }
    }

    @Test
    void five_wrong_signatures_do_not_keep_out_the_right_one() throws Exception {
        List<Step> steps = new ArrayList<>(Collections.nCopies(5, signs("engineer", "engineer", "stranger")));
        steps.add(signs("engineer", "engineer", "engineer"));
        try (ClientSession session = connect(steps.toArray(Step[]::new))) {
            session.auth().verify(LIMIT);
            assertThat(person(session)).isEqualTo("engineer");
        }
    }

    @Test
    void more_than_twenty_keys_asked_about_close_the_connection() throws Exception {
        Step[] many = Stream.generate(() -> asksAbout("engineer", "stranger"))
                .limit(30)
                .toArray(Step[]::new);
        try (ClientSession session = connect(many)) {
            assertThatThrownBy(() -> session.auth().verify(LIMIT)).isInstanceOf(IOException.class);
            awaitClosed(session);
            assertThat(sent).hasValue(21);
        }
    }

    @Test
    void the_twentieth_key_of_an_agent_may_be_the_right_one() {
        List<String> options = new ArrayList<>();
        IntStream.range(0, 19).forEach(i -> {
            Path other = bastion.folder.resolve("other-" + i);
            SshdTarget.keygen(other);
            options.addAll(List.of("-i", other.toString()));
        });
        List<String> line = new ArrayList<>(bastion.ssh("engineer", "engineer", options, "me --json"));
        // The right one last, as an agent may have it.
        int own = line.indexOf(bastion.folder.resolve("engineer").toString());
        line.remove(own);
        line.remove(own - 1);
        int last = line.indexOf("-l");
        line.addAll(last, List.of("-i", bastion.folder.resolve("engineer").toString()));
        Run run = Run.of(line, new byte[0]);
        assertThat(run.exit).as("%s", run).isZero();
        assertThat(Json.object(run.out())).containsEntry("person", "engineer");
    }

    @Test
    void who_was_let_in_and_who_was_not_is_in_the_history() {
        assertThat(bastion.run("stranger", bastion.at("web-1"), "true").exit).isEqualTo(255);
        Awaitility.await()
                .untilAsserted(() -> assertThat(bastion.console("auditor", "history --since 1d --all --format jsonl")
                                .out())
                        .contains("\"action\":\"login.refused\"", "\"action\":\"login.accepted\""));
    }
}
