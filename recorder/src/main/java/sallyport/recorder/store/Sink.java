package sallyport.recorder.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The file under a recording, as narrow as it can be: tests put one here that fails. */
interface Sink extends Closeable {

    /** One {@code write(2)} at the end of the file. Returns how many bytes it took. */
    int write(ByteBuffer bytes) throws IOException;

    /** {@code fdatasync(2)}. */
    void sync() throws IOException;

    /** Makes a new file. */
    @FunctionalInterface
    interface Maker {
        Sink make(Path file) throws IOException;
    }

    /** A new file that only its owner may read and write. */
    static Sink file(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return new Sink() {
            @Override
            public int write(ByteBuffer bytes) throws IOException {
                return channel.write(bytes);
            }

            @Override
            public void sync() throws IOException {
                channel.force(false);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
