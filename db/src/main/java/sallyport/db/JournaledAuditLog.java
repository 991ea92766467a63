package sallyport.db;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditLog;
import sallyport.policy.audit.EvidenceEntry;
import sallyport.policy.audit.LogEntry;

/**
 * The audit log of the product: entries are synced to a journal in a local folder, and a thread of its own carries them to
 * the database.
 *
 * <p>An entry that {@link #append} has returned for survives {@code kill -9} and power loss, and reaches the audit table
 * exactly once, also if the database is away for long, and in the same transaction becomes a leaf of the log that proves it
 * ({@link EvidenceLog}). What it says about its session is applied to the session's row in
 * the same transaction: attached, detached, renamed, linked, ended, sealed; one that revokes a session withdraws the grant it
 * rests on. The first ending stands.
 *
 * <p>Two threads live as long as this object. {@code audit-journal} alone touches the file being written, so that an interrupt
 * of somebody who appends cannot close it (an interrupted write closes a {@code FileChannel} for good); whoever appends while
 * it syncs is in the next group. {@code audit-carry} reads the files and fills the database.
 */
public final class JournaledAuditLog implements AuditLog, AutoCloseable {

    /** What the journal may take on disk. When it is full, {@link #append} throws. */
    public static final long LIMIT_BYTES = 64L << 20;

    /** Bytes written with one sync, at most, apart from the last line of a group. */
    private static final int GROUP_BYTES = 256 << 10;

    /** After the disk refused a write, it is tried again this often. */
    private static final Duration PROBE_PAUSE = Duration.ofSeconds(1);

    /** What is appended within so long of a transaction goes along in the next one: most of what a session leaves comes together. */
    private static final Duration GATHERING = Duration.ofMillis(25);

    /** The pause after the database was away: doubled from the first to the longest. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(JournaledAuditLog.class);

    private final Path folder;
    private final Journal journal;
    private final Database database;
    private final LinkedBlockingQueue<Appending> queue = new LinkedBlockingQueue<>();
    private final ExecutorService writer = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("audit-journal").factory());
    private final ExecutorService carrier = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("audit-carry").factory());
    private final CompletableFuture<Void> writing;
    private final CompletableFuture<Void> carrying;

    /** Whether the disk refused the last write. */
    private volatile boolean diskRefuses;

    private final AtomicBoolean saidFull = new AtomicBoolean();

    /** Orders {@link #append} and {@link #close}: nothing enters the queue behind its end. Held for an assignment. */
    private final Object closing = new Object();

    @GuardedBy("closing")
    private boolean closed;

    /** A line on its way to the disk. The one without bytes ends the queue. */
    private static final class Appending {
        final byte[] line;
        final CompletableFuture<@Nullable Void> kept = new CompletableFuture<>();

        Appending(byte[] line) {
            this.line = line;
        }
    }

    private JournaledAuditLog(Path folder, Journal journal, Database database) {
        this.folder = folder;
        this.journal = journal;
        this.database = database;
        // A revocation that waits must be in force before the next visit can open on what it took back.
        database.whenBackAgain(journal::hurry);
        this.writing = CompletableFuture.runAsync(this::write, writer);
        this.carrying = CompletableFuture.runAsync(this::carry, carrier);
    }

    /**
     * Opens the journal in {@code folder}, which is made if it is absent, and starts to carry what an earlier process left
     * there. A last line that a kill cut off is dropped: nobody was told that it was kept.
     *
     * @throws UncheckedIOException if the folder cannot be used, or another process uses it
     */
    public static JournaledAuditLog open(Path folder, Database database) {
        return open(folder, database, LIMIT_BYTES);
    }

    /** As {@link #open(Path, Database)}, with another limit. */
    static JournaledAuditLog open(Path folder, Database database, long limitBytes) {
        try {
            return new JournaledAuditLog(folder, Journal.open(folder, limitBytes), database);
        } catch (IOException e) {
            throw new UncheckedIOException("the audit journal in " + folder + " cannot be used", e);
        }
    }

    /**
     * {@inheritDoc} Many callers at the same moment share one sync. An interrupt does not cut it short.
     */
    @Override
    public void append(AuditEntry entry) {
        keep(entry);
    }

    /**
     * Keeps {@code entry} as {@link #append(AuditEntry)} keeps an audit entry: on its return it survives a crash, and it becomes
     * one leaf of the log, however long the database is away.
     *
     * @throws UncheckedIOException if it could not be kept
     */
    public void append(EvidenceEntry entry) {
        keep(entry);
    }

    private void keep(LogEntry entry) {
        byte[] line = JournalLine.encode(JournalRow.of(entry).json());
        Appending appending = new Appending(line);
        if (!journal.promise(line.length)) {
            if (saidFull.compareAndSet(false, true)) {
                LOG.error(
                        "the audit journal in {} is full; audit entries are refused until the database answers",
                        folder);
            }
            throw refused("it is full; it empties when the database answers again");
        }
        synchronized (closing) {
            if (closed) {
                journal.unpromise(line.length);
                throw refused("it is closed");
            }
            queue.add(appending);
        }
        try {
            appending.kept.join();
        } catch (CompletionException e) {
            throw new UncheckedIOException(
                    "the audit journal in " + folder + " could not be written; look at the disk", failure(e));
        }
    }

    private static IOException failure(CompletionException e) {
        return e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }

    private UncheckedIOException refused(String why) {
        return new UncheckedIOException(new IOException("the audit journal in " + folder + " takes no entry: " + why));
    }

    /**
     * {@inheritDoc} It is already false when an eighth of {@link #LIMIT_BYTES} is left: that is kept for the endings of the
     * sessions that run. It becomes true again by itself when there is room and the disk takes bytes.
     */
    @Override
    public boolean isTaking() {
        synchronized (closing) {
            if (closed) {
                return false;
            }
        }
        return !diskRefuses && !writing.isDone() && journal.hasRoom();
    }

    /** How many bytes of entries wait for the database. */
    public long waitingBytes() {
        return journal.waiting();
    }

    /** Waits until everything appended before the call is in the database; false if that took longer than {@code limit}. */
    public boolean awaitDrained(Duration limit) throws InterruptedException {
        return journal.awaitCarried(limit);
    }

    /** The life of {@code audit-journal}. */
    private void write() {
        List<Appending> group = new ArrayList<>();
        boolean more = true;
        try {
            while (more) {
                more = nextGroup(group);
                if (!group.isEmpty()) {
                    store(group);
                    group.clear();
                } else if (diskRefuses) {
                    probe();
                }
            }
        } catch (RuntimeException | Error e) {
            LOG.error("the audit journal has stopped by a fault of ours; openings stop with it", e);
            synchronized (closing) {
                closed = true;
            }
            queue.drainTo(group);
            group.forEach(a -> a.kept.completeExceptionally(e));
            throw e;
        }
    }

    /** Fills {@code group} with what waits, or leaves it empty after a while; false at the end of the queue. */
    private boolean nextGroup(List<Appending> group) {
        Appending next = poll();
        int bytes = 0;
        while (next != null && next.line.length > 0) {
            group.add(next);
            bytes += next.line.length;
            next = bytes < GROUP_BYTES ? queue.poll() : null;
        }
        return next == null;
    }

    private @Nullable Appending poll() {
        try {
            return queue.poll(PROBE_PAUSE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            // Nobody does this; and if somebody does, the flag must not stay, or the next write closes the file.
            LOG.warn("audit-journal was interrupted; it goes on", e);
            return queue.poll();
        }
    }

    private void store(List<Appending> group) {
        long length = group.stream().mapToLong(a -> a.line.length).sum();
        ByteBuffer lines = ByteBuffer.allocate((int) length);
        group.forEach(a -> lines.put(a.line));
        try {
            journal.write(lines.flip());
            if (diskRefuses) {
                diskTakes();
            }
            group.forEach(a -> a.kept.complete(null));
        } catch (IOException e) {
            diskRefuses = true;
            LOG.error("the audit journal in {} could not be written; openings stop until it can", folder, e);
            group.forEach(a -> a.kept.completeExceptionally(e));
        } finally {
            journal.unpromise(length);
        }
    }

    /** Writes an empty line, to see whether the disk takes bytes again; without it nobody would find out. */
    private void probe() {
        try {
            journal.write(ByteBuffer.wrap(new byte[] {'\n'}));
            diskTakes();
        } catch (IOException e) {
            LOG.debug("the audit journal still cannot be written", e);
        }
    }

    private void diskTakes() {
        diskRefuses = false;
        LOG.info("the audit journal in {} can be written again", folder);
    }

    /** The life of {@code audit-carry}. */
    private void carry() {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                var batch = journal.next();
                if (batch.isEmpty()) {
                    return;
                }
                carryAll(batch.get().rows());
                journal.carried(batch.get());
                saidFull.set(false);
                pause = FIRST_PAUSE;
                journal.pause(GATHERING);
            } catch (DatabaseAway e) {
                LOG.debug("audit entries wait: {}", e.getMessage());
                journal.pause(pause);
                pause = longer(pause);
            } catch (IOException | RuntimeException e) {
                LOG.error("audit entries in {} could not be carried to the database; trying again", folder, e);
                journal.pause(LONGEST_PAUSE);
            }
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    private void carryAll(List<JournalRow> rows) throws IOException {
        if (rows.isEmpty()) {
            return;
        }
        try {
            insert(rows);
        } catch (DatabaseAway e) {
            throw e;
        } catch (RuntimeException e) {
            if (rows.size() == 1) {
                setAside(rows.getFirst(), e);
                return;
            }
            LOG.warn("one of {} audit entries cannot be stored; finding out which", rows.size());
            for (JournalRow row : rows) {
                carryAll(List.of(row));
            }
        }
    }

    private void insert(List<JournalRow> rows) {
        List<AuditRow> audit = new ArrayList<>();
        List<EvidenceRow> evidence = new ArrayList<>();
        for (JournalRow row : rows) {
            switch (row) {
                case AuditRow r -> audit.add(r);
                case EvidenceRow r -> evidence.add(r);
            }
        }
        database.transact(dsl -> {
            Set<UUID> arrived = new HashSet<>(AuditRow.insertNew(dsl, audit));
            arrived.addAll(EvidenceRow.notStored(dsl, evidence));
            for (JournalRow row : rows) {
                if (arrived.remove(row.id())) {
                    if (row instanceof AuditRow event) {
                        SessionEffect.apply(dsl, event);
                    }
                    LogTree.add(dsl, row.leaf());
                }
            }
        });
    }

    /** Keeps an entry that the database will never take, so that it is not lost and does not hold up the others. */
    private void setAside(JournalRow row, RuntimeException why) throws IOException {
        Path aside = folder.resolve("refused.jsonl");
        try (FileChannel file = FileChannel.open(
                aside, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            ByteBuffer line = ByteBuffer.wrap(JournalLine.encode(row.json()));
            while (line.hasRemaining()) {
                file.write(line);
            }
            file.force(true);
        }
        LOG.error("audit entry {} ({}) cannot be stored; it is kept in {}", row.id(), row.kind(), aside, why);
    }

    /** Stops both threads. What is not in the database yet stays in the folder for the next start. */
    @Override
    public void close() {
        synchronized (closing) {
            if (!closed) {
                closed = true;
                queue.add(new Appending(new byte[0]));
            }
        }
        // Not ExecutorService.close: that passes an interrupt of ours on to the thread that writes.
        writing.exceptionally(_ -> null).join();
        journal.stopCarrying();
        carrying.exceptionally(_ -> null).join();
        writer.shutdown();
        carrier.shutdown();
        try {
            journal.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the audit journal in " + folder + " could not be closed", e);
        }
    }
}
