package sallyport.bastion.transfer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import sallyport.admin.Inert;

/**
 * A name of a file as a client or target wrote it: bytes, in no known character set. Its {@link #text} shows them, each name in a
 * text of its own.
 */
final class FileName {

    /** Longest name that is passed on, in bytes: PATH_MAX of Linux. */
    static final int LONGEST = 4096;

    private final byte[] bytes;

    FileName(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Of {@link #raw}. */
    static FileName of(String raw) {
        return new FileName(raw.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What has the name {@code child} in this folder. */
    FileName child(FileName child) {
        String folder = raw();
        return of((folder.endsWith("/") ? folder : folder + "/") + child.raw());
    }

    /** Whether only a folder can be written so. */
    boolean isFolder() {
        String last = raw().substring(raw().lastIndexOf('/') + 1);
        return last.isEmpty() || last.equals(".") || last.equals("..") || raw().equals("~");
    }

    boolean isDots() {
        return raw().equals(".") || raw().equals("..");
    }

    /** Each byte as a character. */
    String raw() {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Whether a target can have such a file; others are refused, so that nobody sees another name than the target (T32). */
    boolean isFit() {
        if (bytes.length > LONGEST) {
            return false;
        }
        for (byte b : bytes) {
            if (b == 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * UTF-8 is shown as it is; bytes that are none as {@code \xff}, what a terminal would obey or hide by its code point, and a
     * backslash twice.
     */
    String text() {
        StringBuilder text = new StringBuilder(bytes.length);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, LONGEST));
        CharBuffer out = CharBuffer.allocate(in.remaining());
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            show(out.flip(), text);
            out.clear();
            if (!result.isError()) {
                break;
            }
            for (int i = 0; i < result.length(); i++) {
                text.append("\\x%02x".formatted(in.get()));
            }
        }
        return bytes.length > LONGEST ? text.append("…").toString() : text.toString();
    }

    private static void show(CharSequence decoded, StringBuilder text) {
        decoded.codePoints().forEach(c -> {
            if (c == '\\') {
                text.append("\\\\");
            } else if (Inert.misleads(c)) {
                text.append("\\u{").append(Integer.toHexString(c)).append('}');
            } else {
                text.appendCodePoint(c);
            }
        });
    }

    /** As {@link #text}, in quotation marks, so that where it ends can be seen. */
    String quoted() {
        return '"' + text().replace("\"", "\\\"") + '"';
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileName name && Arrays.equals(bytes, name.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return quoted();
    }
}
