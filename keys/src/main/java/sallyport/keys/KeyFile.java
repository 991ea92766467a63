package sallyport.keys;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.loader.openssh.OpenSSHKeyPairResourceParser;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.keyprovider.KeyPairProvider;

/**
 * Ed25519 private keys in OpenSSH's own file form, without a passphrase, readable by their owner alone.
 *
 * <p>All methods may be called from any thread and touch nothing but the file named.
 */
public final class KeyFile {

    private KeyFile() {}

    /**
     * Returns the key in {@code file}.
     *
     * @throws SecretFileRefused if there is no such file, if it is a symbolic link or no regular file, belongs to another
     *     account, may be read or written by anybody else, or holds no single unencrypted Ed25519 key
     * @throws IOException if it cannot be read
     */
    public static KeyPair load(Path file) throws IOException {
        byte[] content = SecretFile.read(file, "key file");
        try {
            return parse(content);
        } catch (IllegalArgumentException wrong) {
            throw new SecretFileRefused("key file", file, String.valueOf(wrong.getMessage()));
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    /**
     * Returns the key in {@code content}, which is what such a file holds.
     *
     * @throws IllegalArgumentException in words that quote nothing of it, if it is no single unencrypted Ed25519 key
     */
    public static KeyPair parse(byte[] content) {
        Collection<KeyPair> keys;
        try {
            keys = OpenSSHKeyPairResourceParser.INSTANCE.loadKeyPairs(
                    null, NamedResource.ofName("key"), FilePasswordProvider.EMPTY, new ByteArrayInputStream(content));
        } catch (IOException | GeneralSecurityException | RuntimeException garbage) {
            // The parser's words quote what it read, and its exceptions are of every kind: neither is passed on.
            throw new IllegalArgumentException("holds no private key in OpenSSH form without a passphrase");
        }
        if (keys.size() != 1) {
            throw new IllegalArgumentException("holds no private key in OpenSSH form");
        }
        KeyPair pair = keys.iterator().next();
        if (!KeyPairProvider.SSH_ED25519.equals(KeyUtils.getKeyType(pair))) {
            throw new IllegalArgumentException("holds a key of another type than ssh-ed25519");
        }
        return pair;
    }

    /**
     * Makes a new Ed25519 key and writes it to {@code file}, mode 0600, durably, whole or not at all.
     *
     * @param comment what the file says about the key; shown by {@code ssh-keygen -l}
     * @throws SecretFileRefused if {@code file} exists
     * @throws IOException if it cannot be written
     */
    public static KeyPair create(Path file, String comment) throws IOException {
        byte[] content = fresh(comment);
        try {
            SecretFile.create(file, "key file", content);
            return parse(content);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    /**
     * Makes a new Ed25519 key and returns what a file with it would hold; {@link #parse} reads it.
     *
     * @throws IOException if none can be made
     */
    public static byte[] fresh(String comment) throws IOException {
        try {
            KeyPair pair = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, comment, null, text);
            return text.toByteArray();
        } catch (GeneralSecurityException e) {
            throw new IOException("no Ed25519 key could be made: " + e.getMessage(), e);
        }
    }

    /** {@link #load Loads} {@code file} if there is one, else {@link #create creates} it. For the demo; a server never does this. */
    public static KeyPair loadOrCreate(Path file, String comment) throws IOException {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? load(file) : create(file, comment);
    }

    /** Returns the public half as one line of an {@code authorized_keys} or {@code known_hosts} file: {@code ssh-ed25519 AAAA…}. */
    public static String publicLine(KeyPair pair) {
        return PublicKeyEntry.toString(pair.getPublic());
    }

    /** Returns {@code SHA256:} and 43 characters of base64, as {@code ssh-keygen -l} prints it. */
    public static String fingerprint(PublicKey key) {
        return Objects.requireNonNull(KeyUtils.getFingerPrint(BuiltinDigests.sha256, key));
    }
}
