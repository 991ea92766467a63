package sallyport.recorder.store;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import sallyport.recorder.Chain;
import sallyport.recorder.Source;

/**
 * Packs files that do not grow any more: compressed, encrypted if there is a vault, read back, and only then is the plain file
 * removed. May be done again at any point where it was cut off.
 */
final class Packer {

    /** Ends the name of a file that is not whole yet. */
    static final String UNFINISHED = ".new";

    private final PartFiles files;

    Packer(PartFiles files) {
        this.files = files;
    }

    /** Packs a part, if it is not packed yet. Empty if there is neither. */
    Optional<Sealed.Packed> pack(int number) throws IOException {
        Path keys = files.plain(number, PartFiles.KEYS);
        if (Files.exists(keys)) {
            pack(keys, files.packed(keys));
        }
        return packed(files.plain(number, PartFiles.CAST));
    }

    /** Packs what was typed, if it is not packed yet. Empty if there is neither. */
    Optional<Sealed.Packed> packInput() throws IOException {
        return packed(files.input());
    }

    private Optional<Sealed.Packed> packed(Path plain) throws IOException {
        if (Files.exists(plain)) {
            return Optional.of(pack(plain, files.packed(plain)));
        }
        Optional<Path> packed = files.find(plain);
        return packed.isPresent() ? Optional.of(described(packed.get())) : Optional.empty();
    }

    private Sealed.Packed pack(Path plain, Path packed) throws IOException {
        Path unfinished = PartFiles.beside(packed, UNFINISHED);
        Files.deleteIfExists(unfinished);
        String before;
        String stored;
        try (FileChannel channel = FileChannel.open(
                unfinished,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            MessageDigest written = Chain.sha256();
            OutputStream out =
                    new DigestOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)), written);
            Unclosed file = new Unclosed(out);
            MessageDigest read = Chain.sha256();
            try (OutputStream sealing = files.sealing(file);
                    InputStream text = new DigestInputStream(
                            new BufferedInputStream(Files.newInputStream(plain), Frames.TEXT), read)) {
                Frames.write(text, sealing);
            }
            out.flush();
            channel.force(true);
            before = hex(read);
            stored = hex(written);
        }
        String readBack = digest(Source.file(unfinished));
        if (!readBack.equals(stored)) {
            throw new IOException("what was packed does not read back as it was written; look at the disk");
        }
        try {
            if (!digest(files.openPacked(unfinished)).equals(before)) {
                throw new IOException("what was packed does not give back what went in; look at the disk");
            }
        } catch (VaultLocked writeOnly) {
            // This bastion encrypts to keys that it does not have. Each frame was read back before it was encrypted.
        }
        Files.setPosixFilePermissions(unfinished, SealFile.READ_ONLY);
        Files.move(unfinished, packed, StandardCopyOption.ATOMIC_MOVE);
        Folders.sync(Folders.of(packed));
        Files.delete(plain);
        return new Sealed.Packed(Folders.nameOf(packed), Files.size(packed), stored);
    }

    /** Lets a vault close its stream without closing the file, which is still to be synced. */
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    static Sealed.Packed described(Path packed) throws IOException {
        return new Sealed.Packed(Folders.nameOf(packed), Files.size(packed), digest(Source.file(packed)));
    }

    /** Of all that is in {@code source}, which is closed; in lower-case hexadecimal. */
    static String digest(Source source) throws IOException {
        MessageDigest digest = Chain.sha256();
        try (source;
                OutputStream into = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            Frames.copy(source, Long.MAX_VALUE, into);
        }
        return hex(digest);
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}
