package sallyport.recorder.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import sallyport.recorder.Damage;
import sallyport.recorder.Header;
import sallyport.recorder.HeaderLine;
import sallyport.recorder.LineBuffer;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.StreamKind;

/**
 * Where recordings are: {@code <root>/YYYY/MM/DD/<session-id>/part-0001.cast}, by the UTC date of the start, folders for the
 * owner alone (0700), files too (0600, sealed 0400), and {@code seal.json} beside a recording that is over.
 *
 * <p>Safe for any thread. It owns one thread, {@code recording-sync}, which syncs what has grown and tells of failures.
 */
public final class RecordingStore implements AutoCloseable {

    /** How long recorded bytes may wait for their sync; all recordings are synced together. */
    public static final Duration SYNC_EVERY = Duration.ofMillis(250);

    /** How many line buffers are kept for the next append; more are made for a moment if more threads append at once. */
    private static final int KEPT_BUFFERS = 16;

    private final Folders folders;
    private final InstantSource clock;
    private final Sink.Maker sinks;
    private final ScheduledThreadPoolExecutor syncer;
    /** Recordings that were begun here and are not sealed: not for {@link #recover}. */
    private final Set<String> open = ConcurrentHashMap.newKeySet();

    private final LinkedBlockingDeque<LineBuffer> buffers = new LinkedBlockingDeque<>(KEPT_BUFFERS);
    private final Queue<Recording> grown = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean syncIsDue = new AtomicBoolean();
    private final AtomicBoolean shut = new AtomicBoolean();

    /**
     * @param root made with the first recording if it is absent
     * @param clock for clock comments and the time of sealing
     */
    public RecordingStore(Path root, InstantSource clock) {
        this(root, clock, Sink::file);
    }

    RecordingStore(Path root, InstantSource clock, Sink.Maker sinks) {
        this.folders = new Folders(root);
        this.clock = clock;
        this.sinks = sinks;
        this.syncer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("recording-sync").factory());
        syncer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * Begins a recording. When this returns, its header is on the disk.
     *
     * @param sessionId UUID text, lower case
     * @param nanos a monotonic clock in nanoseconds, as {@link System#nanoTime}; read once here and once for each append
     * @param onFailure runs once, on the store's thread, if the recording fails, so that an idle session can be ended too.
     *     It must be quick and must not throw.
     * @throws RecordingFailed if the folder or file cannot be made, exists already, or cannot be written
     * @throws IllegalArgumentException if {@code sessionId} is no UUID
     */
    public Recording create(String sessionId, Header header, StreamKind kind, LongSupplier nanos, Runnable onFailure)
            throws RecordingFailed {
        if (!Folders.isSessionId(sessionId)) {
            throw new IllegalArgumentException("\"" + sessionId + "\" is no UUID in lower case");
        }
        Path file = null;
        try {
            byte[] line = new HeaderLine(header, kind).toBytes();
            if (line.length > LineBuffer.LONGEST_RAW) {
                throw new RecordingFailed(
                        "No recording could be made: its header would have " + line.length + " bytes, and "
                                + LineBuffer.LONGEST_RAW + " is the most. Is the command very long?",
                        null);
            }
            file = folders.make(sessionId, header.startedAt());
            Recording recording = begin(sessionId, file, header, line, kind, nanos, onFailure);
            Folders.sync(Folders.of(file));
            return recording;
        } catch (FileAlreadyExistsException e) {
            throw new RecordingFailed("No recording could be made: this session has one already.", e);
        } catch (IOException e) {
            removeBeginning(sessionId, file);
            throw new RecordingFailed("No recording could be made: " + Folders.words(e), e);
        } catch (RecordingFailed e) {
            removeBeginning(sessionId, file);
            throw e;
        }
    }

    private Recording begin(
            String sessionId,
            Path file,
            Header header,
            byte[] line,
            StreamKind kind,
            LongSupplier nanos,
            Runnable onFailure)
            throws IOException, RecordingFailed {
        open.add(sessionId);
        Recording recording = new Recording(this, sessionId, file, sinks.make(file), kind, nanos, onFailure);
        try {
            recording.begin(line, header.startedAt());
            return recording;
        } catch (RecordingFailed e) {
            recording.close();
            throw e;
        }
    }

    /** Nothing was recorded yet, so there is nothing that {@link #recover} should find. */
    private void removeBeginning(String sessionId, @Nullable Path file) {
        if (file == null) {
            return;
        }
        open.remove(sessionId);
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(Folders.of(file));
        } catch (IOException e) {
            // The caller is told why there is no recording; what is left of it does no harm.
        }
    }

    /**
     * The recording of a session, whatever state it is in. Empty if there is none, or if {@code sessionId} is no UUID text.
     *
     * @throws IOException if the folders cannot be read
     */
    public Optional<RecordingFile> find(String sessionId) throws IOException {
        if (!Folders.isSessionId(sessionId)) {
            return Optional.empty();
        }
        Optional<Path> file = folders.find(sessionId);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new RecordingFile(sessionId, file.get(), SealFile.read(file.get())));
    }

    /**
     * Seals what a crash left behind: for each recording without a sidecar, writes one with the length of its good lines and
     * the reason {@link Sealed#BASTION_DIED}. The recording itself is never edited. Recordings that this store began are
     * left alone. One that cannot be read or sealed is told in its answer and does not keep the others.
     *
     * @throws IOException if the folders cannot be read
     */
    public List<Unsealed> recover() throws IOException {
        List<Unsealed> found = new ArrayList<>();
        for (Path file : folders.all()) {
            String sessionId = Folders.nameOf(Folders.of(file));
            if (!SealFile.exists(file) && !open.contains(sessionId)) {
                found.add(recover(sessionId, file));
            }
        }
        return found;
    }

    private Unsealed recover(String sessionId, Path file) {
        long good = 0;
        try {
            Optional<Damage> damage;
            try (RecordingReader reader = RecordingReader.open(file)) {
                while (reader.next().isPresent()) {
                    good = reader.position();
                }
                good = reader.position();
                damage = reader.damage();
            }
            if (damage.isEmpty() && Files.size(file) > good) {
                damage = Optional.of(new Damage(good, "the last line is cut"));
            }
            return new Unsealed(sessionId, Optional.of(SealFile.write(file, good, now(), Sealed.BASTION_DIED)), damage);
        } catch (IOException e) {
            return new Unsealed(
                    sessionId,
                    Optional.empty(),
                    Optional.of(new Damage(good, "it cannot be read or sealed: " + Folders.words(e))));
        }
    }

    /** Syncs what waits for it and ends the thread. Recordings that are still open stay unsealed. Safe to call twice. */
    @Override
    public void close() {
        if (!shut.getAndSet(true)) {
            syncer.execute(this::syncAll);
            syncer.shutdown();
        }
        boolean interrupted = false;
        // Not ExecutorService.close(): that interrupts the thread if this one is, and so would close the files it
        // syncs.
        while (!syncer.isTerminated()) {
            try {
                var _ = syncer.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    Instant now() {
        return clock.instant();
    }

    LineBuffer borrow() {
        LineBuffer kept = buffers.pollFirst();
        return kept == null ? new LineBuffer() : kept;
    }

    void giveBack(LineBuffer buffer) {
        var _ = buffers.offerFirst(buffer);
    }

    void sealed(String sessionId) {
        open.remove(sessionId);
    }

    /** {@code recording} has bytes that wait for a sync, and had none before. */
    void grew(Recording recording) {
        grown.add(recording);
        if (syncIsDue.compareAndSet(false, true)) {
            try {
                var _ = syncer.schedule(this::syncAll, SYNC_EVERY.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException closed) {
                // The store is closed; sealing and the exit event still sync by themselves.
                syncIsDue.set(false);
            }
        }
    }

    private void syncAll() {
        syncIsDue.set(false);
        List<Recording> round = new ArrayList<>();
        for (Recording next = grown.poll(); next != null; next = grown.poll()) {
            round.add(next);
        }
        round.forEach(Recording::sync);
    }

    void tell(Runnable onFailure) {
        try {
            syncer.execute(onFailure);
        } catch (RejectedExecutionException closed) {
            // Whoever closed the store has ended the sessions.
        }
    }
}
