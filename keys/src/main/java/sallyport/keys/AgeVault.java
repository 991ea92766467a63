package sallyport.keys;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.UnsupportedRecipientStanzaException;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.BufferUnderflowException;
import java.nio.CharBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts to public keys and reads back with the private ones that are here, in the
 * <a href="https://age-encryption.org/v1">age format</a> with X25519 keys: the {@code age} tool opens what this writes, and the
 * other way round. Each file has a key of its own, encrypted to every recipient; any one of them opens it.
 *
 * <p>Keys change by configuration alone: from the next start on, what is written is for the recipients of then; the identities of
 * earlier ones stay to read what is older. Safe for any thread.
 */
public final class AgeVault {

    /** The end of a file's name. */
    public static final String SUFFIX = ".age";

    /** More keys than this would make every file longer for nobody's use. */
    public static final int MOST_RECIPIENTS = 20;

    private static final String RECIPIENT = "age1";
    private static final String IDENTITY = "AGE-SECRET-KEY-1";

    /** Enough of a public key to know it by. */
    private static final int SHORT_ID = 12;

    /** The format's own chunk. */
    private static final int CHUNK_BYTES = 64 * 1024;

    private final List<String> recipients;
    private final List<RecipientStanzaWriter> writers;
    private final List<Path> identityFiles;
    private final List<RecipientStanzaReader> readers;

    private AgeVault(
            List<String> recipients,
            List<RecipientStanzaWriter> writers,
            List<Path> identityFiles,
            List<RecipientStanzaReader> readers) {
        this.recipients = List.copyOf(recipients);
        this.writers = List.copyOf(writers);
        this.identityFiles = List.copyOf(identityFiles);
        this.readers = List.copyOf(readers);
    }

    /**
     * Reads the keys.
     *
     * @param recipients public keys, {@code age1...}; empty: nothing can be sealed
     * @param identityFiles files of private keys as {@code age-keygen} writes them, for their owner alone; empty: nothing that
     *     was sealed can be read here
     * @throws IllegalArgumentException in words if a recipient is no such key, is there twice, or there are too many
     * @throws SecretFileRefused if an identity file is not closed to others, or holds anything else than such keys
     * @throws IOException if one cannot be read
     */
    public static AgeVault of(List<String> recipients, List<Path> identityFiles) throws IOException {
        if (recipients.size() > MOST_RECIPIENTS) {
            throw new IllegalArgumentException(
                    "there are " + recipients.size() + " recipients; " + MOST_RECIPIENTS + " at most are possible");
        }
        if (recipients.stream().distinct().count() < recipients.size()) {
            throw new IllegalArgumentException("a recipient is there twice");
        }
        List<RecipientStanzaWriter> writers = new ArrayList<>();
        for (String recipient : recipients) {
            writers.add(writer(recipient));
        }
        List<RecipientStanzaReader> readers = new ArrayList<>();
        for (Path file : identityFiles) {
            readers.addAll(identities(file));
        }
        return new AgeVault(recipients, writers, identityFiles, readers);
    }

    private static RecipientStanzaWriter writer(String recipient) {
        if (recipient.startsWith(IDENTITY)) {
            // Its text is not repeated: it is what must not be in a configuration, a message or a log.
            throw new IllegalArgumentException("a recipient is a private key; give its public key, which begins with "
                    + RECIPIENT + ", and put the private one into an identity file");
        }
        String wrong = "a recipient is no public key of age: \"" + shortId(recipient) + "\"; it begins with "
                + RECIPIENT + " and is what age-keygen -y prints";
        if (!recipient.startsWith(RECIPIENT)) {
            throw new IllegalArgumentException(wrong);
        }
        try {
            return X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(recipient);
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            throw new IllegalArgumentException(wrong, malformed);
        }
    }

    private static List<RecipientStanzaReader> identities(Path file) throws IOException {
        String what = "identity file";
        byte[] content = SecretFile.read(file, what);
        char[] text = new char[content.length];
        try {
            for (int i = 0; i < content.length; i++) {
                text[i] = (char) (content[i] & 0xff);
            }
            List<RecipientStanzaReader> readers = new ArrayList<>();
            int from = 0;
            for (int i = 0; i <= text.length; i++) {
                if (i == text.length || text[i] == '\n') {
                    CharBuffer line = stripped(text, from, i);
                    from = i + 1;
                    if (!line.isEmpty() && line.charAt(0) != '#') {
                        readers.add(reader(line, file, what));
                    }
                }
            }
            if (readers.isEmpty()) {
                throw new SecretFileRefused(what, file, "holds no private key of age");
            }
            return readers;
        } finally {
            Arrays.fill(content, (byte) 0);
            Arrays.fill(text, '\0');
        }
    }

    private static CharBuffer stripped(char[] text, int from, int to) {
        int begin = from;
        int end = to;
        while (begin < end && text[begin] <= ' ') {
            begin++;
        }
        while (end > begin && text[end - 1] <= ' ') {
            end--;
        }
        return CharBuffer.wrap(text, begin, end - begin).slice();
    }

    private static RecipientStanzaReader reader(CharBuffer line, Path file, String what) throws SecretFileRefused {
        try {
            return X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(line);
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            // Without its cause: that could quote the line.
            throw new SecretFileRefused(
                    what, file, "has a line that is no private key of age; age-keygen makes such files");
        }
    }

    /** Whether there is anybody to encrypt to. */
    public boolean canSeal() {
        return !writers.isEmpty();
    }

    /** The end of a file's name. */
    public String suffix() {
        return SUFFIX;
    }

    /** For people: what is encrypted to whom, and what can be read here. Public parts of keys only. */
    public String words() {
        String sealing = recipients.isEmpty()
                ? "not encrypted"
                : "encrypted with age to "
                        + recipients.stream().map(AgeVault::shortId).collect(Collectors.joining(", "));
        String reading = readers.isEmpty()
                ? "no private key is here, so what is encrypted cannot be read here"
                : readers.size() + (readers.size() == 1 ? " private key is here" : " private keys are here")
                        + " to read";
        return sealing + "; " + reading;
    }

    /** As {@link #words}: nothing of a private key. */
    @Override
    public String toString() {
        return "AgeVault[" + words() + "]";
    }

    private static String shortId(String recipient) {
        return recipient.length() <= SHORT_ID ? recipient : recipient.substring(0, SHORT_ID) + "...";
    }

    /**
     * Encrypts what is written into the answer.
     *
     * @param to closed with it; only then the file is complete
     * @throws IllegalStateException if there is nobody to encrypt to
     */
    public OutputStream seal(OutputStream to) throws IOException {
        if (!canSeal()) {
            throw new IllegalStateException("there is no recipient");
        }
        try {
            return new BufferedOutputStream(
                    Channels.newOutputStream(new StandardEncryptingChannelFactory()
                            .newEncryptingChannel(Channels.newChannel(to), writers)),
                    CHUNK_BYTES);
        } catch (GeneralSecurityException broken) {
            throw new IOException("this Java cannot encrypt in the age format", broken);
        }
    }

    /**
     * Decrypts {@code from}. Each piece of the answer has been verified before it is given out; a file that was cut or altered
     * ends in an exception there.
     *
     * @param from closed with the answer
     * @throws AgeLocked if no private key here opens it
     * @throws IOException if it is no such file
     */
    public InputStream open(InputStream from) throws IOException {
        if (readers.isEmpty()) {
            throw locked(null);
        }
        try {
            return new BufferedInputStream(
                    Channels.newInputStream(new StandardDecryptingChannelFactory()
                            .newDecryptingChannel(Channels.newChannel(from), readers)),
                    CHUNK_BYTES);
        } catch (UnsupportedRecipientStanzaException noKey) {
            throw locked(noKey);
        } catch (GeneralSecurityException | BufferUnderflowException | IllegalArgumentException damaged) {
            // The last two are how the library says that the header is cut or garbled.
            throw new IOException("it is no whole file of the age format, or was altered", damaged);
        }
    }

    /** The format does not say whom a file is for, so what is known are the keys of now. */
    private AgeLocked locked(@Nullable Throwable cause) {
        String tried = readers.isEmpty()
                ? "no private key is configured (recordings.identities)"
                : "none of the " + readers.size() + " private keys in "
                        + identityFiles.stream().map(Path::toString).collect(Collectors.joining(", ")) + " opens it";
        String now = recipients.isEmpty()
                ? "nothing is encrypted now"
                : "what is sealed now is for "
                        + recipients.stream().map(AgeVault::shortId).collect(Collectors.joining(", "));
        return new AgeLocked(
                "it is encrypted, and " + tried + "; " + now
                        + ". Add the identity file of the key that it was sealed for to recordings.identities, or take"
                        + " the file to where that key is and open it with: age -d -i KEYFILE. Without any of its keys"
                        + " it cannot be read by anybody",
                cause);
    }
}
