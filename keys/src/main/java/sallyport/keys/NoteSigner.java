package sallyport.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;

/**
 * Signs what the bastion vouches for: check points of its log, and the sidecars of recordings. An Ed25519 key in a
 * {@link KeyFile}, and the name that its signatures carry. Thread-safe.
 *
 * <p>The key is used for nothing else: not a host key, not the way to targets. Whoever has it can make a false log look
 * right, and nobody can without it.
 */
public final class NoteSigner {

    private static final String PUBLIC = ".pub";
    private static final String ED25519 = "ssh-ed25519";

    private final String keyName;
    private final PublicKey publicKey;
    private final PrivateKey privateKey;

    private NoteSigner(String keyName, KeyPair pair) throws IOException {
        this.keyName = keyName;
        try {
            // The ssh library's keys may be of another provider; the JDK's own signs.
            KeyFactory factory = KeyFactory.getInstance("Ed25519");
            this.publicKey = factory.generatePublic(
                    new X509EncodedKeySpec(pair.getPublic().getEncoded()));
            this.privateKey = factory.generatePrivate(
                    new PKCS8EncodedKeySpec(pair.getPrivate().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException("the signing key " + keyName + " is not one that the JDK can use", e);
        }
    }

    /**
     * Reads the key in {@code file}.
     *
     * @param keyName what signatures say they are by; the name of the log
     * @throws SecretFileRefused as {@link KeyFile#load} says
     * @throws IOException if it cannot be read
     */
    public static NoteSigner load(Path file, String keyName) throws IOException {
        return new NoteSigner(keyName, KeyFile.load(file));
    }

    /** {@link #load Loads} the key if the file is there, else makes one. For whoever may decide that a new log begins here. */
    public static NoteSigner loadOrCreate(Path file, String keyName) throws IOException {
        return new NoteSigner(keyName, KeyFile.loadOrCreate(file, keyName));
    }

    /**
     * Puts a new key into {@code file} and the public half of the old one into the folder {@code earlier}. If it is cut off
     * anywhere, the old key is in force and, if anything, already in the folder too; doing it again is right.
     *
     * @return what signs from now on
     * @throws IOException if the old key cannot be read, or something cannot be written
     */
    public static NoteSigner rotate(Path file, Path earlier, String keyName) throws IOException {
        KeyPair old = KeyFile.load(file);
        Files.createDirectories(earlier);
        String name = KeyFile.fingerprint(old.getPublic()).replaceAll("[^A-Za-z0-9]", "-");
        Path kept = earlier.resolve(name + PUBLIC);
        Path unfinished = earlier.resolve("." + name + ".new");
        Files.writeString(unfinished, KeyFile.publicLine(old) + " " + keyName + "\n");
        sync(unfinished, StandardOpenOption.WRITE);
        Files.move(unfinished, kept, StandardCopyOption.ATOMIC_MOVE);
        sync(earlier, StandardOpenOption.READ);
        Path next = file.resolveSibling("." + file.getFileName() + ".next");
        Files.deleteIfExists(next);
        NoteSigner signer = new NoteSigner(keyName, KeyFile.create(next, keyName));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        sync(file.toAbsolutePath().resolveSibling("."), StandardOpenOption.READ);
        return signer;
    }

    private static void sync(Path path, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }

    /**
     * The public keys in the files of {@code folder} that end in {@code .pub}, one a file, as {@code ssh-keygen -y} writes
     * them: what earlier signatures are checked with. No folder: none.
     *
     * @throws IOException in words, naming the file, if one holds no Ed25519 key
     */
    public static List<PublicKey> earlier(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        List<Path> files;
        try (Stream<Path> entries = Files.list(folder)) {
            files = entries.filter(f -> f.toString().endsWith(PUBLIC)).sorted().toList();
        }
        List<PublicKey> keys = new ArrayList<>();
        for (Path file : files) {
            keys.add(publicKey(file));
        }
        return keys;
    }

    private static PublicKey publicKey(Path file) throws IOException {
        byte[] line = new byte[SecretFile.LONGEST_BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(line);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(buffer) > 0) {
                // until the end of the file or of the buffer
            }
        }
        String text = new String(line, 0, buffer.position(), US_ASCII);
        try {
            String[] words = text.strip().split("\\s+", 3);
            if (words.length < 2 || !words[0].equals(ED25519)) {
                throw new GeneralSecurityException("another type");
            }
            PublicKey key = PublicKeyEntry.parsePublicKeyEntry(words[0] + " " + words[1])
                    .resolvePublicKey(null, null, PublicKeyEntryResolver.FAILING);
            if (key == null) {
                throw new GeneralSecurityException("no key");
            }
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(key.getEncoded()));
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new IOException(
                    "the earlier signing key " + file + " is not a line of the form \"ssh-ed25519 AAAA...\"", e);
        }
    }

    /** What signatures say they are by. */
    public String keyName() {
        return keyName;
    }

    /** What they are checked with. */
    public PublicKey publicKey() {
        return publicKey;
    }

    /** The Ed25519 signature of {@code message}: 64 bytes. */
    public byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(privateKey);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that was checked does not sign", e);
        }
    }

    /** Names the key, never shows it. */
    @Override
    public String toString() {
        return keyName + " " + KeyFile.fingerprint(publicKey);
    }
}
