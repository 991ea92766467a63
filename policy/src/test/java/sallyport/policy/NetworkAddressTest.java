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
        "2002:a00:7::1, true",
        "::ffff:0:7f00:1, false",
        "::ffff:0:a00:7, true",
        // Teredo: 127.0.0.1, 169.254.169.254 and 10.0.0.7 turned over.
        "2001:0:a00:7:0:0:80ff:fffe, false",
        "2001:0:a00:7:0:0:5601:5601, false",
        "2001:0:a00:7:0:0:f5ff:fff8, true",
        "2001:1::80ff:fffe, true",
        // 127.0.0.1 behind prefixes of 48, 56, 64 and 96 bits, and 10.0.0.7.
        "64:ff9b:1:7f00:0:100::, false",
        "64:ff9b:1:7f:0:1::, false",
        "64:ff9b:1::7f:0:100:0, false",
        "64:ff9b:1::7f00:1, false",
        "64:ff9b:1:a00:0:700::, true",
        "64:ff9b:1::a00:7, true",
        "64:ff9b:1::, false",
        "64:ff9b:2::7f00:1, true"
    })
    void some_addresses_are_never_led_to(String address, boolean possible) throws UnknownHostException {
        byte[] bytes = InetAddress.ofLiteral(address).getAddress();
        assertThat(NetworkAddress.whyNever(bytes).isEmpty()).isEqualTo(possible);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.7, 10.0.0.7, true",
        "10.0.0.7, 10.0.0.8, false",
        "10.0.0.7, ::a00:7, true",
        "10.0.0.7, ::ffff:0:a00:7, true",
        "10.0.0.7, 2002:a00:7::1, true",
        "10.0.0.7, 2001:0:a00:7:0:0:f5ff:fff8, true",
        "10.0.0.7, 64:ff9b::a00:7, true",
        "10.0.0.7, 64:ff9b:1::a00:7, true",
        "10.0.0.7, 64:ff9b:1:a00:0:700::, true",
        "10.0.0.7, 64:ff9b:1::a00:8, false",
        "2002:a00:7::1, 64:ff9b::a00:7, true",
        "fd00::7, fd00::7, true",
        "fd00::7, fd00::8, false",
        "fd00::7, 10.0.0.7, false"
    })
    void what_stands_for_the_same_place_is_the_same_either_way(String one, String other, boolean same)
            throws UnknownHostException {
        byte[] first = InetAddress.ofLiteral(one).getAddress();
        byte[] second = InetAddress.ofLiteral(other).getAddress();
        assertThat(NetworkAddress.mayBeSame(first, second)).isEqualTo(same);
        assertThat(NetworkAddress.mayBeSame(second, first)).isEqualTo(same);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "127.8.9.10, true",
        "::1, true",
        "64:ff9b::7f00:1, true",
        "::2, false",
        "10.0.0.7, false",
        "fd00::1, false"
    })
    void loopback_is_told_in_each_spelling(String address, boolean loopback) throws UnknownHostException {
        assertThat(NetworkAddress.isLoopback(InetAddress.ofLiteral(address).getAddress()))
                .isEqualTo(loopback);
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
