package sallyport.recorder.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sallyport.recorder.Chain;
import sallyport.recorder.Event;
import sallyport.recorder.Header;
import sallyport.recorder.HeaderLine;
import sallyport.recorder.LineBuffer;
import sallyport.recorder.RecordedStream;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.StreamKind;
import sallyport.recorder.screen.Redraw;
import sallyport.recorder.screen.Screen;

/**
 * The recording of one session, growing. Record, then relay: when an append has returned, the operating system has the bytes,
 * so that a death of this process loses nothing; a loss of power loses at most the last {@link RecordingStore#syncInterval}
 * and the time that a sync takes.
 *
 * <p><b>Threads.</b> Any thread may append; appends are whole and in order. <b>A thread that appends must never be
 * interrupted</b>: an interrupt in the middle of a write closes the file for good, and so ends the session. Stop such a
 * thread by closing its input.
 *
 * <p><b>Failure is final.</b> An append is one {@code write(2)} of whole lines. Where the disk is full and nothing was written,
 * it waits for room, and with it every other append: {@link RecordingWatch#paused}. If there is none after
 * {@link Limits#longestPause}, or if a write fails otherwise or is cut short, or if a sync fails, then this and every later append
 * throws {@link RecordingFailed}, nothing more is written, nothing is tried again, and {@link RecordingWatch#failed} is told.
 */
public final class Recording implements AutoCloseable {

    /** How long the label of a marker may be, in characters; the rest is cut off and an ellipsis says so. */
    public static final int LONGEST_LABEL = 4096;

    /** The names of RFC 4254 section 6.10 and some more, at their numbers on Linux. */
    private static final List<String> SIGNALS = List.of(
            "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
            "ALRM", "TERM");

    private static final Pattern SIGNAL_NAME = Pattern.compile("[A-Za-z0-9@._-]{1,64}");

    /** A part that is long enough waits for so much more text, in bytes, until the terminal is between two sequences. */
    private static final long PART_PATIENCE = 1L << 20;

    /** How much of a picture goes into one event, in characters. */
    private static final int PICTURE_PIECE = 32 << 10;

    private final RecordingStore store;
    private final Limits limits;
    private final String sessionId;
    private final PartFiles files;
    private final Header header;
    private final StreamKind kind;
    private final LongSupplier nanos;
    private final long startNanos;
    private final RecordingWatch watch;
    private final boolean mayUseReserve;
    private final AtomicLong outputBytes = new AtomicLong();

    /** One seals, others wait for the answer. Taken before the other two. */
    private final ReentrantLock sealing = new ReentrantLock();

    /** Held while files are synced or closed, so that none is closed under a sync. Never taken by who appends. */
    private final ReentrantLock syncing = new ReentrantLock();

    /** Keeps appends whole and in order. Held across the write, also while that waits for room on the disk. */
    private final ReentrantLock appending = new ReentrantLock();

    // What these two hold is guarded by "appending" as well: only the inside of an append asks them.
    private final RecordedStream stdout;
    private final RecordedStream stderr;

    /** What the terminal shows; asked only by the thread that brings output, before that output. */
    @GuardedBy("appending")
    private Supplier<Optional<Screen>> model = Optional::empty;

    @GuardedBy("appending")
    private int columns;

    @GuardedBy("appending")
    private int rows;

    /** Since the start, up to the last event; the next interval begins here, so that rounding does not add up. */
    @GuardedBy("appending")
    private long toldMillis;

    @GuardedBy("appending")
    private Instant clockTold;

    @GuardedBy("appending")
    private long clockToldMillis;

    /** The part that grows; replaced only while appending. */
    private volatile LivePart part;

    /** Parts that are over, to be synced and closed before the one that grows. */
    private final Queue<LivePart> rolled = new ConcurrentLinkedQueue<>();

    /** What is typed, if that is recorded. */
    private volatile @Nullable InputTrack input;

    /** What is stated of the parts that are over. */
    @GuardedBy("appending")
    private final List<Sealed.Part> done = new ArrayList<>();

    private final AtomicBoolean unsynced = new AtomicBoolean();
    private final AtomicReference<@Nullable RecordingFailed> failure = new AtomicReference<>();

    @GuardedBy("appending")
    private boolean paused;

    /** Set when nobody will wait for room on the disk any more. */
    private final CountDownLatch hurried = new CountDownLatch(1);

    /** Set once the header is safe: until then only the caller of create is told of a failure. */
    private volatile boolean begun;

    /** Nothing is appended any more. */
    @GuardedBy("appending")
    private boolean over;

    @GuardedBy("syncing")
    private boolean closed;

    @GuardedBy("sealing")
    private @Nullable Sealed sealed;

    /** One file while it grows. Guarded by "appending", but for its sink, which is synced and closed under "syncing". */
    private static final class LivePart {
        final int number;
        final Path file;
        final Sink sink;
        final KeyFrames keys;
        final long fromMillis;
        final Chain chain = new Chain();

        /** Bytes of whole lines that are in the file. */
        long length;

        /** The end of the last line of the chain. */
        long chained;

        /** The last value of the chain, and of how many bytes it is the SHA-256. */
        String chainValue = "";

        long chainBytes;

        LivePart(int number, Path file, Sink sink, KeyFrames keys, long fromMillis) {
            this.number = number;
            this.file = file;
            this.sink = sink;
            this.keys = keys;
            this.fromMillis = fromMillis;
        }
    }

    /** Makes the first file; {@link #begin} writes into it. */
    Recording(
            RecordingStore store,
            String sessionId,
            PartFiles files,
            Header header,
            StreamKind kind,
            LongSupplier nanos,
            RecordingWatch watch,
            boolean mayUseReserve)
            throws IOException {
        this.store = store;
        this.limits = store.limits();
        this.sessionId = sessionId;
        this.files = files;
        this.header = header;
        this.kind = kind;
        this.nanos = nanos;
        this.startNanos = nanos.getAsLong();
        this.watch = watch;
        this.mayUseReserve = mayUseReserve;
        this.columns = header.columns();
        this.rows = header.rows();
        this.clockTold = header.startedAt();
        this.stdout = new RecordedStream(false, kind);
        this.stderr = new RecordedStream(true, kind);
        this.part = makePart(1, 0);
    }

    private LivePart makePart(int number, long fromMillis) throws IOException {
        Path file = files.plain(number, PartFiles.CAST);
        Sink sink = store.sink(file);
        return new LivePart(number, file, sink, new KeyFrames(limits, keysSink(number), fromMillis, 0), fromMillis);
    }

    /** Null if there is no terminal, or the file cannot be made: recordings do without. */
    private @Nullable Sink keysSink(int number) {
        if (kind == StreamKind.PLAIN) {
            return null;
        }
        try {
            return Sink.file(files.plain(number, PartFiles.KEYS));
        } catch (IOException e) {
            return null;
        }
    }

    /** Writes and syncs the first lines. */
    void begin(byte[] headerLine) throws RecordingFailed {
        appending.lock();
        try {
            LineBuffer lines = store.borrow();
            try {
                lines.clear();
                lines.raw(headerLine);
                clock(lines, header.startedAt(), 0);
                write(lines);
            } finally {
                store.giveBack(lines);
            }
        } finally {
            appending.unlock();
        }
        syncNow();
        begun = true;
    }

    /**
     * Says what shows the session's terminal: it is drawn at the beginning of each further part, and now and then beside the
     * recording, so that a moment is found quickly. Asked within {@link #output}, on the thread that calls that, before those
     * bytes are recorded; so whoever records and then feeds the screen, on one thread, has it exact.
     *
     * @param shows empty while there is none
     */
    public void model(Supplier<Optional<Screen>> shows) {
        appending.lock();
        try {
            model = shows;
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
            append(true, (lines, interval) -> taken > 0 && (toStderr ? stderr : stdout).append(bytes, lines, interval));
            outputBytes.addAndGet(taken);
            bytes.limit(end);
        } while (bytes.hasRemaining());
    }

    /**
     * From now on what people type is recorded too, in a file of its own that no reader of the recording sees. When this returns, its
     * header is on the disk. Called once, before {@link #input}.
     *
     * @param how much of it, as one word for the header
     */
    public void recordInput(String how) throws RecordingFailed {
        byte[] headerLine = InputTrack.header(header, how);
        appending.lock();
        try {
            refuseIfOver();
            if (input != null) {
                throw new IllegalStateException("what is typed is recorded already");
            }
            InputTrack[] made = new InputTrack[1];
            insist(0, () -> {
                made[0] = new InputTrack(store.sink(files.input()));
                return 0;
            });
            InputTrack track = made[0];
            input = track;
            LineBuffer lines = store.borrow();
            try {
                lines.clear();
                track.begin(lines, headerLine, store.now(), millis(0));
                write(lines, track);
            } finally {
                store.giveBack(lines);
            }
        } finally {
            appending.unlock();
        }
        syncNow();
        try {
            Folders.sync(files.folder());
        } catch (IOException e) {
            throw fail("The recording could not be made safe on the disk", e);
        }
    }

    /**
     * Records what somebody typed. Takes all of {@code bytes}; they are kept exactly. When this returns, the operating system has
     * them, as with output.
     *
     * @param who typed it, as text for people
     * @throws IllegalStateException without {@link #recordInput}
     */
    public void input(String who, ByteBuffer bytes) throws RecordingFailed {
        int end = bytes.limit();
        while (bytes.hasRemaining()) {
            bytes.limit(Math.min(end, bytes.position() + LineBuffer.LONGEST_APPEND));
            input(who, bytes, false);
            bytes.limit(end);
        }
    }

    /** Records that somebody typed something that was not shown: not what, nor how much. Otherwise as {@link #input}. */
    public void hiddenInput(String who) throws RecordingFailed {
        input(who, ByteBuffer.wrap(Event.Input.HIDDEN.getBytes(StandardCharsets.US_ASCII)), true);
    }

    private void input(String who, ByteBuffer bytes, boolean hidden) throws RecordingFailed {
        InputTrack track = input;
        if (track == null) {
            throw new IllegalStateException("what is typed is not recorded");
        }
        appending.lock();
        try {
            refuseIfOver();
            LineBuffer lines = store.borrow();
            try {
                long now = millis(track.toldMillis());
                lines.clear();
                track.check(lines, limits, store::now, now);
                track.put(lines, who, bytes, hidden, now);
                write(lines, track);
            } catch (RuntimeException broken) {
                throw fail("Recording broke", broken);
            } finally {
                store.giveBack(lines);
            }
        } finally {
            appending.unlock();
        }
    }

    @GuardedBy("appending")
    private void write(LineBuffer lines, InputTrack to) throws RecordingFailed {
        if (to.isTooLong(lines.length())) {
            throw fail(
                    "What is typed could not be recorded",
                    new IOException("it is more than " + InputTrack.MOST_TEXT + " bytes"));
        }
        write(lines, to.sink);
        to.wrote(lines);
    }

    /** Since the start of the session, and not before {@code earliest}. */
    private long millis(long earliest) {
        return Math.max(earliest, (nanos.getAsLong() - startNanos + 500_000) / 1_000_000);
    }

    /** Records that the terminal has a new size, in cells. */
    public void resize(int newColumns, int newRows) throws RecordingFailed {
        appending.lock();
        try {
            append(false, (lines, interval) -> {
                lines.event(interval, 'r', newColumns + "x" + newRows);
                return true;
            });
            columns = newColumns;
            rows = newRows;
            part.keys.resized();
        } finally {
            appending.unlock();
        }
    }

    /** Records that something happened that people will look for, as "engineer attached 120x40". */
    public void marker(String label) throws RecordingFailed {
        append(false, (lines, interval) -> {
            lines.event(
                    interval,
                    'm',
                    label.length() <= LONGEST_LABEL ? label : label.substring(0, LONGEST_LABEL - 1) + "…");
            return true;
        });
    }

    /** As {@link #marker}, of something that must not be lost with the power: it is on the disk when this returns. */
    public void syncedMarker(String label) throws RecordingFailed {
        marker(label);
        syncNow();
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
        append(false, (lines, interval) -> {
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

    /** @param exact whether this is the thread that brings output, and so the screen is exact */
    private void append(boolean exact, Lines what) throws RecordingFailed {
        appending.lock();
        try {
            refuseIfOver();
            LineBuffer lines = store.borrow();
            try {
                long now = millis(toldMillis);
                if (exact) {
                    Optional<Screen> screen = model.get();
                    if (isLongEnough(screen, now)) {
                        roll(lines, screen, now);
                    }
                    screen.ifPresent(shown -> part.keys.take(
                            shown, toldMillis, clockTold.plusMillis(toldMillis - clockToldMillis), part.length));
                }
                lines.clear();
                checkPoint(lines, now);
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

    /** The clock and the chain, when it is time for them. */
    @GuardedBy("appending")
    private void checkPoint(LineBuffer lines, long now) {
        boolean minute = now - clockToldMillis >= limits.checkEvery().toMillis();
        long unchained = part.length - part.chained;
        if (unchained > 0 && (minute || unchained > limits.chainBytes() - LineBuffer.LONGEST_APPEND)) {
            chain(lines);
            if (minute) {
                store.checked(sessionId, part.number, part.chainBytes, part.chainValue);
            }
        }
        if (minute) {
            clock(lines, store.now(), now);
        }
    }

    /** Puts in what the chain says of the bytes that are in the file; must be the first line. */
    @GuardedBy("appending")
    private void chain(LineBuffer lines) {
        part.chainValue = part.chain.value();
        part.chainBytes = part.length;
        lines.comment(Chain.line(part.length, part.chainValue));
        part.chained = part.length + lines.length();
    }

    @GuardedBy("appending")
    private void clock(LineBuffer lines, Instant time, long millis) {
        lines.comment(clockLine(time, millis));
        clockTold = time;
        clockToldMillis = millis;
    }

    static String clockLine(Instant time, long millis) {
        return "#clock " + time + " " + millis / 1000 + "."
                + String.valueOf(1000 + millis % 1000).substring(1);
    }

    @GuardedBy("appending")
    private boolean isLongEnough(Optional<Screen> screen, long now) {
        boolean longEnough = part.length >= limits.partBytes()
                || now - part.fromMillis >= limits.partAge().toMillis();
        return longEnough
                && (screen.isEmpty() || screen.get().atRest() || part.length >= limits.partBytes() + PART_PATIENCE);
    }

    /** Ends the part and begins the next one, which can be played without those before it. */
    @GuardedBy("appending")
    private void roll(LineBuffer lines, Optional<Screen> screen, long now) throws RecordingFailed {
        LivePart old = part;
        endPart(lines);
        long from = toldMillis;
        byte[] headerLine;
        try {
            headerLine = new HeaderLine(
                            new Header(
                                    columns,
                                    rows,
                                    header.terminalType(),
                                    header.startedAt().plusMillis(from),
                                    header.command(),
                                    header.title(),
                                    header.env(),
                                    header.sallyport()),
                            kind,
                            Optional.of(new HeaderLine.Later(old.number + 1, from, old.chainValue)))
                    .toBytes();
        } catch (IOException impossible) {
            throw new IllegalStateException("memory cannot be written to", impossible);
        }
        LivePart[] next = new LivePart[1];
        insist(0, () -> {
            next[0] = makePart(old.number + 1, from);
            return 0;
        });
        part = next[0];
        done.add(statement(old));
        old.keys.close();
        rolled.add(old);
        store.checked(sessionId, old.number, old.chainBytes, old.chainValue);
        lines.clear();
        lines.raw(headerLine);
        write(lines);
        if (screen.isPresent()) {
            for (String piece : picture(screen.get())) {
                lines.clear();
                lines.comment(RecordingReader.SNAPSHOT);
                lines.event(0, 'o', piece);
                write(lines);
            }
        }
        // Behind the picture, which is as old as the last event: the clock is later.
        lines.clear();
        clock(lines, store.now(), now);
        write(lines);
    }

    /** Of a character or sequence that is not finished, only what is whole: the rest comes with the next output. */
    private static List<String> picture(Screen screen) {
        ByteBuffer drawn = ByteBuffer.wrap(Redraw.of(screen, 0));
        CharBuffer text = CharBuffer.allocate(drawn.remaining());
        StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .decode(drawn, text, false);
        String whole = text.flip().toString();
        List<String> pieces = new ArrayList<>();
        for (int at = 0; at < whole.length(); ) {
            int end = Math.min(whole.length(), at + PICTURE_PIECE);
            if (end < whole.length() && Character.isHighSurrogate(whole.charAt(end - 1))) {
                end--;
            }
            pieces.add(whole.substring(at, end));
            at = end;
        }
        return pieces;
    }

    /** Writes the last line of a part. */
    @GuardedBy("appending")
    private void endPart(LineBuffer lines) throws RecordingFailed {
        if (part.length > part.chained) {
            lines.clear();
            chain(lines);
            write(lines);
        }
    }

    private static Sealed.Part statement(LivePart of) {
        return new Sealed.Part(of.length, of.chain.value(), of.chainValue, Optional.empty());
    }

    @GuardedBy("appending")
    private void refuseIfOver() throws RecordingFailed {
        RecordingFailed failed = failure.get();
        if (failed != null) {
            throw new RecordingFailed(failed.getMessage(), failed);
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
        LivePart to = part;
        write(lines, to.sink);
        to.chain.add(lines);
        to.length += lines.length();
    }

    /** All of them, in one write, or the recording has failed. */
    @GuardedBy("appending")
    private void write(LineBuffer lines, Sink to) throws RecordingFailed {
        int written = insist(lines.length(), () -> to.write(lines.toWrite()));
        if (written != lines.length()) {
            throw fail(
                    "The recording could not be written",
                    new IOException("only " + written + " of " + lines.length() + " bytes were taken"));
        }
        store.leisure().recorded(written);
        if (unsynced.compareAndSet(false, true)) {
            store.grew(this);
        }
    }

    /** Something that either fails or is done. */
    @FunctionalInterface
    private interface Attempt {
        int run() throws IOException;
    }

    /**
     * Does it, and where the disk is full, and so nothing was done, waits for room. Whoever else appends waits behind this; all
     * other errors are final at once.
     */
    @GuardedBy("appending")
    private int insist(int bytes, Attempt attempt) throws RecordingFailed {
        long left = limits.longestPause().toNanos();
        while (true) {
            IOException full;
            if (store.room().has(bytes, mayUseReserve)) {
                try {
                    int done = attempt.run();
                    resume();
                    return done;
                } catch (IOException e) {
                    if (!Folders.isFull(e)) {
                        resume();
                        throw fail("The recording could not be written", e);
                    }
                    full = e;
                }
            } else {
                full = new IOException("No space left on device");
            }
            if (mayUseReserve && store.room().release()) {
                continue;
            }
            long wait = Math.min(left, limits.retryEvery().toNanos());
            if (wait <= 0 || failure.get() != null || hurriedAfter(wait)) {
                pause(false);
                throw fail("The recording could not be written", full);
            }
            left -= wait;
        }
    }

    @GuardedBy("appending")
    private void resume() {
        if (paused) {
            pause(false);
            watch.resumed();
        }
    }

    @GuardedBy("appending")
    private void pause(boolean yes) {
        if (paused != yes) {
            paused = yes;
            store.paused(yes);
        }
    }

    /** Waits so long. True if nobody wants to wait any more. */
    @GuardedBy("appending")
    private boolean hurriedAfter(long waitNanos) {
        if (!paused) {
            pause(true);
            if (begun) {
                watch.paused(limits.longestPause());
            }
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return hurried.await(waitNanos, TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    // Nobody should: the next write of this thread will close the file.
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private RecordingFailed fail(String what, Throwable cause) {
        RecordingFailed failed = new RecordingFailed(what + ": " + Folders.words(cause), cause);
        if (failure.compareAndSet(null, failed) && begun) {
            store.tell(watch::failed);
        }
        return failed;
    }

    private void syncNow() throws RecordingFailed {
        sync();
        RecordingFailed failed = failure.get();
        if (failed != null) {
            throw new RecordingFailed(failed.getMessage(), failed);
        }
    }

    /** Syncs what is unsynced. A sync that fails is never tried again: what it dropped would be said to be safe. */
    void sync() {
        syncing.lock();
        try {
            if (!closed && unsynced.getAndSet(false) && failure.get() == null) {
                syncFiles();
            }
        } finally {
            syncing.unlock();
        }
    }

    /** In the order in which they were written, so that what is safe is a beginning of the session. */
    @GuardedBy("syncing")
    private void syncFiles() {
        try {
            boolean newFile = false;
            for (LivePart next = rolled.peek(); next != null; next = rolled.peek()) {
                next.sink.sync();
                next.sink.close();
                rolled.remove();
                newFile = true;
                store.rolled(files, next.number);
            }
            if (newFile) {
                Folders.sync(Folders.of(part.file));
            }
            part.sink.sync();
            InputTrack typed = input;
            if (typed != null) {
                typed.sink.sync();
            }
        } catch (IOException | RuntimeException e) {
            var _ = fail("The recording could not be made safe on the disk", e);
        }
    }

    /** How many bytes of output are recorded, stdout and stderr together. Never waits for the disk. */
    public long outputBytes() {
        return outputBytes.get();
    }

    /** The first of its asciicast files, while it grows. */
    public Path file() {
        return files.plain(1, PartFiles.CAST);
    }

    /**
     * Ends the recording: syncs, and writes {@code seal.json} beside it, with lengths and digests. Appends throw from now on. A
     * second call gives the same answer. Afterwards the store packs what is not packed yet, in its own time.
     *
     * <p>A recording that had failed is sealed too, up to the last append that succeeded and with the reason
     * {@link Sealed#FAILED}.
     *
     * @throws RecordingFailed if it cannot be sealed; it is then found by {@link RecordingStore#recover} at the next start
     */
    public Sealed seal() throws RecordingFailed {
        hurried.countDown();
        sealing.lock();
        try {
            if (sealed != null) {
                return sealed;
            }
            List<Sealed.Part> parts = statements();
            sync();
            close();
            Sealed seal = new Sealed(
                    parts, store.now(), failure.get() != null ? Sealed.FAILED : Sealed.ENDED, typedStatement());
            store.seal(files, sessionId, seal);
            sealed = seal;
            return seal;
        } catch (IOException e) {
            throw new RecordingFailed("The recording could not be sealed: " + Folders.words(e), e);
        } finally {
            sealing.unlock();
        }
    }

    private List<Sealed.Part> statements() {
        appending.lock();
        try {
            if (!over && failure.get() == null) {
                LineBuffer lines = store.borrow();
                try {
                    endPart(lines);
                } catch (RecordingFailed e) {
                    // It is sealed as one that failed.
                } finally {
                    store.giveBack(lines);
                }
            }
            over = true;
            List<Sealed.Part> parts = new ArrayList<>(done);
            parts.add(statement(part));
            return parts;
        } finally {
            appending.unlock();
        }
    }

    private Optional<Sealed.Part> typedStatement() {
        appending.lock();
        try {
            return Optional.ofNullable(input).map(InputTrack::statement);
        } finally {
            appending.unlock();
        }
    }

    /** Lets go of the files. Without {@link #seal} before or after it, the recording stays unsealed. Safe to call twice. */
    @Override
    public void close() {
        hurried.countDown();
        appending.lock();
        try {
            over = true;
            part.keys.close();
        } finally {
            appending.unlock();
        }
        syncing.lock();
        try {
            if (!closed) {
                closed = true;
                for (LivePart next = rolled.poll(); next != null; next = rolled.poll()) {
                    next.sink.close();
                }
                InputTrack typed = input;
                if (typed != null) {
                    typed.sink.close();
                }
                part.sink.close();
            }
        } catch (IOException e) {
            // What was synced is safe, and what was not is not made so by closing: there is nothing to add.
        } finally {
            syncing.unlock();
        }
    }
}
