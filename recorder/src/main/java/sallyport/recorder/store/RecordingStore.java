package sallyport.recorder.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sallyport.recorder.Chain;
import sallyport.recorder.Checked;
import sallyport.recorder.Damage;
import sallyport.recorder.Header;
import sallyport.recorder.HeaderLine;
import sallyport.recorder.LineBuffer;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.Source;
import sallyport.recorder.StreamKind;

/**
 * Where recordings are: {@code <root>/YYYY/MM/DD/<session-id>/part-0001.cast} and further parts, by the UTC date of the start,
 * folders for the owner alone (0700), files too (0600, sealed 0400), and {@code seal.json} beside a recording that is over.
 * What is not sealed and packed yet is named in {@code <root>/open}.
 *
 * <p>Safe for any thread. It owns three: {@code recording-sync} syncs what has grown and tells of failures,
 * {@code recording-pack} compresses what does not grow any more, {@code recording-evidence} tells the log.
 */
public final class RecordingStore implements AutoCloseable {

    /** Recorded bytes never wait longer than this for their sync, however slow the disk is. */
    private static final Duration LONGEST_SYNC_INTERVAL = Duration.ofSeconds(5);

    /** How many line buffers are kept for the next append; more are made for a moment if more threads append at once. */
    private static final int KEPT_BUFFERS = 16;

    private final Folders folders;
    private final InstantSource clock;
    private final StoreSetup setup;
    private final Sink.Maker sinks;
    private final Room room;
    private final Leisure leisure;
    private final ScheduledThreadPoolExecutor syncer;
    private final ThreadPoolExecutor packer;
    private final ThreadPoolExecutor teller;
    /** Recordings that were begun here and are not sealed: not for {@link #recover}. */
    private final Set<String> open = ConcurrentHashMap.newKeySet();

    private final LinkedBlockingDeque<LineBuffer> buffers = new LinkedBlockingDeque<>(KEPT_BUFFERS);
    private final Queue<Recording> grown = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean syncIsDue = new AtomicBoolean();
    private final AtomicBoolean shut = new AtomicBoolean();
    private final AtomicLong failedPackings = new AtomicLong();
    private final AtomicInteger paused = new AtomicInteger();
    private volatile long syncNanos;

    /**
     * Nobody is told, nothing is signed or encrypted, and syncs are measured by {@code clock}.
     *
     * @param root made with the first recording if it is absent
     * @param clock for clock comments and the time of sealing
     */
    public RecordingStore(Path root, InstantSource clock) {
        this(root, clock, StoreSetup.plain(() -> clock.millis() * 1_000_000));
    }

    /**
     * @param root made with the first recording if it is absent
     * @param clock for clock comments and the time of sealing
     */
    public RecordingStore(Path root, InstantSource clock, StoreSetup setup) {
        this(root, clock, setup, Sink::file);
    }

    RecordingStore(Path root, InstantSource clock, StoreSetup setup, Sink.Maker sinks) {
        this.folders = new Folders(root);
        this.clock = clock;
        this.setup = setup;
        this.sinks = sinks;
        this.room = new Room(root, setup.reserveBytes());
        this.leisure = new Leisure(setup.nanos());
        this.syncNanos = setup.limits().syncEvery().toNanos();
        this.syncer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("recording-sync").factory());
        syncer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.packer = single("recording-pack");
        this.teller = single("recording-evidence");
        if (setup.reserveBytes() > 0) {
            packer.execute(room::keepReserve);
        }
    }

    private static ThreadPoolExecutor single(String name) {
        return new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name(name).factory());
    }

    /**
     * Begins a recording. When this returns, its header is on the disk.
     *
     * @param sessionId UUID text, lower case
     * @param nanos a monotonic clock in nanoseconds, as {@link System#nanoTime}; read once here and once for each append
     * @param watch told if it fails, so that an idle session can be ended too
     * @throws RecordingFailed if the folder or file cannot be made, exists already, or cannot be written
     * @throws IllegalArgumentException if {@code sessionId} is no UUID
     */
    public Recording create(String sessionId, Header header, StreamKind kind, LongSupplier nanos, RecordingWatch watch)
            throws RecordingFailed {
        return create(sessionId, header, kind, nanos, watch, false);
    }

    /**
     * The same.
     *
     * @param mayUseReserve whether, on a full disk, the room that is kept in reserve is given up for this one
     */
    public Recording create(
            String sessionId,
            Header header,
            StreamKind kind,
            LongSupplier nanos,
            RecordingWatch watch,
            boolean mayUseReserve)
            throws RecordingFailed {
        if (!Folders.isSessionId(sessionId)) {
            throw new IllegalArgumentException("\"" + sessionId + "\" is no UUID in lower case");
        }
        Path folder = null;
        try {
            byte[] line = new HeaderLine(header, kind).toBytes();
            if (line.length > LineBuffer.LONGEST_RAW) {
                throw new RecordingFailed(
                        "No recording could be made: its header would have " + line.length + " bytes, and "
                                + LineBuffer.LONGEST_RAW + " is the most. Is the command very long?",
                        null);
            }
            folder = folder(sessionId, header.startedAt(), mayUseReserve);
            Recording recording = begin(sessionId, folder, header, line, kind, nanos, watch, mayUseReserve);
            Folders.sync(folder);
            tell(evidence -> evidence.opened(sessionId, hex(Chain.sha256().digest(line))));
            return recording;
        } catch (FileAlreadyExistsException e) {
            throw new RecordingFailed("No recording could be made: this session has one already.", e);
        } catch (IOException e) {
            removeBeginning(sessionId, folder);
            throw new RecordingFailed("No recording could be made: " + Folders.words(e), e);
        } catch (RecordingFailed e) {
            removeBeginning(sessionId, folder);
            throw e;
        }
    }

    private Path folder(String sessionId, Instant startedAt, boolean mayUseReserve) throws IOException {
        try {
            return folders.make(sessionId, startedAt);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException e) {
            if (mayUseReserve && Folders.isFull(e) && room.release()) {
                return folders.make(sessionId, startedAt);
            }
            forget(sessionId);
            throw e;
        }
    }

    /** A note of what is not there does no harm. */
    private void forget(String sessionId) {
        try {
            folders.forget(sessionId);
        } catch (IOException e) {
            // Recovery will find that there is nothing.
        }
    }

    private Recording begin(
            String sessionId,
            Path folder,
            Header header,
            byte[] line,
            StreamKind kind,
            LongSupplier nanos,
            RecordingWatch watch,
            boolean mayUseReserve)
            throws IOException, RecordingFailed {
        if (!room.has(line.length, mayUseReserve) && !(mayUseReserve && room.release())) {
            throw new IOException("No space left on device");
        }
        open.add(sessionId);
        Recording recording = new Recording(this, sessionId, files(folder), header, kind, nanos, watch, mayUseReserve);
        try {
            recording.begin(line);
            return recording;
        } catch (RecordingFailed e) {
            recording.close();
            throw e;
        }
    }

    /** Nothing was recorded yet, so there is nothing that {@link #recover} should find. */
    private void removeBeginning(String sessionId, @Nullable Path folder) {
        if (folder == null) {
            return;
        }
        open.remove(sessionId);
        try {
            remove(folder);
            folders.forget(sessionId);
        } catch (IOException e) {
            // The caller is told why there is no recording; what is left of it does no harm.
        }
    }

    private static void remove(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.toList();
        } catch (NoSuchFileException absent) {
            return;
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(folder);
    }

    /** The ids of all sessions that have a folder here, sealed or not, oldest day first. */
    public List<String> sessions() throws IOException {
        return folders.all().stream().map(Folders::nameOf).toList();
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
        Optional<Path> folder = folders.find(sessionId);
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        PartFiles files = files(folder.get());
        if (files.numbers().isEmpty() && !SealFile.exists(folder.get())) {
            return Optional.empty();
        }
        return Optional.of(new RecordingFile(sessionId, folder.get(), files, SealFile.read(folder.get())));
    }

    /**
     * Removes a recording for good, because {@code rule} says so. False if there is none.
     *
     * @throws IOException if it is still being made or packed, or cannot be removed; then it may be tried again
     */
    public boolean delete(String sessionId, String rule) throws IOException {
        if (!Folders.isSessionId(sessionId)) {
            return false;
        }
        Optional<Path> folder = folders.find(sessionId);
        if (folder.isEmpty()) {
            return false;
        }
        if (open.contains(sessionId) || !SealFile.exists(folder.get())) {
            throw new IOException("the recording of session " + sessionId + " is not over");
        }
        if (folders.open().orElse(List.of()).contains(sessionId)) {
            throw new IOException("the recording of session " + sessionId + " is being packed");
        }
        remove(folder.get());
        Folders.sync(Folders.of(folder.get()));
        tell(evidence -> evidence.deleted(sessionId, rule));
        return true;
    }

    /**
     * Seals what a crash left behind, as the list of open sessions names it: writes a sidecar for each, with the lengths of the
     * good lines and the reason {@link Sealed#BASTION_DIED}, and packs what was not packed yet. The recordings themselves are
     * never edited. Recordings that this store began are left alone. One that cannot be read or sealed is told in its answer and
     * does not keep the others. Takes time in proportion to what it finds, so it belongs on a thread of its own.
     *
     * @param goesOn asked before each; what is left when it says no is found by the next start
     * @param found told of each that was not sealed yet, on the calling thread
     * @throws IOException if the folders cannot be read
     */
    public void recover(BooleanSupplier goesOn, Consumer<Unsealed> found) throws IOException {
        Optional<List<String>> left = folders.open();
        if (left.isEmpty()) {
            // An earlier version kept no list.
            if (recoverAll(goesOn, found)) {
                folders.keepList();
            }
            return;
        }
        for (String sessionId : left.get()) {
            if (!goesOn.getAsBoolean()) {
                return;
            }
            if (open.contains(sessionId)) {
                continue;
            }
            Optional<Path> folder = folders.noted(sessionId);
            if (folder.isEmpty() || files(folder.get()).numbers().isEmpty()) {
                if (folder.isPresent()) {
                    remove(folder.get());
                }
                folders.forget(sessionId);
            } else {
                recover(sessionId, folder.get()).ifPresent(found);
            }
        }
    }

    /**
     * The same for every folder that there is, whether the list names it or not. Takes time in proportion to the store.
     *
     * @return whether it was done with all
     */
    public boolean recoverAll(BooleanSupplier goesOn, Consumer<Unsealed> found) throws IOException {
        for (Path folder : folders.all()) {
            if (!goesOn.getAsBoolean()) {
                return false;
            }
            String sessionId = Folders.nameOf(folder);
            if (!open.contains(sessionId)
                    && !SealFile.exists(folder)
                    && !files(folder).numbers().isEmpty()) {
                recover(sessionId, folder).ifPresent(found);
            }
        }
        return true;
    }

    /** Empty if it was sealed already. */
    private Optional<Unsealed> recover(String sessionId, Path folder) {
        PartFiles files = files(folder);
        try {
            Optional<Sealed> before = SealFile.read(folder);
            if (before.isPresent()) {
                packAll(files, sessionId, folder, before.get());
                return Optional.empty();
            }
            List<Sealed.Part> parts = new ArrayList<>();
            Optional<Damage> damage = Optional.empty();
            String chain = "";
            int last = files.numbers().getLast();
            for (int number = 1; number <= last; number++) {
                Checked checked = check(files, number);
                if (damage.isEmpty()) {
                    damage = checked.damage();
                    if (damage.isEmpty() && number > 1 && !follows(checked, chain)) {
                        damage = Optional.of(new Damage(number, 0, "this part does not follow the one before it"));
                    }
                }
                chain = checked.chain();
                parts.add(new Sealed.Part(checked.bytes(), checked.sha256(), chain, Optional.empty()));
            }
            Optional<Checked> typed = checkInput(files);
            damage = damage.or(() -> typed.flatMap(Checked::damage).map(RecordingStore::ofInput));
            Sealed seal = new Sealed(
                    parts,
                    now(),
                    Sealed.BASTION_DIED,
                    typed.map(checked -> new Sealed.Part(checked.bytes(), checked.sha256(), "", Optional.empty())));
            seal(files, sessionId, seal);
            return Optional.of(new Unsealed(sessionId, Optional.of(seal), damage));
        } catch (IOException e) {
            return Optional.of(new Unsealed(
                    sessionId,
                    Optional.empty(),
                    Optional.of(new Damage(0, "it cannot be read or sealed: " + Folders.words(e)))));
        }
    }

    private static boolean follows(Checked checked, String chain) {
        return checked.later().map(later -> later.after().equals(chain)).orElse(false);
    }

    private static Checked check(PartFiles files, int number) throws IOException {
        Optional<Path> file = files.find(number, PartFiles.CAST);
        Optional<Source> source = file.isPresent() ? files.open(file.get()) : Optional.empty();
        if (source.isEmpty()) {
            String nothing = hex(Chain.sha256().digest());
            return new Checked(
                    0, nothing, "", Optional.empty(), Optional.of(new Damage(number, 0, "the part is missing")));
        }
        return RecordingReader.check(source.get(), number);
    }

    /** Empty if it was not recorded. */
    private static Optional<Checked> checkInput(PartFiles files) throws IOException {
        Optional<Path> file = files.find(files.input());
        Optional<Source> source = file.isPresent() ? files.open(file.get()) : Optional.empty();
        return source.isPresent() ? Optional.of(RecordingReader.check(source.get(), 1)) : Optional.empty();
    }

    private static Damage ofInput(Damage damage) {
        return new Damage(0, damage.position(), "what was typed: " + damage.words());
    }

    /** Writes the sidecar, tells of it, and has everything packed. */
    void seal(PartFiles files, String sessionId, Sealed seal) throws IOException {
        Path folder = files.folder();
        List<Path> plain = new ArrayList<>(List.of(files.input()));
        for (int number : files.numbers()) {
            plain.add(files.plain(number, PartFiles.CAST));
            plain.add(files.plain(number, PartFiles.KEYS));
        }
        for (Path file : plain) {
            if (Files.exists(file)) {
                Files.setPosixFilePermissions(file, SealFile.READ_ONLY);
            }
        }
        SealFile.write(folder, sessionId, seal, setup.signer());
        open.remove(sessionId);
        tell(evidence -> evidence.sealed(sessionId, seal));
        packAll(files, sessionId, folder, seal);
    }

    /** A part does not grow any more, though its recording does. */
    void rolled(PartFiles files, int number) {
        pack(() -> {
            var _ = new Packer(files, leisure.worker()).pack(number);
        });
    }

    private void packAll(PartFiles files, String sessionId, Path folder, Sealed seal) {
        pack(() -> {
            Packer each = new Packer(files, leisure.worker());
            List<Optional<Sealed.Packed>> packed = new ArrayList<>();
            for (int i = 0; i < seal.parts().size(); i++) {
                packed.add(each.pack(i + 1));
            }
            Optional<Sealed.Packed> input = seal.input().isPresent() ? each.packInput() : Optional.empty();
            SealFile.write(folder, sessionId, seal.with(packed, input), setup.signer());
            folders.forget(sessionId);
        });
    }

    /** Something of the packer. */
    @FunctionalInterface
    private interface Packing {
        void run() throws IOException;
    }

    /** What fails is tried again at the next start: until then the plain file is what counts. */
    private void pack(Packing packing) {
        try {
            packer.execute(() -> {
                if (shut.get()) {
                    return;
                }
                try {
                    packing.run();
                } catch (IOException | RuntimeException e) {
                    failedPackings.incrementAndGet();
                }
            });
        } catch (RejectedExecutionException closed) {
            // The list of open sessions still has it.
        }
    }

    /** How often packing failed since the start, for metrics: the disk may be full, or the vault broken. */
    public long failedPackings() {
        return failedPackings.get();
    }

    void paused(boolean yes) {
        paused.addAndGet(yes ? 1 : -1);
    }

    /** How many recordings wait for room on a full disk, and their sessions with them. */
    public int pausedRecordings() {
        return paused.get();
    }

    /** How many packings wait. */
    public int packingsLeft() {
        return packer.getActiveCount() + packer.getQueue().size();
    }

    private PartFiles files(Path folder) {
        return new PartFiles(folder, setup.vault());
    }

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    void checked(String sessionId, int part, long bytes, String chain) {
        tell(evidence -> evidence.checked(sessionId, part, bytes, chain));
    }

    private void tell(Consumer<Evidence> what) {
        try {
            teller.execute(() -> {
                try {
                    what.accept(setup.evidence());
                } catch (RuntimeException e) {
                    // It was asked not to; the next leaf is not lost for it.
                }
            });
        } catch (RejectedExecutionException closed) {
            // Whoever closed the store has closed the log.
        }
    }

    Limits limits() {
        return setup.limits();
    }

    Room room() {
        return room;
    }

    /** For work that is to give way to recording. */
    public Leisure leisure() {
        return leisure;
    }

    Sink sink(Path file) throws IOException {
        return sinks.make(file);
    }

    /** How long recorded bytes wait for their sync now: {@link Limits#syncEvery}, or longer where the disk is slow. */
    public Duration syncInterval() {
        return Duration.ofNanos(syncNanos);
    }

    /** Syncs what waits for it, tells what is to be told, and ends the threads; a packing that runs is finished. Recordings that are still open stay unsealed. Safe to call twice. */
    @Override
    public void close() {
        if (!shut.getAndSet(true)) {
            leisure.end();
            syncer.execute(this::syncAll);
            syncer.shutdown();
            packer.shutdown();
            teller.shutdown();
        }
        boolean interrupted = false;
        // Not ExecutorService.close(): that interrupts the thread if this one is, and so would close the files it
        // syncs.
        for (ThreadPoolExecutor thread : List.of(syncer, packer, teller)) {
            while (!thread.isTerminated()) {
                try {
                    var _ = thread.awaitTermination(1, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
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

    /** {@code recording} has bytes that wait for a sync, and had none before. */
    void grew(Recording recording) {
        grown.add(recording);
        if (syncIsDue.compareAndSet(false, true)) {
            try {
                var _ = syncer.schedule(this::syncAll, syncNanos, TimeUnit.NANOSECONDS);
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
        long begun = setup.nanos().getAsLong();
        round.forEach(Recording::sync);
        pace(setup.nanos().getAsLong() - begun);
    }

    /** Where the syncs take over half of the interval it doubles, so that writes are not starved; else it shrinks again. */
    private void pace(long tookNanos) {
        long usual = setup.limits().syncEvery().toNanos();
        long wider = Math.min(syncNanos * 2, Math.max(usual, LONGEST_SYNC_INTERVAL.toNanos()));
        syncNanos = tookNanos > syncNanos / 2
                ? wider
                : tookNanos < syncNanos / 8 ? Math.max(usual, syncNanos / 2) : syncNanos;
    }

    void tell(Runnable news) {
        try {
            syncer.execute(news);
        } catch (RejectedExecutionException closed) {
            // Whoever closed the store has ended the sessions.
        }
    }
}
