package sallyport.keys;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/** Small files that their owner alone may read: keys and passwords. Any thread may call; nothing but the file named is touched. */
public final class SecretFile {

    /** An Ed25519 key takes some 400 bytes; a file beyond this is something else and is not read. */
    static final int LONGEST_BYTES = 16 * 1024;

    private static final Set<PosixFilePermission> OWNER_ALONE =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private SecretFile() {}

    /**
     * Returns what is in {@code file}; the caller may wipe it.
     *
     * @param what what the file is, in the words of a message: {@code "password file"}
     * @throws SecretFileRefused if there is no such file, if it is a symbolic link or no regular file, belongs to another
     *     account, may be read or written by anybody else, or is longer than 16 KiB
     * @throws IOException if it cannot be read
     */
    public static byte[] read(Path file, String what) throws IOException {
        PosixFileAttributes before;
        try {
            before = Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException none) {
            throw new SecretFileRefused(what, file, "does not exist");
        }
        if (before.isSymbolicLink()) {
            throw new SecretFileRefused(what, file, "is a symbolic link; name the file itself");
        }
        if (!before.isRegularFile()) {
            throw new SecretFileRefused(what, file, "is not a regular file");
        }
        long owner = ((Number) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS)).longValue();
        long own = new UnixSystem().getUid();
        if (owner != own) {
            throw new SecretFileRefused(
                    what, file, "belongs to another account (uid " + owner + ", this process runs as uid " + own + ")");
        }
        if (!OWNER_ALONE.containsAll(before.permissions())) {
            throw new SecretFileRefused(
                    what,
                    file,
                    "is open to others (" + PosixFilePermissions.toString(before.permissions()) + "); run: chmod 600 "
                            + file);
        }
        if (before.size() > LONGEST_BYTES) {
            throw new SecretFileRefused(what, file, "is too long (" + before.size() + " bytes)");
        }
        byte[] content;
        try (SeekableByteChannel in =
                Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            ByteBuffer buffer = ByteBuffer.allocate(LONGEST_BYTES);
            while (in.read(buffer) > 0) {
                // until the end of the file or of the buffer
            }
            content = Arrays.copyOf(buffer.array(), buffer.position());
            Arrays.fill(buffer.array(), (byte) 0);
        }
        // What was checked and what was read must be one file: somebody with write access to the folder could swap
        // them.
        PosixFileAttributes after = Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!Objects.equals(before.fileKey(), after.fileKey())) {
            throw new SecretFileRefused(what, file, "was replaced while it was read");
        }
        return content;
    }

    /**
     * Writes {@code content} to a new file, mode 0600, durably, whole or not at all.
     *
     * @throws SecretFileRefused if {@code file} exists
     * @throws IOException if it cannot be written
     */
    public static void create(Path file, String what, byte[] content) throws IOException {
        Path unfinished = file.resolveSibling("." + file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        try {
            try (FileChannel out = FileChannel.open(
                    unfinished,
                    EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(OWNER_ALONE))) {
                ByteBuffer rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    out.write(rest);
                }
                out.force(true);
            }
            // A link, not a move: it fails if somebody made the file meanwhile, where a move would replace it.
            Files.createLink(file, unfinished);
        } catch (FileAlreadyExistsException exists) {
            throw new SecretFileRefused(what, file, "exists already and is left as it is");
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }
}
