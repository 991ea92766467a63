package sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkAddressTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.7, true",
        "192.168.1.1, true",
        "1.1.1.1, true",
        "126.255.255.255, true",
        "128.0.0.1, true",
        "127.0.0.1, false",
        "127.255.255.255, false",
        "0.0.0.0, false",
        "0.1.2.3, false",
        "169.254.169.254, false",
        "169.253.1.1, true",
        "224.0.0.1, false",
        "239.1.1.1, false",
        "240.0.0.1, false",
        "255.255.255.255, false",
        "2001:db8::1, true",
        "fd00::7, true",
        "::1, false",
        "::, false",
        "fe80::1, false",
        "febf::1, false",
        "fec0::1, true",
        "ff02::1, false",
        "::7f00:1, false",
        "::a00:7, true",
        "64:ff9b::7f00:1, false",
        "64:ff9b::a9fe:a9fe, false",
        "64:ff9b::a00:7, true",
        "2002:7f00:1::1, false",
        "2002:a9fe:a9fe::, false",
        "2002:a00:7::1, true"
    })
    void some_addresses_are_never_led_to(String address, boolean possible) throws UnknownHostException {
        byte[] bytes = InetAddress.ofLiteral(address).getAddress();
        assertThat(NetworkAddress.whyNever(bytes).isEmpty()).isEqualTo(possible);
    }

    @ParameterizedTest
    @CsvSource({"127, 0, 0, 1, false", "169, 254, 1, 1, false", "10, 0, 0, 7, true"})
    void an_address_of_the_older_kind_in_one_of_the_newer_is_seen_through(
            int a, int b, int c, int d, boolean possible) {
        // Java makes four bytes of these by itself, so they are written by hand.
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, (byte) a, (byte) b, (byte) c, (byte) d
        };
        assertThat(NetworkAddress.whyNever(mapped).isEmpty()).isEqualTo(possible);
    }
}
