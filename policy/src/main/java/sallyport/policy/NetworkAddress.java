package sallyport.policy;

import java.util.Arrays;
import java.util.Optional;

/**
 * An address that the bastion is asked to connect to, as its 4 or 16 bytes. IPv6 addresses that stand for IPv4 ones are seen
 * through: mapped and compatible (RFC 4291 section 2.5.5), translated (RFC 6052) and 6to4 (RFC 3056).
 */
public final class NetworkAddress {

    private static final int IPV4 = 4;

    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};
    private static final byte[] COMPATIBLE = new byte[12];
    private static final byte[] TRANSLATED = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};

    private NetworkAddress() {}

    /** Why nobody is led to {@code address}, whatever rules say, in words without a full stop; empty: they may be. */
    public static Optional<String> whyNever(byte[] address) {
        byte[] bytes = seenThrough(address);
        String kind = bytes.length == IPV4 ? kind4(bytes) : kind6(bytes);
        return kind.isEmpty() ? Optional.empty() : Optional.of("its address is " + kind);
    }

    /** {@code address}, or the IPv4 address that it stands for. */
    static byte[] seenThrough(byte[] address) {
        if (address.length == IPV4 || isIn6(address, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)) {
            return address.clone();
        }
        byte[] front = Arrays.copyOf(address, MAPPED.length);
        if (Arrays.equals(front, MAPPED) || Arrays.equals(front, COMPATIBLE) || Arrays.equals(front, TRANSLATED)) {
            return Arrays.copyOfRange(address, MAPPED.length, address.length);
        }
        return isIn6(address, 0x20, 0x02) ? Arrays.copyOfRange(address, 2, 2 + IPV4) : address.clone();
    }

    private static boolean isIn6(byte[] address, int... start) {
        for (int i = 0; i < start.length; i++) {
            if ((address[i] & 0xff) != start[i]) {
                return false;
            }
        }
        return true;
    }

    private static String kind4(byte[] bytes) {
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        if (first == 127) {
            return "the bastion's loopback";
        }
        if (first == 169 && second == 254) {
            return "link-local";
        }
        if (first >= 224) {
            return "for many at once, or reserved";
        }
        return first == 0 ? "no place" : "";
    }

    private static String kind6(byte[] bytes) {
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        if (isIn6(bytes, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)) {
            return bytes[15] == 1 ? "the bastion's loopback" : "no place";
        }
        if (first == 0xfe && (second & 0xc0) == 0x80) {
            return "link-local";
        }
        return first == 0xff ? "for many at once" : "";
    }
}
