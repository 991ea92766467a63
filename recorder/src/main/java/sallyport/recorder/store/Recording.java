package sallyport.recorder.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sallyport.recorder.LineBuffer;
import sallyport.recorder.RecordedStream;
import sallyport.recorder.StreamKind;

/**
 * The recording of one session, growing. Record, then relay: when an append has returned, the operating system has the bytes,
 * so that a death of this process loses nothing; a loss of power loses at most the last {@link RecordingStore#SYNC_EVERY} and
 * the time that a sync takes.
 *
 * <p><b>Threads.</b> Any thread may append; appends are whole and in order. <b>A thread that appends must never be
 * interrupted</b>: an interrupt in the middle of a write closes the file for good, and so ends the session. Stop such a
 * thread by closing its input.
 *
 * <p><b>Failure is final.</b> An append is one {@code write(2)} of whole lines. If that fails or writes less, or if a sync
 * fails, then this and every later append throws {@link RecordingFailed}, nothing more is written, nothing is tried again, and
 * the {@code onFailure} of {@link RecordingStore#create} runs once on the store's own thread.
 */
public final class Recording implements AutoCloseable {

    /** How long the label of a marker may be, in characters; the rest is cut off and an ellipsis says so. */
    public static final int LONGEST_LABEL = 4096;

    private static final long CLOCK_EVERY_MILLIS = 60_000;

    /** The names of RFC 4254 section 6.10 and some more, at their numbers on Linux. */
    private static final List<String> SIGNALS = List.of(
            "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
            "ALRM", "TERM");

    private static final Pattern SIGNAL_NAME = Pattern.compile("[A-Za-z0-9@._-]{1,64}");

    private final RecordingStore store;
    private final String sessionId;
    private final Path file;
    private final Sink sink;
    private final LongSupplier nanos;
    private final long startNanos;
    private final Runnable onFailure;
    private final AtomicLong outputBytes = new AtomicLong();

    /** One seals, others wait for the answer: the digest may take seconds. Taken before the other two. */
    private final ReentrantLock sealing = new ReentrantLock();

    /** Held while the file is synced or closed, so that it is not closed under a sync. Taken before {@link #appending}. */
    private final ReentrantLock syncing = new ReentrantLock();

    /** Keeps appends whole and in order. Held across the write, and nothing else that may take long. */
    private final ReentrantLock appending = new ReentrantLock();

    // What these two hold is guarded by "appending" as well: only the inside of an append asks them.
    private final RecordedStream stdout;
    private final RecordedStream stderr;

    /** Since the start, up to the last event; the next interval begins here, so that rounding does not add up. */
    @GuardedBy("appending")
    private long toldMillis;

    @GuardedBy("appending")
    private long clockToldMillis;

    /** Bytes of whole lines that are in the file. */
    @GuardedBy("appending")
    private long length;

    @GuardedBy("appending")
    private boolean unsynced;

    /** Set once the header is safe: until then only the caller of create is told of a failure. */
    @GuardedBy("appending")
    private boolean begun;

    /** Nothing is appended any more. */
    @GuardedBy("appending")
    private boolean over;

    @GuardedBy("appending")
    private @Nullable RecordingFailed failure;

    @GuardedBy("syncing")
    private boolean closed;

    @GuardedBy("sealing")
    private @Nullable Sealed sealed;

    Recording(
            RecordingStore store,
            String sessionId,
            Path file,
            Sink sink,
            StreamKind kind,
            LongSupplier nanos,
            Runnable onFailure) {
        this.store = store;
        this.sessionId = sessionId;
        this.file = file;
        this.sink = sink;
        this.nanos = nanos;
        this.startNanos = nanos.getAsLong();
        this.onFailure = onFailure;
        this.stdout = new RecordedStream(false, kind);
        this.stderr = new RecordedStream(true, kind);
    }

    /** Writes and syncs the first lines. */
    void begin(byte[] header, Instant startedAt) throws RecordingFailed {
        appending.lock();
        try {
            LineBuffer lines = store.borrow();
            try {
                lines.clear();
                lines.raw(header);
                clock(lines, startedAt, 0);
                write(lines);
            } finally {
                store.giveBack(lines);
            }
        } finally {
            appending.unlock();
        }
        syncNow();
        appending.lock();
        try {
            begun = true;
        } finally {
            appending.unlock();
        }
    }

    /** Records what the terminal or stdout brought. Takes all of {@code bytes}; they are kept exactly. */
    public void output(ByteBuffer bytes) throws RecordingFailed {
        append(bytes, false);
    }

    /** Records what stderr brought. Takes all of {@code bytes}; they are kept exactly. */
    public void stderr(ByteBuffer bytes) throws RecordingFailed {
        append(bytes, true);
    }

    private void append(ByteBuffer bytes, boolean toStderr) throws RecordingFailed {
        int end = bytes.limit();
        do {
            bytes.limit(Math.min(end, bytes.position() + LineBuffer.LONGEST_APPEND));
            int taken = bytes.remaining();
            append((lines, interval) -> taken > 0 && (toStderr ? stderr : stdout).append(bytes, lines, interval));
            outputBytes.addAndGet(taken);
            bytes.limit(end);
        } while (bytes.hasRemaining());
    }

    /** Records that the terminal has a new size, in cells. */
    public void resize(int columns, int rows) throws RecordingFailed {
        event('r', columns + "x" + rows);
    }

    /** Records that something happened that people will look for, as "engineer attached 120x40". */
    public void marker(String label) throws RecordingFailed {
        event('m', label.length() <= LONGEST_LABEL ? label : label.substring(0, LONGEST_LABEL - 1) + "…");
    }

    private void event(char code, String text) throws RecordingFailed {
        append((lines, interval) -> {
            lines.event(interval, code, text);
            return true;
        });
    }

    /**
     * Records how the program ended, and syncs at once. Normally the last thing before {@link #seal}.
     *
     * @param status 0 to 255
     * @param signal its name without SIG, as {@code TERM}; the file then has 128 and its number for a status, as a shell
     *     would say it, if the name is a known one
     */
    public void exit(int status, Optional<String> signal) throws RecordingFailed {
        int number = signal.map(SIGNALS::indexOf).orElse(-1);
        append((lines, interval) -> {
            if (signal.isPresent() && SIGNAL_NAME.matcher(signal.get()).matches()) {
                lines.comment("#signal " + signal.get());
            }
            lines.event(interval, 'x', Integer.toString(number > 0 ? 128 + number : status));
            return true;
        });
        syncNow();
    }

    /** Puts lines together. Returns whether there is an event among them, with the interval that it was given. */
    @FunctionalInterface
    private interface Lines {
        boolean put(LineBuffer lines, long intervalMillis);
    }

    private void append(Lines what) throws RecordingFailed {
        appending.lock();
        try {
            refuseIfOver();
            LineBuffer lines = store.borrow();
            try {
                lines.clear();
                long now = Math.max(toldMillis, (nanos.getAsLong() - startNanos + 500_000) / 1_000_000);
                if (now - clockToldMillis >= CLOCK_EVERY_MILLIS) {
                    clock(lines, store.now(), now);
                    clockToldMillis = now;
                }
                if (what.put(lines, now - toldMillis)) {
                    toldMillis = now;
                }
                write(lines);
            } catch (RuntimeException broken) {
                // Half a step may have been taken in what is known of the streams: nothing after this would be exact.
                throw fail("Recording broke", broken);
            } catch (Error broken) {
                var _ = fail("Recording broke", broken);
                throw broken;
            } finally {
                store.giveBack(lines);
            }
        } finally {
            appending.unlock();
        }
    }

    private static void clock(LineBuffer lines, Instant time, long millis) {
        lines.comment("#clock " + time + " " + millis / 1000 + "."
                + String.valueOf(1000 + millis % 1000).substring(1));
    }

    @GuardedBy("appending")
    private void refuseIfOver() throws RecordingFailed {
        if (failure != null) {
            throw new RecordingFailed(String.valueOf(failure.getMessage()), failure);
        }
        if (over) {
            throw new RecordingFailed("The recording is over; nothing more can be recorded in it.", null);
        }
    }

    @GuardedBy("appending")
    private void write(LineBuffer lines) throws RecordingFailed {
        if (lines.length() == 0) {
            return;
        }
        int written;
        try {
            written = sink.write(lines.toWrite());
        } catch (IOException e) {
            throw fail("The recording could not be written", e);
        }
        if (written != lines.length()) {
            throw fail(
                    "The recording could not be written",
                    new IOException("only " + written + " of " + lines.length() + " bytes were taken"));
        }
        length += written;
        if (!unsynced) {
            unsynced = true;
            store.grew(this);
        }
    }

    @GuardedBy("appending")
    private RecordingFailed fail(String what, Throwable cause) {
        RecordingFailed failed = new RecordingFailed(what + ": " + Folders.words(cause), cause);
        if (failure == null) {
            failure = failed;
            if (begun) {
                store.tell(onFailure);
            }
        }
        return failed;
    }

    private void syncNow() throws RecordingFailed {
        sync();
        appending.lock();
        try {
            if (failure != null) {
                throw new RecordingFailed(String.valueOf(failure.getMessage()), failure);
            }
        } finally {
            appending.unlock();
        }
    }

    /** Syncs what is unsynced. A sync that fails is never tried again: what it dropped would be said to be safe. */
    void sync() {
        syncing.lock();
        try {
            if (closed) {
                return;
            }
            appending.lock();
            try {
                if (!unsynced || failure != null) {
                    return;
                }
                unsynced = false;
            } finally {
                appending.unlock();
            }
            syncFile();
        } finally {
            syncing.unlock();
        }
    }

    @GuardedBy("syncing")
    private void syncFile() {
        try {
            sink.sync();
        } catch (IOException | RuntimeException e) {
            appending.lock();
            try {
                var _ = fail("The recording could not be made safe on the disk", e);
            } finally {
                appending.unlock();
            }
        }
    }

    /** How many bytes of output are recorded, stdout and stderr together. Never waits for the disk. */
    public long outputBytes() {
        return outputBytes.get();
    }

    /** The asciicast file, for those who follow it. */
    public Path file() {
        return file;
    }

    /**
     * Ends the recording: syncs, reads the file once for its digest, writes {@code seal.json} beside it and makes it
     * read-only. Appends throw from now on. A second call gives the same answer.
     *
     * <p>The digest is taken here and not while appending, to keep it off the way of the bytes: it costs about a second for
     * each gigabyte recorded. A recording that had failed is sealed too, up to the last append that succeeded and with the
     * reason {@link Sealed#FAILED}.
     *
     * @throws RecordingFailed if it cannot be sealed; it is then found by {@link RecordingStore#recover} at the next start
     */
    public Sealed seal() throws RecordingFailed {
        sealing.lock();
        try {
            if (sealed != null) {
                return sealed;
            }
            takeNoMore();
            sync();
            close();
            long bytes;
            boolean failed;
            appending.lock();
            try {
                bytes = length;
                failed = failure != null;
            } finally {
                appending.unlock();
            }
            Sealed seal = SealFile.write(file, bytes, store.now(), failed ? Sealed.FAILED : Sealed.ENDED);
            sealed = seal;
            store.sealed(sessionId);
            return seal;
        } catch (IOException e) {
            throw new RecordingFailed("The recording could not be sealed: " + Folders.words(e), e);
        } finally {
            sealing.unlock();
        }
    }

    private void takeNoMore() {
        appending.lock();
        try {
            over = true;
        } finally {
            appending.unlock();
        }
    }

    /** Lets go of the file. Without {@link #seal} before or after it, the recording stays unsealed. Safe to call twice. */
    @Override
    public void close() {
        takeNoMore();
        syncing.lock();
        try {
            if (!closed) {
                closed = true;
                sink.close();
            }
        } catch (IOException e) {
            // What was synced is safe, and what was not is not made so by closing: there is nothing to add.
        } finally {
            syncing.unlock();
        }
    }
}
