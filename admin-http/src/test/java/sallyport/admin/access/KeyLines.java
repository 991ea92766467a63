package sallyport.admin.access;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** Public key lines for tests: right in form, of keys that nobody has. */
public final class KeyLines {

    private KeyLines() {}

    /** An ed25519 key that differs for each {@code seed}. */
    public static String ed25519(int seed) {
        byte[] point = new byte[32];
        Arrays.fill(point, (byte) seed);
        return "ssh-ed25519 " + base64("ssh-ed25519".getBytes(StandardCharsets.US_ASCII), point);
    }

    /** Fields, each with its length in front (RFC 4251 section 5), in base64. */
    static String base64(byte[]... fields) {
        ByteArrayOutputStream blob = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(blob)) {
            for (byte[] field : fields) {
                out.writeInt(field.length);
                out.write(field);
            }
        } catch (IOException cannotHappen) {
            throw new UncheckedIOException(cannotHappen);
        }
        return Base64.getEncoder().encodeToString(blob.toByteArray());
    }
}
