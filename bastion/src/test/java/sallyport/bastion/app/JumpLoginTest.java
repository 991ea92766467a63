package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientConnectionServiceFactory;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.client.session.ClientUserAuthService;
import org.apache.sshd.client.session.ClientUserAuthServiceFactory;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import sallyport.keys.KeyFile;

/** Who is let in behind {@code ssh -J}: whoever is logged in outside, and nobody else. A client that never tries "none". */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JumpLoginTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private TestBastion bastion;
    private SshClient outside;
    private SshClient inside;

    @BeforeAll
    void start() throws Exception {
        bastion = TestBastion.start();
        outside = client();
        outside.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
        outside.start();
        inside = client();
        inside.setServiceFactories(List.of(new KeysOnly(), ClientConnectionServiceFactory.INSTANCE));
        // Certificates name web-1, and this client believes that it goes to a port of this machine.
        inside.setSignatureFactories(List.of(BuiltinSignatures.ed25519));
        inside.start();
    }

    private static SshClient client() {
        SshClient client = SshClient.setUpDefaultClient();
        client.setIoServiceFactoryFactory(Transport.io());
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        client.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        return client;
    }

    @AfterAll
    void stop() throws Exception {
        inside.stop();
        outside.stop();
        bastion.close();
    }

    /** Asks for the methods there are with a word that is none, where others ask with "none". */
    private static final class KeysOnly extends ClientUserAuthServiceFactory {
        @Override
        public Service create(Session session) throws IOException {
            return new ClientUserAuthService(session) {
                @Override
                protected IoWriteFuture sendInitialAuthRequest(ClientSession client, String service)
                        throws IOException {
                    Buffer packet = client.createBuffer(SshConstants.SSH_MSG_USERAUTH_REQUEST);
                    packet.putString(client.getUsername());
                    packet.putString(service);
                    packet.putString("what-is-there");
                    return client.writePacket(packet);
                }
            };
        }
    }

    private ClientSession loggedIn(String person) throws IOException {
        ClientSession session = outside.connect(person, "127.0.0.1", bastion.bastion.sshPort())
                .verify(LIMIT)
                .getSession();
        session.addPublicKeyIdentity(KeyFile.load(bastion.folder.resolve(person)));
        session.auth().verify(LIMIT);
        return session;
    }

    private ClientSession jump(ClientSession outer, String key) throws IOException {
        SshdSocketAddress here = outer.startLocalPortForwarding(
                new SshdSocketAddress("127.0.0.1", 0), new SshdSocketAddress("web-1", 22));
        ClientSession session = inside.connect(bastion.login, here.getHostName(), here.getPort())
                .verify(LIMIT)
                .getSession();
        session.addPublicKeyIdentity(KeyFile.load(bastion.folder.resolve(key)));
        return session;
    }

    @Test
    void the_outer_persons_own_key_is_accepted() throws Exception {
        try (ClientSession outer = loggedIn("engineer");
                ClientSession inner = jump(outer, "engineer")) {
            inner.auth().verify(LIMIT);
            try (var channel = inner.createExecChannel("echo in")) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                channel.setOut(out);
                channel.open().verify(LIMIT);
                channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), LIMIT);
                assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("in\n");
                assertThat(channel.getExitStatus()).isZero();
            }
        }
    }

    @Test
    void another_persons_key_is_not_and_neither_is_one_that_nobody_knows() throws Exception {
        for (String key : List.of("second", "manager", "stranger")) {
            try (ClientSession outer = loggedIn("engineer");
                    ClientSession inner = jump(outer, key)) {
                assertThatThrownBy(() -> inner.auth().verify(LIMIT)).isInstanceOf(IOException.class);
                assertThat(inner.isAuthenticated()).isFalse();
            }
        }
    }
}
