package sallyport.recorder.store;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import sallyport.recorder.Source;

/**
 * The zstd seekable format (zstd's {@code contrib/seekable_format/zstd_seekable_compression_format.md}): independent frames,
 * and behind them a table of their sizes in a skippable frame. Every zstd tool reads it; a frame that is damaged loses only
 * itself.
 */
final class Frames {

    /** How much text is in a frame. */
    static final int TEXT = 256 << 10;

    /** {@link #TEXT} as a power of two: no frame needs a larger window, and none is allowed one (T40). */
    private static final int WINDOW_LOG = 18;

    /** Zstd's usual one. On logs level 9 takes five times as long for a file that is 8 % smaller, on terminals for 12 %. */
    private static final int LEVEL = 3;

    /** More frames than a part can have, so that a table that claims to be huge is not believed. */
    private static final int MOST_FRAMES = 1 << 16;

    private static final int SKIPPABLE = 0x184d2a5e;
    private static final int SEEKABLE = 0x8f92eab1;
    private static final int FOOTER = 9;
    private static final int ENTRY = 8;
    private static final int ENTRY_WITH_CHECKSUM = 12;

    private Frames() {}

    /**
     * Compresses {@code plain} to its end into {@code to}; closes neither. Each frame is read back before it is written.
     *
     * @param worker gives way after each frame
     */
    static void write(InputStream plain, OutputStream to, Leisure.Worker worker) throws IOException {
        byte[] text = new byte[TEXT];
        byte[] frame = new byte[(int) Zstd.compressBound(TEXT)];
        byte[] again = new byte[TEXT];
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        int count = 0;
        try (ZstdCompressCtx compressor = new ZstdCompressCtx()) {
            compressor.setLevel(LEVEL).setChecksum(true).setContentSize(true);
            for (int length = plain.readNBytes(text, 0, TEXT); length > 0; length = plain.readNBytes(text, 0, TEXT)) {
                int size = compressor.compressByteArray(frame, 0, frame.length, text, 0, length);
                long back = Zstd.decompressByteArray(again, 0, again.length, frame, 0, size);
                if (back != length || !Arrays.equals(text, 0, length, again, 0, length)) {
                    throw new IOException("a compressed piece does not give back what went in; is the memory sound?");
                }
                to.write(frame, 0, size);
                table.writeBytes(littleEndian(size, length));
                count++;
                worker.giveWay();
            }
        } catch (ZstdException e) {
            throw new IOException("compression failed: " + e.getMessage(), e);
        }
        to.write(littleEndian(SKIPPABLE, table.size() + FOOTER));
        table.writeTo(to);
        to.write(littleEndian(count));
        to.write(0);
        to.write(littleEndian(SEEKABLE));
    }

    private static byte[] littleEndian(int... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int number : numbers) {
            bytes.putInt(number);
        }
        return bytes.array();
    }

    /** What comes out of compressed bytes, from the first on; {@code compressed} is closed with it. */
    static InputStream plain(InputStream compressed) throws IOException {
        ZstdInputStreamNoFinalizer plain;
        try {
            plain = new ZstdInputStreamNoFinalizer(compressed);
        } catch (IOException e) {
            compressed.close();
            throw e;
        }
        return plain.setLongMax(WINDOW_LOG);
    }

    /** Opens a compressed file for reading anywhere; without a usable table only a reading from the beginning is quick. */
    static Source source(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            Table table = table(channel);
            if (table != null) {
                return new Seekable(channel, table);
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return new Streamed(() -> plain(Files.newInputStream(file)));
    }

    /** Where frames begin. */
    private static final class Table {
        /** In the file; one more than there are frames. */
        final long[] stored;

        /** In what comes out; likewise. */
        final long[] text;

        Table(long[] stored, long[] text) {
            this.stored = stored;
            this.text = text;
        }
    }

    /** Null if there is none or it does not fit the file. */
    private static @Nullable Table table(FileChannel file) throws IOException {
        long size = file.size();
        if (size < FOOTER + 8) {
            return null;
        }
        ByteBuffer footer = at(file, size - FOOTER, FOOTER);
        int count = footer.getInt();
        boolean checksums = footer.get() < 0;
        int entry = checksums ? ENTRY_WITH_CHECKSUM : ENTRY;
        if (footer.getInt() != SEEKABLE || count < 0 || count > MOST_FRAMES) {
            return null;
        }
        long begin = size - FOOTER - (long) entry * count - 8;
        if (begin < 0) {
            return null;
        }
        ByteBuffer all = at(file, begin, (int) (size - FOOTER - begin));
        if (all.getInt() != SKIPPABLE || all.getInt() != entry * count + FOOTER) {
            return null;
        }
        long[] stored = new long[count + 1];
        long[] text = new long[count + 1];
        for (int i = 0; i < count; i++) {
            int frame = all.getInt();
            int length = all.getInt();
            if (checksums) {
                all.getInt();
            }
            if (frame <= 0 || frame > Zstd.compressBound(TEXT) || length <= 0 || length > TEXT) {
                return null;
            }
            stored[i + 1] = stored[i] + frame;
            text[i + 1] = text[i] + length;
        }
        return stored[count] == begin ? new Table(stored, text) : null;
    }

    private static ByteBuffer at(FileChannel file, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, position + bytes.position()) < 0) {
                throw new EOFException("the file became shorter while it was read");
            }
        }
        return bytes.flip();
    }

    /** One frame at a time, whichever is asked for. */
    private static final class Seekable implements Source {
        private final FileChannel file;
        private final Table table;
        private final byte[] text = new byte[TEXT];
        private int frame = -1;

        Seekable(FileChannel file, Table table) {
            this.file = file;
            this.table = table;
        }

        @Override
        public int read(ByteBuffer to, long position) throws IOException {
            int count = table.text.length - 1;
            if (position >= table.text[count]) {
                return -1;
            }
            int found = Arrays.binarySearch(table.text, position);
            int wanted = found >= 0 ? found : -found - 2;
            if (wanted != frame) {
                load(wanted);
            }
            int from = (int) (position - table.text[wanted]);
            int length = (int) Math.min(to.remaining(), table.text[wanted + 1] - position);
            to.put(text, from, length);
            return length;
        }

        private void load(int wanted) throws IOException {
            frame = -1;
            int length = (int) (table.text[wanted + 1] - table.text[wanted]);
            byte[] compressed = at(file, table.stored[wanted], (int) (table.stored[wanted + 1] - table.stored[wanted]))
                    .array();
            long back;
            try {
                back = Zstd.decompressByteArray(text, 0, length, compressed, 0, compressed.length);
            } catch (ZstdException e) {
                back = -1;
            }
            if (back != length) {
                throw new Unreadable(
                        "the compressed piece at byte " + table.stored[wanted] + " of the file is damaged");
            }
            frame = wanted;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** Makes a stream from its beginning. */
    @FunctionalInterface
    interface Opener {
        InputStream open() throws IOException;
    }

    /** What can only be read forwards: going back begins again. */
    static final class Streamed implements Source {
        private final Opener opener;
        private InputStream stream;
        private long at;

        Streamed(Opener opener) throws IOException {
            this.opener = opener;
            this.stream = opener.open();
        }

        @Override
        public int read(ByteBuffer to, long position) throws IOException {
            if (position < at) {
                stream.close();
                stream = opener.open();
                at = 0;
            }
            byte[] piece = new byte[Math.min(64 * 1024, Math.max(1, to.remaining()))];
            try {
                while (at < position) {
                    int skipped = stream.read(piece, 0, (int) Math.min(piece.length, position - at));
                    if (skipped < 0) {
                        return -1;
                    }
                    at += skipped;
                }
                int read = stream.read(piece, 0, Math.min(piece.length, to.remaining()));
                if (read > 0) {
                    to.put(piece, 0, read);
                    at += read;
                }
                return read;
            } catch (VaultLocked locked) {
                throw locked;
            } catch (IOException damaged) {
                throw new Unreadable("the stored file is damaged behind byte " + at + " of its text");
            }
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}
