package sallyport.bastion.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sallyport.policy.Environment;
import sallyport.policy.Login;
import sallyport.policy.Target;
import sallyport.policy.TargetName;
import sallyport.policy.WorkspaceName;

class NetworkGateTest {

    private static final Map<String, String> NAMES =
            Map.of("web.example", "10.0.0.7", "alias.example", "10.0.0.7", "other.example", "10.0.0.8");

    private static Target target(String name, String host, int port) {
        return new Target(
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
                new TargetName(name),
                host,
                port,
                Environment.STAGING,
                WorkspaceName.DEFAULT,
                new TreeSet<>(List.of(new Login("root"))),
                List.of("ssh-ed25519 AAAA"));
    }

    private static NetworkGate gate(Target... targets) {
        return new NetworkGate(() -> List.of(targets), NetworkGateTest::addresses);
    }

    private static List<InetAddress> addresses(String name) throws UnknownHostException {
        try {
            return List.of(InetAddress.ofLiteral(NAMES.getOrDefault(name, name)));
        } catch (IllegalArgumentException e) {
            throw new UnknownHostException(name);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "web.example, 10.0.0.7, true",
        "10.0.0.7, ::a00:7, true",
        "10.0.0.7, 64:ff9b::a00:7, true",
        "10.0.0.7, 64:ff9b:1::a00:7, true",
        "10.0.0.7, 2002:a00:7::1, true",
        "10.0.0.7, 2001:0:a00:7:0:0:f5ff:fff8, true",
        "64:ff9b::a00:7, 10.0.0.7, true",
        "2002:a00:7::1, 64:ff9b::a00:7, true",
        "10.0.0.7, 10.0.0.8, false",
        "fd00::7, fd00::8, false"
    })
    void a_targets_ssh_is_known_by_each_of_its_addresses(String host, String address, boolean known) {
        NetworkGate gate = gate(target("web-1", host, 2022));
        Optional<String> why = gate.whyNever(InetAddress.ofLiteral(address), 2022);
        assertThat(why.isPresent()).isEqualTo(known);
        assertThat(gate.whyNever(InetAddress.ofLiteral(address), 2023)).isEmpty();
    }

    @Test
    void where_a_targets_name_has_no_address_nothing_can_be_told_of_its_port() {
        NetworkGate gate = gate(target("web-1", "gone.example", 2022));
        assertThat(gate.whyNever(InetAddress.ofLiteral("10.0.0.9"), 2022))
                .hasValueSatisfying(why -> assertThat(why).contains("cannot tell"));
    }

    @ParameterizedTest
    @CsvSource({
        // The same name, another name of the same address, the address, and how else it is written.
        "web.example, web.example, true",
        "web.example, alias.example, true",
        "web.example, 10.0.0.7, true",
        "10.0.0.7, 64:ff9b::a00:7, true",
        // What each machine calls its own.
        "web.example, 127.0.0.1, true",
        "web.example, ::1, true",
        "web.example, 64:ff9b::7f00:1, true",
        "127.0.0.1, 127.0.0.2, true",
        // Nothing to say about it.
        "web.example, gone.example, true",
        "web.example, other.example, false",
        "127.0.0.1, other.example, false",
        "10.0.0.7, fd00::7, false"
    })
    void another_targets_ssh_on_the_same_machine_is_not_reached_by_its_loopback(
            String host, String other, boolean refused) {
        Target asked = target("web-1", host, 22);
        NetworkGate gate = gate(asked, target("web-2", other, 2022));
        assertThat(gate.whyNotLoopback(asked, 2022).isPresent()).isEqualTo(refused);
        assertThat(gate.whyNotLoopback(asked, 2023)).isEmpty();
    }

    @Test
    void an_address_of_the_bastions_own_is_the_machine_that_loopback_is() throws Exception {
        InetAddress own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .findFirst()
                .orElse(InetAddress.getLoopbackAddress());
        Target asked = target("web-1", "127.0.0.1", 22);
        assertThat(gate(asked, target("web-2", own.getHostAddress(), 2022)).whyNotLoopback(asked, 2022))
                .isPresent();
    }
}
