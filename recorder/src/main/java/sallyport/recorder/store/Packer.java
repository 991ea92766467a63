package sallyport.recorder.store;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
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
    private final Leisure.Worker worker;

    Packer(PartFiles files, Leisure.Worker worker) {
        this.files = files;
        this.worker = worker;
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
        String stored;
        try (FileChannel channel = FileChannel.open(
                unfinished,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            MessageDigest written = Chain.sha256();
            OutputStream out =
                    new DigestOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)), written);
            try (OutputStream sealing = files.sealing(new Unclosed(out));
                    InputStream text = Files.newInputStream(plain)) {
                Frames.write(text, sealing, worker);
            }
            out.flush();
            channel.force(true);
            stored = hex(written);
        }
        if (!digest(Source.file(unfinished), worker::giveWay).equals(stored)) {
            throw new IOException("what was packed does not read back as it was written; look at the disk");
        }
        if (files.encrypts() && !opensAs(plain, unfinished)) {
            throw new IOException("what was encrypted does not give back what went in; are the keys sound?");
        }
        Files.setPosixFilePermissions(unfinished, SealFile.READ_ONLY);
        Files.move(unfinished, packed, StandardCopyOption.ATOMIC_MOVE);
        Folders.sync(Folders.of(packed));
        Files.delete(plain);
        return new Sealed.Packed(Folders.nameOf(packed), Files.size(packed), stored);
    }

    /** Each frame was read back before it was encrypted; this tells whether what was encrypted opens again. */
    private boolean opensAs(Path plain, Path encrypted) throws IOException {
        try {
            return digest(files.openPacked(encrypted), worker::giveWay)
                    .equals(digest(Source.file(plain), worker::giveWay));
        } catch (VaultLocked writeOnly) {
            // This bastion encrypts to keys that it does not have.
            return true;
        }
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
        return new Sealed.Packed(Folders.nameOf(packed), Files.size(packed), digest(Source.file(packed), () -> {}));
    }

    /** Of all that is in {@code source}, which is closed; in lower-case hexadecimal. {@code between} runs after each piece. */
    private static String digest(Source source, Runnable between) throws IOException {
        MessageDigest digest = Chain.sha256();
        ByteBuffer piece = ByteBuffer.allocate(Frames.TEXT);
        try (source) {
            for (long at = 0; source.read(piece.clear(), at) >= 0; at += piece.position()) {
                digest.update(piece.flip());
                piece.position(piece.limit());
                between.run();
            }
        }
        return hex(digest);
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}
