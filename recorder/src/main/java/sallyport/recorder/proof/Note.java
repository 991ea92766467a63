package sallyport.recorder.proof;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A text and its signatures, as <a href="https://c2sp.org/signed-note">signed-note</a> has it. To have one means nothing: what
 * it says counts only if {@link #verdict} is {@link Verdict.Signed}.
 *
 * @param text ends with a line feed
 * @param signatures at least one
 */
public record Note(String text, List<Signature> signatures) {

    /** The longest note that is read, in bytes. A check point has 200. */
    public static final int LONGEST_BYTES = 64 << 10;

    /** How many signatures one may have; the standard asks for 16 at least. */
    public static final int MOST_SIGNATURES = 64;

    private static final String LINE_START = "\u2014 ";
    private static final int ID_BYTES = 4;

    /**
     * One line of signature.
     *
     * @param base64 of the key's id and the signature itself
     */
    public record Signature(String name, String base64) {

        private static Signature of(VerifierKey key, byte[] signature) {
            byte[] all = ByteBuffer.allocate(ID_BYTES + signature.length)
                    .putInt(key.id())
                    .put(signature)
                    .array();
            return new Signature(key.name(), Base64.getEncoder().encodeToString(all));
        }

        private byte[] all() {
            return Base64.getDecoder().decode(base64);
        }

        /** Which key it is by, see {@link VerifierKey#id}. */
        public int id() {
            return ByteBuffer.wrap(all()).getInt();
        }

        /** The signature itself. */
        public byte[] bytes() {
            byte[] all = all();
            return Arrays.copyOfRange(all, ID_BYTES, all.length);
        }

        private boolean isBy(VerifierKey key) {
            return key.name().equals(name) && key.id() == id();
        }

        private String line() {
            return LINE_START + name + " " + base64 + "\n";
        }
    }

    /** What its signatures are worth to somebody who trusts certain keys. */
    public sealed interface Verdict {

        /** Signed by these, and every signature by a trusted key is right. */
        record Signed(List<VerifierKey> by) implements Verdict {}

        /** No signature is by a trusted key. */
        record Unknown() implements Verdict {}

        /** A signature that claims to be by {@code key} is not: the note was changed. */
        record Wrong(VerifierKey key) implements Verdict {}
    }

    public Note {
        signatures = List.copyOf(signatures);
    }

    /**
     * A note of {@code text} with one signature.
     *
     * @throws IllegalArgumentException if a note cannot have that text
     * @throws IllegalStateException if what signs does not belong to its public key
     */
    public static Note sign(String text, NoteSigning signing) {
        if (!text.endsWith("\n") || hasControls(text) || text.length() > LONGEST_BYTES / 4) {
            throw new IllegalArgumentException("no note can have this text");
        }
        byte[] message = text.getBytes(UTF_8);
        byte[] signature = signing.sign().apply(message);
        VerifierKey key = signing.key();
        if (!key.verifies(message, signature)) {
            throw new IllegalStateException("what signs for " + key.name() + " is not the private half of that key");
        }
        return new Note(text, List.of(Signature.of(key, signature)));
    }

    /**
     * Reads a note.
     *
     * @throws NoteRefused if it is none, or beyond the limits
     */
    public static Note parse(byte[] bytes) throws NoteRefused {
        if (bytes.length > LONGEST_BYTES) {
            throw new NoteRefused("a note of " + bytes.length + " bytes is too long; " + LONGEST_BYTES + " are read");
        }
        String all;
        try {
            all = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new NoteRefused("a note is UTF-8, and this is not");
        }
        if (hasControls(all)) {
            throw new NoteRefused("a note has no control characters, and this has");
        }
        int blank = all.lastIndexOf("\n\n");
        if (blank < 0 || !all.endsWith("\n")) {
            throw new NoteRefused("a note is a text, an empty line and lines of signatures, each with its line feed");
        }
        String signed = all.substring(blank + 2);
        if (signed.isEmpty()) {
            throw new NoteRefused("the note has no signature");
        }
        String[] lines = signed.substring(0, signed.length() - 1).split("\n", -1);
        if (lines.length > MOST_SIGNATURES) {
            throw new NoteRefused(
                    "a note with " + lines.length + " signatures has too many; " + MOST_SIGNATURES + " are read");
        }
        List<Signature> signatures = new ArrayList<>();
        for (String line : lines) {
            signatures.add(signature(line)
                    .orElseThrow(() -> new NoteRefused("signature " + (signatures.size() + 1)
                            + " of the note has not the form \"\u2014 name base64\"")));
        }
        return new Note(all.substring(0, blank + 1), signatures);
    }

    private static Optional<Signature> signature(String line) {
        int space = line.lastIndexOf(' ');
        if (!line.startsWith(LINE_START) || space < LINE_START.length()) {
            return Optional.empty();
        }
        String name = line.substring(LINE_START.length(), space);
        String base64 = line.substring(space + 1);
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            if (!VerifierKey.isName(name)
                    || bytes.length <= ID_BYTES
                    // The decoder lets unused bits and a missing pad pass: two notes for one signature.
                    || !Base64.getEncoder().encodeToString(bytes).equals(base64)) {
                return Optional.empty();
            }
            return Optional.of(new Signature(name, base64));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean hasControls(String text) {
        return text.chars().anyMatch(c -> c < ' ' && c != '\n');
    }

    /** What its signatures are worth to somebody who trusts {@code keys}. Signatures by others count neither way. */
    public Verdict verdict(Collection<VerifierKey> keys) {
        byte[] message = text.getBytes(UTF_8);
        List<VerifierKey> by = new ArrayList<>();
        for (Signature signature : signatures) {
            for (VerifierKey key : keys) {
                if (signature.isBy(key)) {
                    if (!key.verifies(message, signature.bytes())) {
                        return new Verdict.Wrong(key);
                    }
                    by.add(key);
                }
            }
        }
        return by.isEmpty() ? new Verdict.Unknown() : new Verdict.Signed(List.copyOf(by));
    }

    /** The note as it is kept and sent, in UTF-8. */
    public byte[] bytes() {
        return toString().getBytes(UTF_8);
    }

    /** The note as it is kept and sent. */
    @Override
    public String toString() {
        StringBuilder all = new StringBuilder(text).append('\n');
        signatures.forEach(s -> all.append(s.line()));
        return all.toString();
    }
}
