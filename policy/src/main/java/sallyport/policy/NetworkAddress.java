package sallyport.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An address that the bastion is asked to connect to, as its 4 or 16 bytes. IPv6 addresses that stand for IPv4 ones are seen
 * through: mapped and compatible (RFC 4291 section 2.5.5), translated (RFC 2765, RFC 6052 and RFC 8215), 6to4 (RFC 3056) and Teredo
 * (RFC 4380).
 */
public final class NetworkAddress {

    private static final int IPV4 = 4;

    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};
    private static final byte[] COMPATIBLE = new byte[12];
    private static final byte[] TRANSLATED = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
    private static final byte[] TRANSLATED_ONCE = {0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, 0, 0};

    /** Where the four bytes are behind the prefixes of 48, 56, 64 and 96 bits that RFC 6052 section 2.2 has within one of 48. */
    private static final int[][] TRANSLATED_HERE = {{6, 7, 9, 10}, {7, 9, 10, 11}, {9, 10, 11, 12}, {12, 13, 14, 15}};

    private static final int[] LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private static final byte[] NO_PLACE = new byte[IPV4];

    private NetworkAddress() {}

    /** Why nobody is led to {@code address}, whatever rules say, in words without a full stop; empty: they may be. */
    public static Optional<String> whyNever(byte[] address) {
        return seenThrough(address).stream()
                .map(bytes -> bytes.length == IPV4 ? kind4(bytes) : kind6(bytes))
                .filter(kind -> !kind.isEmpty())
                .findFirst()
                .map(kind -> "its address is " + kind);
    }

    /** Whether {@code one} and {@code other} may be the same place. */
    public static boolean mayBeSame(byte[] one, byte[] other) {
        List<byte[]> others = seenThrough(other);
        return seenThrough(one).stream().anyMatch(a -> others.stream().anyMatch(b -> Arrays.equals(a, b)));
    }

    /** Whether it is a machine's own loopback. */
    public static boolean isLoopback(byte[] address) {
        return seenThrough(address).stream()
                .anyMatch(bytes -> bytes.length == IPV4 ? bytes[0] == 127 : isIn6(bytes, LOOPBACK));
    }

    /** {@code address}, or the IPv4 addresses that it may stand for: one, unless how it is written leaves more of them open. */
    static List<byte[]> seenThrough(byte[] address) {
        if (address.length == IPV4 || isIn6(address, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)) {
            return List.of(address.clone());
        }
        byte[] front = Arrays.copyOf(address, MAPPED.length);
        if (Arrays.equals(front, MAPPED)
                || Arrays.equals(front, COMPATIBLE)
                || Arrays.equals(front, TRANSLATED)
                || Arrays.equals(front, TRANSLATED_ONCE)) {
            return List.of(Arrays.copyOfRange(address, MAPPED.length, address.length));
        }
        if (isIn6(address, 0x20, 0x02)) {
            return List.of(Arrays.copyOfRange(address, 2, 2 + IPV4));
        }
        if (isIn6(address, 0x20, 0x01, 0, 0)) {
            return List.of(teredo(address));
        }
        return isIn6(address, 0, 0x64, 0xff, 0x9b, 0, 1) ? translatedHere(address) : List.of(address.clone());
    }

    /** Turned over bit by bit (RFC 4380 section 4). */
    private static byte[] teredo(byte[] address) {
        byte[] client = Arrays.copyOfRange(address, address.length - IPV4, address.length);
        for (int i = 0; i < client.length; i++) {
            client[i] = (byte) ~client[i];
        }
        return client;
    }

    /** Whoever runs the network has chosen one of the lengths and nobody else knows it, so each reading of it counts. */
    private static List<byte[]> translatedHere(byte[] address) {
        List<byte[]> readings = new ArrayList<>();
        for (int[] places : TRANSLATED_HERE) {
            byte[] reading = new byte[IPV4];
            for (int i = 0; i < IPV4; i++) {
                reading[i] = address[places[i]];
            }
            // With a zero in front it is the filling of another reading.
            if (reading[0] != 0) {
                readings.add(reading);
            }
        }
        return readings.isEmpty() ? List.of(NO_PLACE.clone()) : List.copyOf(readings);
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
