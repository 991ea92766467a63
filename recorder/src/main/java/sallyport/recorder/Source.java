package sallyport.recorder;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The bytes of one asciicast file, in whatever form they are kept. For one thread at a time. */
public interface Source extends Closeable {

    /**
     * Reads into {@code to} from byte {@code position} on. Returns how many bytes there were, at least one, or -1 at the end;
     * a file that grows may have more later.
     *
     * @throws Unreadable if what is there is damaged
     */
    int read(ByteBuffer to, long position) throws IOException;

    /** What is there is not what was once stored; the message says what is wrong, in words for people. */
    final class Unreadable extends IOException {
        private static final long serialVersionUID = 1;

        public Unreadable(String words) {
            super(words);
        }
    }

    /** A plain file. */
    static Source file(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        return new Source() {
            @Override
            public int read(ByteBuffer to, long position) throws IOException {
                return channel.read(to, position);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    /** {@code source}, of which only the first {@code limit} bytes count. */
    static Source limited(Source source, long limit) {
        return new Source() {
            @Override
            public int read(ByteBuffer to, long position) throws IOException {
                if (position >= limit) {
                    return -1;
                }
                int all = to.limit();
                to.limit((int) Math.min(all, to.position() + limit - position));
                try {
                    return source.read(to, position);
                } finally {
                    to.limit(all);
                }
            }

            @Override
            public void close() throws IOException {
                source.close();
            }
        };
    }
}
