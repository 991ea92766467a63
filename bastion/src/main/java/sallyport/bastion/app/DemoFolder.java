package sallyport.bastion.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a demo keeps, in one folder that one process at a time has. The lock is the operating system's, so a
 * demo that was killed holds nothing.
 */
final class DemoFolder implements AutoCloseable {

    private final Path path;
    private final FileChannel lock;

    private DemoFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes the folder if need be and takes it.
     *
     * @throws StartRefused in one sentence, if it cannot be made or written, or another process has it
     */
    static DemoFolder take(Path given) throws StartRefused {
        Path absolute = given.toAbsolutePath().normalize();
        String name = absolute.toString();
        if (name.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == '"' || c == '\\' || c == '$')) {
            throw new StartRefused(
                    "the folder " + given + " has a control character, quote, backslash or $ in its path, which an"
                            + " ssh configuration cannot name; choose another with --dir");
        }
        FileChannel channel = null;
        try {
            Path path = Folders.make(absolute).toRealPath();
            channel = FileChannel.open(
                    path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                throw new StartRefused("the folder " + absolute + " is in use by a demo that runs (process "
                        + holder(channel) + "); stop it, or choose another with --dir");
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(
                    String.valueOf(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            DemoFolder taken = new DemoFolder(path, channel);
            channel = null;
            return taken;
        } catch (AccessDeniedException | NoSuchFileException denied) {
            throw new StartRefused("the folder " + absolute + " cannot be written; choose another with --dir", denied);
        } catch (FileAlreadyExistsException file) {
            throw new StartRefused(
                    "the folder " + absolute + " cannot be made: " + file.getFile() + " is a file", file);
        } catch (IOException | InvalidPathException failed) {
            throw new StartRefused("the folder " + absolute + " cannot be used: " + failed.getMessage(), failed);
        } finally {
            closeQuietly(channel);
        }
    }

    Path path() {
        return path;
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /** Writes a file whole or not at all, mode 0600, replacing what was there. */
    void write(String name, String content) throws IOException {
        Path unfinished = path.resolve(name + ".new");
        Files.deleteIfExists(unfinished);
        Files.createFile(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(unfinished, content);
        Files.move(unfinished, path.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Gives the folder back; what is in it stays. */
    @Override
    public void close() {
        closeQuietly(lock);
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException oursAlready) {
            return null;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(16);
        channel.read(text, 0);
        String pid = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
        return pid.isEmpty() ? "unknown" : pid;
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException released) {
            // The lock goes with the process at the latest.
        }
    }
}
