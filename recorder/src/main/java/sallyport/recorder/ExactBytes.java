package sallyport.recorder;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Puts the exact bytes of one stream together again from its events and comments: see the package. Holds back only what a
 * following line may still replace: the last event, or the beginning of a character.
 */
final class ExactBytes {

    private final OutputStream out;
    private byte[] held = new byte[4096];
    private int length;

    /** How many bytes are out for good: the offset of {@code held[0]}. */
    private long gone;

    ExactBytes(OutputStream out) {
        this.out = out;
    }

    void text(String text) throws IOException {
        letGo(length - Utf8.incomplete(held, length));
        length = 0;
        append(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns false if the bytes between here and {@code offset} are missing, or are not to be replaced any more. */
    boolean bytes(long offset, ByteBuffer bytes) throws IOException {
        if (offset < gone || offset > gone + length) {
            return false;
        }
        length = (int) (offset - gone);
        append(bytes);
        letGo(Math.max(0, length - Utf8.LONGEST_PREFIX));
        return true;
    }

    void finish() throws IOException {
        letGo(length);
    }

    private void append(ByteBuffer bytes) {
        int more = bytes.remaining();
        if (held.length - length < more) {
            held = Arrays.copyOf(held, Math.max(length + more, held.length * 2));
        }
        bytes.get(held, length, more);
        length += more;
    }

    private void letGo(int bytes) throws IOException {
        out.write(held, 0, bytes);
        System.arraycopy(held, bytes, held, 0, length - bytes);
        gone += bytes;
        length -= bytes;
    }
}
