package sallyport.bastion.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sallyport.policy.Forward;

/** What becomes of a name: the network is real, as far as this machine's loopback reaches, and names are told here. */
class NetworkForwardsTest {

    private final List<String> answers = new ArrayList<>();
    private final List<InetAddress> lookedAt = new ArrayList<>();
    private final List<ForwardBackend> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(ForwardBackend::close);
    }

    private static final class NoEvents implements BackendEvents {
        @Override
        public void output(boolean stderr, byte[] bytes, int offset, int length) {}

        @Override
        public void exited(ProgramExit how) {}

        @Override
        public void closed() {}
    }

    private static final class Opener implements StreamEnd {
        @Override
        public void tell(Intake whom) {}

        @Override
        public void send(byte[] bytes, IntConsumer taken) {
            taken.accept(bytes.length);
        }

        @Override
        public void sendEnd() {}

        @Override
        public void release(int bytes) {}

        @Override
        public void finish() {}

        @Override
        public void cut() {}
    }

    private static InetAddress address(int last) {
        return InetAddress.ofLiteral("127.0.0." + last);
    }

    private static List<InetAddress> addresses(int... last) {
        return Arrays.stream(last).mapToObj(NetworkForwardsTest::address).toList();
    }

    private static ServerSocket listening(int last, int port) throws IOException {
        ServerSocket server = new ServerSocket();
        server.bind(new InetSocketAddress(address(last), port));
        server.setSoTimeout(5000);
        return server;
    }

    /** @param never the one that nobody is led to */
    private void connect(Resolver resolver, int never, int port) {
        ForwardBackend backend = ForwardBackend.onNetwork(
                new NoEvents(),
                (address, _) -> {
                    lookedAt.add(address);
                    return address.equals(address(never)) ? Optional.of("not there") : Optional.empty();
                },
                resolver);
        opened.add(backend);
        backend.connect(
                new Forward.ToPort("db.example", port),
                new OpenedStream.Originator("127.0.0.1", 1),
                new Opener(),
                _ -> {},
                new OpenAnswer() {
                    @Override
                    public void opened() {
                        answers.add("opened");
                    }

                    @Override
                    public void refused(int reason, String words) {
                        answers.add(words);
                    }
                });
    }

    @Test
    void of_several_addresses_the_first_that_answers_is_connected_to() throws IOException {
        try (ServerSocket server = listening(3, 0)) {
            connect(_ -> addresses(2, 3), 9, server.getLocalPort());
            assertThat(answers).containsExactly("opened");
            assertThat(lookedAt).isEqualTo(addresses(2, 3));
            try (Socket come = server.accept()) {
                assertThat(come.getLocalAddress()).isEqualTo(address(3));
            }
        }
    }

    @Test
    void where_none_answers_that_is_said_once() throws IOException {
        int port;
        try (ServerSocket server = listening(2, 0)) {
            port = server.getLocalPort();
        }
        connect(_ -> addresses(2, 3), 9, port);
        assertThat(answers).containsExactly("none of its addresses answers; the last one: Connection refused");
    }

    @Test
    void no_more_than_four_are_tried() throws IOException {
        try (ServerSocket server = listening(6, 0)) {
            connect(_ -> addresses(2, 3, 4, 5, 6), 9, server.getLocalPort());
            assertThat(answers).hasSize(1).doesNotContain("opened");
        }
    }

    @Test
    void one_address_that_nobody_is_led_to_is_enough_to_refuse_all() throws IOException {
        try (ServerSocket server = listening(2, 0)) {
            connect(_ -> addresses(2, 3), 3, server.getLocalPort());
            assertThat(answers).containsExactly("not there");
        }
    }

    @Test
    void a_name_that_changes_its_address_leads_where_it_led_when_it_was_decided() throws IOException {
        Iterator<List<InetAddress>> turns =
                Stream.of(addresses(2), addresses(3)).iterator();
        try (ServerSocket decided = listening(2, 0);
                ServerSocket later = listening(3, decided.getLocalPort())) {
            connect(_ -> turns.next(), 3, decided.getLocalPort());
            assertThat(answers).containsExactly("opened");
            decided.accept().close();
            later.setSoTimeout(1);
            assertThat(lookedAt).isEqualTo(addresses(2));
            assertThat(turns.hasNext()).isTrue();
        }
    }

    @Test
    void a_name_without_an_address_is_said() {
        connect(
                name -> {
                    throw new UnknownHostException(name);
                },
                9,
                80);
        assertThat(answers).containsExactly("its name has no address");
    }
}
