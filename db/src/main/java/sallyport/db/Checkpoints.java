package sallyport.db;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.recorder.proof.Checkpoint;
import sallyport.recorder.proof.Hash;
import sallyport.recorder.proof.Note;
import sallyport.recorder.proof.NoteSigning;
import sallyport.recorder.proof.VerifierKey;

/**
 * Makes the log grow, and signs it: soon after something was added it gets its place and a check point covers it, one a second at
 * most, stored in the database and, the last one, in a file of this machine. Nothing is done while nothing happens.
 *
 * <p>Before each, the stored log is compared with the last check point in the file. If the one is not the beginning of the
 * other (R19), that is said as an error and in {@link #standing}, and nothing is signed until somebody has looked: a log must
 * never sign two check points that contradict each other. Whoever has restored a backup on purpose moves the file away and
 * keeps it; then the log goes on from what is stored.
 *
 * <p>One thread, {@code log-checkpoint}, lives as long as this object.
 */
public final class Checkpoints implements AutoCloseable {

    /** How long the next check point is away from the last, at least. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private final Database database;
    private final EvidenceLog log;
    private final KnownCheckpoint known;
    private final NoteSigning signing;
    private final Collection<VerifierKey> trusted;
    private final InstantSource clock;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("log-checkpoint").factory());
    private final CompletableFuture<Void> running;
    private final Runnable grew = this::grew;

    /** Guards the two flags; held for an assignment or a wait. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();

    /** Whether there may be leaves that no check point covers. True at first: the last run may have left some. */
    @GuardedBy("lock")
    private boolean due = true;

    @GuardedBy("lock")
    private boolean closing;

    private volatile Standing standing = new Standing.NothingKnown();

    private Checkpoints(
            Path file, Database database, NoteSigning signing, Collection<VerifierKey> earlier, InstantSource clock) {
        this.database = database;
        this.log = new EvidenceLog(database);
        this.known = new KnownCheckpoint(file);
        this.signing = signing;
        List<VerifierKey> keys = new ArrayList<>(earlier);
        keys.add(signing.key());
        this.trusted = List.copyOf(keys);
        this.clock = clock;
        database.whenLogGrew(grew);
        this.running = CompletableFuture.runAsync(this::run, thread);
    }

    /**
     * Begins to sign.
     *
     * @param file where the last check point of this machine is kept; its folder is there
     * @param signing the log has the name of its key
     * @param earlier keys that signed before this one
     */
    public static Checkpoints start(
            Path file, Database database, NoteSigning signing, Collection<VerifierKey> earlier, InstantSource clock) {
        return new Checkpoints(file, database, signing, earlier, clock);
    }

    /** How the log stood to what this machine knows when it was last looked at. */
    public Standing standing() {
        return standing;
    }

    private void grew() {
        lock.lock();
        try {
            due = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (awaitDue()) {
                signOrSay();
                pause();
            }
            // What came since the last one, if the database answers.
            if (takeDue()) {
                signOrSay();
            }
        } catch (RuntimeException | Error e) {
            LOG.error("check points of the log are no longer signed, by a fault of ours", e);
            throw e;
        }
    }

    /** Waits until something is due; false if this is closing. */
    private boolean awaitDue() {
        lock.lock();
        try {
            while (!due && !closing) {
                changed.awaitUninterruptibly();
            }
            if (closing) {
                return false;
            }
            due = false;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean takeDue() {
        lock.lock();
        try {
            boolean was = due;
            due = false;
            return was;
        } finally {
            lock.unlock();
        }
    }

    private void pause() {
        lock.lock();
        try {
            long left = PAUSE.toNanos();
            while (!closing && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            // Nobody does this; the flag must not stay, or the next write of the file fails.
            LOG.warn("log-checkpoint was interrupted; it goes on", e);
        } finally {
            lock.unlock();
        }
    }

    private void signOrSay() {
        try {
            sign();
        } catch (DatabaseAway e) {
            LOG.debug("a check point waits: {}", e.getMessage());
            grew();
        } catch (LogDamaged e) {
            stands(new Standing.Damaged(String.valueOf(e.getMessage())));
            grew();
        } catch (IOException | RuntimeException e) {
            LOG.error("a check point of the log could not be signed; trying again", e);
            grew();
        }
    }

    private void sign() throws IOException {
        log.take();
        Optional<Checkpoint> last = compare();
        if (!standing.isGood()) {
            // Looked at again when the log grows, or at the next start.
            return;
        }
        long size = log.size();
        if (size == 0 || last.map(c -> c.size() == size).orElse(false)) {
            return;
        }
        Hash root = log.root(size);
        String name = signing.key().name();
        Note note = Note.sign(new Checkpoint(name, size, root).text(), signing);
        log.store(new StoredCheckpoint(clock.instant(), size, root, note.toString()));
        known.write(note);
    }

    /** Sets {@link #standing} and returns the check point that it is about. */
    private Optional<Checkpoint> compare() {
        Optional<Checkpoint> last = Optional.empty();
        Standing now;
        try {
            last = known.read(trusted);
            now = last.map(log::standing).orElseGet(Standing.NothingKnown::new);
        } catch (IOException e) {
            now = new Standing.Unreadable(String.valueOf(e.getMessage()));
        }
        stands(now);
        return last;
    }

    /** Says so once, if that is no good. */
    private void stands(Standing now) {
        boolean isNews = !now.words().equals(standing.words());
        standing = now;
        if (!now.isGood() && isNews) {
            LOG.error(
                    "THE LOG IS NOT WHAT WAS SIGNED: {}. No check point is signed until this is settled. Compare with"
                        + " the check points that were sent elsewhere; if the database was restored on purpose, keep"
                        + " {} in another place and the log goes on from what is stored",
                    now.words(),
                    known.file());
        }
    }

    /** Signs what is not signed yet, if the database answers, and stops. */
    @Override
    public void close() {
        database.forgetWhenLogGrew(grew);
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        running.exceptionally(_ -> null).join();
        thread.shutdown();
    }
}
