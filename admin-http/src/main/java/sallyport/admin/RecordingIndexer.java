package sallyport.admin;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.db.DatabaseAway;
import sallyport.db.IndexedCommand;
import sallyport.db.IndexedFile;
import sallyport.db.IndexedLine;
import sallyport.db.SearchIndex;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.index.Found;
import sallyport.recorder.index.RecordingIndex;
import sallyport.recorder.store.Leisure;

/**
 * Reads recordings of sessions that are over, so that they can be searched: in the background, one at a time, on a thread of its
 * own, {@code recording-index}. Nobody waits for it but {@link #readNow}. What a death of the process leaves half read is read
 * again; a recording that cannot be read is written down as such and logged, and holds up no other.
 */
public final class RecordingIndexer implements AutoCloseable {

    /** How often it looks for recordings that wait. */
    static final Duration LOOKS_EVERY = Duration.ofSeconds(5);

    /** How many are taken at a look. */
    private static final int AT_A_LOOK = 50;

    /**
     * How long after its end a session may come to have a recording: its seal is written down by the audit log, which may be
     * hours behind while the database is away. A start looks at all.
     */
    private static final Duration SEALED_AFTER = Duration.ofDays(1);

    private static final Logger LOG = LoggerFactory.getLogger(RecordingIndexer.class);

    private final SearchIndex index;
    private final Recordings recordings;
    private final Leisure leisure;
    private final InstantSource clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("recording-index").factory());
    private final AtomicBoolean stopping = new AtomicBoolean();

    /** The next look goes back to the beginning. */
    private final AtomicBoolean fromTheBeginning = new AtomicBoolean(true);

    /** How far back a look goes; only {@link #thread} has it. */
    private Instant endedSince = Instant.EPOCH;

    /** Where recordings are. */
    @FunctionalInterface
    public interface Recordings {
        /** The session's recording, to be closed by the caller; empty if there is none. */
        Optional<RecordingReader> open(SessionId session) throws IOException;
    }

    /** How the reading of one recording went. */
    public sealed interface Read {
        /** All of it can be searched, but for {@code leftOut} lines and commands beyond the bound. */
        record Whole(int commands, int lines, long leftOut) implements Read {}

        /** It cannot be read; the words say why. */
        record Unreadable(String words) implements Read {}
    }

    /** @param leisure of the store that the recordings are in: reading gives way to recording */
    public RecordingIndexer(SearchIndex index, Recordings recordings, Leisure leisure, InstantSource clock) {
        this.index = index;
        this.recordings = recordings;
        this.leisure = leisure;
        this.clock = clock;
    }

    /** Begins to look for recordings that wait; once. */
    public void start() {
        var _ = thread.scheduleWithFixedDelay(
                this::look, LOOKS_EVERY.toMillis(), LOOKS_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** All recordings that have a row in the index are looked for again. */
    public void lookAtAll() {
        fromTheBeginning.set(true);
    }

    /**
     * Reads one recording, when the one that is being read is finished.
     *
     * @throws DatabaseAway if the database does not answer
     */
    public Read readNow(SessionRow session) {
        Future<Read> read = thread.submit(() -> read(session));
        try {
            return read.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException unchecked
                    ? unchecked
                    : new IllegalStateException("reading a recording failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Read.Unreadable("the bastion is stopping");
        }
    }

    private void look() {
        try {
            Instant now = clock.instant();
            if (fromTheBeginning.getAndSet(false)) {
                endedSince = Instant.EPOCH;
            }
            List<SessionRow> waiting = index.waiting(RecordingIndex.VERSION, endedSince, AT_A_LOOK);
            for (SessionRow session : waiting) {
                if (stopping.get()) {
                    return;
                }
                var _ = read(session);
            }
            if (waiting.size() < AT_A_LOOK) {
                endedSince = now.minus(SEALED_AFTER);
            }
        } catch (DatabaseAway away) {
            LOG.debug("recordings wait to be read until the database answers", away);
        } catch (RuntimeException e) {
            LOG.error("looking for recordings to read failed; it is tried again in {} s", LOOKS_EVERY.toSeconds(), e);
        }
    }

    private Read read(SessionRow session) {
        try (RecordingReader reader = recordings.open(session.id()).orElse(null)) {
            if (reader == null) {
                return failed(session, "there is no recording of it in the store", null);
            }
            if (reader.header().isEmpty()) {
                return failed(session, "the beginning of its recording makes no sense", null);
            }
            index.begin(session, RecordingIndex.VERSION, clock.instant());
            Pile pile = new Pile(session);
            long leftOut = RecordingIndex.read(reader, leisure.worker()::giveWay, pile::add);
            pile.store();
            if (stopping.get()) {
                return new Read.Unreadable("the bastion is stopping");
            }
            index.read(session.id(), pile.commandCount, pile.lineCount, leftOut, clock.instant());
            return new Read.Whole(pile.commandCount, pile.lineCount, leftOut);
        } catch (DatabaseAway away) {
            throw away;
        } catch (IOException | RuntimeException e) {
            return failed(session, "it cannot be read: " + e.getMessage(), e);
        }
    }

    private Read failed(SessionRow session, String words, @Nullable Exception cause) {
        LOG.warn(
                "the recording of session {} cannot be searched: {}; recording reindex {} tries again",
                session.id(),
                words,
                session.id().code(),
                cause);
        index.failed(session.id(), RecordingIndex.VERSION, words, clock.instant());
        return new Read.Unreadable(words);
    }

    /** What was found and is not stored yet. */
    private final class Pile {
        private final SessionRow session;
        private final List<IndexedCommand> commands = new ArrayList<>();
        private final List<IndexedLine> lines = new ArrayList<>();
        private final List<IndexedFile> files = new ArrayList<>();
        private int commandCount;
        private int lineCount;

        Pile(SessionRow session) {
            this.session = session;
        }

        void add(Found found) {
            switch (found) {
                case Found.Command c -> {
                    commandCount++;
                    commands.add(new IndexedCommand(
                            c.at(),
                            c.text(),
                            c.status(),
                            c.directory(),
                            c.source().word(),
                            c.confidence().word()));
                }
                case Found.Line l -> {
                    lineCount++;
                    lines.add(new IndexedLine(l.at(), l.last(), l.text()));
                }
                case Found.File f -> files.add(new IndexedFile(f.at(), f.path(), f.text()));
            }
            if (commands.size() + lines.size() + files.size() == SearchIndex.MOST_AT_ONCE) {
                store();
            }
        }

        void store() {
            if (!stopping.get()) {
                index.add(session, commands, lines, files);
            }
            commands.clear();
            lines.clear();
            files.clear();
        }
    }

    /** Stops in the middle of a recording, which is read again at the next start. */
    @Override
    public void close() {
        stopping.set(true);
        thread.shutdown();
        boolean interrupted = false;
        while (!thread.isTerminated()) {
            try {
                var _ = thread.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
