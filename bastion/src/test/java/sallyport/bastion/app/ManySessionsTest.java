package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelShell;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import sallyport.keys.KeyFile;

/** Two hundred shells, a tenth of them busy, and orders to end some (T19, R14). */
class ManySessionsTest {

    private static final int SHELLS = 200;
    private static final int BUSY = 20;

    /** A connection may have ten channels. */
    private static final int PER_CONNECTION = 10;

    private static final int REVOKED = 20;

    /** Five hundred lines at a time, by the shell itself: two hundred new processes a second would measure those. */
    private static final String WORK = "while true; do read -t 0.2; printf '%s\\n' {1..500}; done\n";

    @Test
    void a_revocation_ends_its_session_within_a_second_among_two_hundred() throws Exception {
        try (TestBastion bastion = TestBastion.start();
                SshClient client = SshClient.setUpDefaultClient()) {
            client.setIoServiceFactoryFactory(Transport.io());
            client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
            client.start();
            String manager =
                    bastion.printed("manager", "token create --name revoking").strip();
            List<ChannelShell> shells = new ArrayList<>();
            while (shells.size() < SHELLS) {
                ClientSession connection = connect(bastion, client);
                for (int i = 0; i < PER_CONNECTION; i++) {
                    shells.add(shell(connection));
                }
            }
            for (ChannelShell shell : shells.subList(0, BUSY)) {
                type(shell, WORK);
            }
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(live(bastion)).hasSize(SHELLS));
            List<String> live = live(bastion);
            List<Duration> took = new ArrayList<>();
            for (String id : live.subList(0, REVOKED)) {
                long closed = shells.stream().filter(ChannelShell::isClosed).count();
                long began = System.nanoTime();
                HttpResponse<String> answer =
                        bastion.post("/api/sessions/" + id + "/revoke", manager, "{\"reason\": \"load\"}");
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(2))
                        .until(() ->
                                shells.stream().filter(ChannelShell::isClosed).count() > closed);
                took.add(Duration.ofNanos(System.nanoTime() - began));
            }
            // The first one loads what answers a request; it is not what is promised here.
            assertThat(took.subList(1, REVOKED))
                    .allSatisfy(time -> assertThat(time).isLessThan(Duration.ofSeconds(1)));
            assertThat(live(bastion)).hasSize(SHELLS - REVOKED);
        }
    }

    private static ClientSession connect(TestBastion bastion, SshClient client) throws Exception {
        ClientSession connection = client.connect(bastion.at("web-1", "new"), "127.0.0.1", bastion.bastion.sshPort())
                .verify(Duration.ofSeconds(20))
                .getSession();
        connection.addPublicKeyIdentity(KeyFile.load(bastion.folder.resolve("engineer")));
        connection.auth().verify(Duration.ofSeconds(20));
        return connection;
    }

    private static ChannelShell shell(ClientSession connection) throws Exception {
        ChannelShell shell = connection.createShellChannel();
        shell.setUsePty(true);
        shell.setPtyType("xterm");
        shell.setOut(OutputStream.nullOutputStream());
        shell.setErr(OutputStream.nullOutputStream());
        shell.open().verify(Duration.ofSeconds(20));
        return shell;
    }

    private static void type(ChannelShell shell, String keys) throws Exception {
        shell.getInvertedIn().write(keys.getBytes(StandardCharsets.US_ASCII));
        shell.getInvertedIn().flush();
    }

    /** The ids of the sessions that run, whatever page they are on; the busy ones came first and so are last. */
    private static List<String> live(TestBastion bastion) {
        return Json.items(bastion.printed("engineer", "session list --state running --limit 500 --json")).stream()
                .map(row -> Json.text(row, "id"))
                .toList()
                .reversed();
    }
}
