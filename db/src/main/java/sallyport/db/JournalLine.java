package sallyport.db;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One line of the journal: eight hex digits of the CRC-32C of the rest, a space, JSON in ASCII, a line feed. A line is valid
 * by itself, so damage costs the lines it hit and no others.
 */
final class JournalLine {

    private static final int CHECKSUM_DIGITS = 8;

    private JournalLine() {}

    /** {@code json} is ASCII and has no line feed. */
    static byte[] encode(String json) {
        byte[] body = json.getBytes(US_ASCII);
        byte[] line = new byte[CHECKSUM_DIGITS + 1 + body.length + 1];
        byte[] checksum =
                HexFormat.of().toHexDigits((int) checksum(body, 0, body.length)).getBytes(US_ASCII);
        System.arraycopy(checksum, 0, line, 0, CHECKSUM_DIGITS);
        line[CHECKSUM_DIGITS] = ' ';
        System.arraycopy(body, 0, line, CHECKSUM_DIGITS + 1, body.length);
        line[line.length - 1] = '\n';
        return line;
    }

    /** The JSON of the line at {@code from}, whose line feed is at {@code to}; empty if it is not what was written. */
    static Optional<String> decode(byte[] bytes, int from, int to) {
        int body = from + CHECKSUM_DIGITS + 1;
        if (body >= to || bytes[body - 1] != ' ') {
            return Optional.empty();
        }
        String expected = HexFormat.of().toHexDigits((int) checksum(bytes, body, to - body));
        if (!expected.equals(new String(bytes, from, CHECKSUM_DIGITS, US_ASCII))) {
            return Optional.empty();
        }
        return Optional.of(new String(bytes, body, to - body, US_ASCII));
    }

    private static long checksum(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return crc.getValue();
    }
}
