package sallyport.recorder.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.attribute.FileTime;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import sallyport.recorder.Chain;
import sallyport.recorder.proof.Note;
import sallyport.recorder.proof.NoteSigning;

/**
 * Writes a bundle as a stream, in memory that does not grow with it but for a line a member. For one thread; a bundle that was
 * not {@link #finish finished} has no signature, and so is none.
 */
public final class BundleWriter implements AutoCloseable {

    /** A skippable frame of zstd, which {@code zstd -d} passes over: it holds the signed note. */
    static final int TRAILER = 0x184D2A5E;

    private final OutputStream out;
    private final NoteSigning signing;
    private final Instant madeAt;
    private final MessageDigest all = Chain.sha256();
    private final Counted counted;
    private final TarArchiveOutputStream tar;
    private final StringBuilder sums = new StringBuilder();

    /** @param out not closed */
    public BundleWriter(OutputStream out, NoteSigning signing, Instant madeAt) throws IOException {
        this.out = out;
        this.signing = signing;
        this.madeAt = madeAt;
        this.counted = new Counted(new DigestOutputStream(out, all));
        this.tar = new TarArchiveOutputStream(new ZstdOutputStreamNoFinalizer(counted).setChecksum(true), UTF_8.name());
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    /** Adds a member. */
    public void member(String name, byte[] content) throws IOException {
        member(name, content.length, new ByteArrayInputStream(content));
    }

    /**
     * Adds a member.
     *
     * @param content of which {@code size} bytes are read; not closed
     * @throws IOException also if there are fewer: then the bundle is not to be finished
     */
    public void member(String name, long size, InputStream content) throws IOException {
        sums.append(put(name, size, content)).append("  ").append(name).append('\n');
    }

    private String put(String name, long size, InputStream content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setMode(0600);
        entry.setLastModifiedTime(FileTime.fromMillis(madeAt.getEpochSecond() * 1000));
        tar.putArchiveEntry(entry);
        MessageDigest digest = Chain.sha256();
        byte[] piece = new byte[64 << 10];
        for (long left = size; left > 0; ) {
            int read = content.read(piece, 0, (int) Math.min(piece.length, left));
            if (read < 0) {
                throw new IOException(name + " became shorter while it was read");
            }
            digest.update(piece, 0, read);
            tar.write(piece, 0, read);
            left -= read;
        }
        tar.closeArchiveEntry();
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Adds the sums of all members and the signature over everything. */
    public void finish() throws IOException {
        byte[] list = sums.toString().getBytes(UTF_8);
        put(Bundle.SUMS, list.length, new ByteArrayInputStream(list));
        tar.close();
        byte[] note = Note.sign(signed(counted.bytes, all.digest()), signing).bytes();
        out.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(TRAILER)
                .putInt(note.length)
                .array());
        out.write(note);
        out.flush();
    }

    /** What is signed of so many bytes with that SHA-256. */
    static String signed(long bytes, byte[] sha256) {
        return Bundle.SIGNED + "\n" + bytes + "\n" + Base64.getEncoder().encodeToString(sha256) + "\n";
    }

    /** Releases what it holds; what was not finished stays unfinished. */
    @Override
    public void close() throws IOException {
        counted.deaf = true;
        tar.close();
    }

    private static final class Counted extends FilterOutputStream {
        private long bytes;
        private boolean deaf;

        Counted(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] piece, int from, int length) throws IOException {
            if (!deaf) {
                out.write(piece, from, length);
                bytes += length;
            }
        }

        @Override
        public void close() throws IOException {
            if (!deaf) {
                out.flush();
            }
        }
    }
}
