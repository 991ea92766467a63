package sallyport.bastion.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.bastion.backend.Backend;
import sallyport.bastion.backend.BackendEvents;
import sallyport.bastion.backend.ProgramExit;
import sallyport.bastion.backend.TerminalSize;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Permit;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.Ending;
import sallyport.policy.session.SessionEvent;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionLifecycle;
import sallyport.policy.session.SessionLimits;
import sallyport.policy.session.SessionRow;
import sallyport.policy.session.SessionState;
import sallyport.policy.session.SessionTerms;
import sallyport.recorder.Recording;
import sallyport.recorder.RecordingFailed;
import sallyport.recorder.Sealed;

/**
 * One backend, its recording, and the client that is in it now.
 *
 * <p>The walk of a byte of output: the backend's I/O thread puts it in the {@link OutputQueue}; the pump takes all that is
 * there, appends it to the recording, then to the scrollback, then offers it to the attachment; when the client's transport
 * has taken it the backend gets its window credit back. Nothing reaches a client that the recording has not handed to the
 * operating system before. Input goes the other way and is dropped once the session is over.
 *
 * <p>Locks: {@code state} is held for a few lines and never across I/O, so that a revocation never waits for a stuck client,
 * disk or target.
 */
public final class LiveSession {

    /** A terminal's client that takes nothing for so long is detached; the session lives on (T49). */
    public static final Duration CLIENT_STALL = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(LiveSession.class);

    private final SessionRow row;
    private final Permit permit;
    private final Recording recording;
    private final SessionJournal journal;
    private final SessionTime time;
    private final SessionTerms terms;
    private final InOrder notes;
    private final OutputQueue queue = new OutputQueue();
    private final BackendEvents events = new Events();
    private final CompletableFuture<Ending> over = new CompletableFuture<>();
    private final Duration clientStall;

    /** When the grant ends on the monotonic clock, so that no step of the wall clock prolongs it; 0 if never. */
    private final long untilNanos;

    /** Whether the log has it; what the target still had under way fails in the same way. The pump's thread alone asks. */
    private boolean saidRecordingFailed;

    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private SessionState state = new SessionState.Starting();

    @GuardedBy("lock")
    private @Nullable Backend backend;

    @GuardedBy("lock")
    private @Nullable Attachment attachment;

    /** How the session was ended while it was starting: whoever opens it tells the client. */
    @GuardedBy("lock")
    private Optional<Ending> cutShort = Optional.empty();

    @GuardedBy("lock")
    private int earlyCredit;

    /** The backend closed before {@link #opened}: there is nothing more to come, but how it went is not known yet. */
    @GuardedBy("lock")
    private boolean closedEarly;

    @GuardedBy("lock")
    private @Nullable ProgramExit exit;

    @GuardedBy("lock")
    private TerminalSize size;

    @GuardedBy("lock")
    private Optional<Instant> lastInput = Optional.empty();

    @GuardedBy("lock")
    private final Scrollback scrollback = new Scrollback();

    LiveSession(
            SessionRow row,
            Permit permit,
            Optional<Instant> until,
            Recording recording,
            SessionJournal journal,
            SessionTime time,
            TerminalSize size,
            Duration clientStall,
            Executor mayWait) {
        this.row = row;
        this.permit = permit;
        this.recording = recording;
        this.journal = journal;
        this.time = time;
        this.size = size;
        this.clientStall = clientStall;
        this.notes = new InOrder(mayWait);
        this.terms = new SessionTerms(permit.attempt().mode(), until, SessionLimits.usual(row.environment()));
        this.untilNanos = until.map(end -> time.nanos().getAsLong()
                        + Duration.between(time.wall().instant(), end).toNanos())
                .orElse(0L);
    }

    /** Which session. */
    public SessionId id() {
        return row.id();
    }

    /** The row as it was when the session opened. */
    public SessionRow row() {
        return row;
    }

    /** Completes when the session is over and its recording holds everything. */
    public CompletableFuture<Ending> over() {
        return over;
    }

    /** A look at it as it is now. */
    Glance glance() {
        lock.lock();
        try {
            return new Glance(state, size, lastInput);
        } finally {
            lock.unlock();
        }
    }

    /** What can be seen of a session from outside, at one moment. */
    record Glance(SessionState state, TerminalSize size, Optional<Instant> lastInput) {}

    /** Notes that a client joined, behind everything noted before. */
    void noteJoined(KeyFingerprint key, TerminalSize joinedSize) {
        notes.add(() -> journal.note(
                row, new AuditEvent.SessionAttached(row.id(), key, "driver", joinedSize.columns(), joinedSize.rows())));
    }

    /** Output recorded so far, in bytes. */
    long outputBytes() {
        return recording.outputBytes();
    }

    /** Whether it has ended, though its recording may not be finished yet. */
    public boolean isOver() {
        return glance().state().isOver();
    }

    /** Whether a client may come back to it: only to a shell with a terminal. */
    public boolean canBeRejoined() {
        return outlivesConnection();
    }

    private boolean outlivesConnection() {
        return permit.attempt().mode().outlivesConnection();
    }

    // --- opening ---

    /** Where the backend is to send its output; valid before {@link #opened}. */
    BackendEvents events() {
        return events;
    }

    /**
     * Puts in the client that the session is opened for, before the backend runs: a program may be over before anybody
     * could join it, and its output must not be lost.
     */
    Attachment enterFirst(ClientEnd client) {
        Attachment first = new Attachment(this, client, time.nanos());
        lock.lock();
        try {
            attachment = first;
        } finally {
            lock.unlock();
        }
        return first;
    }

    /**
     * The backend runs. If the session was ended meanwhile, the backend is closed again.
     *
     * @return how it was ended, if somebody ended it before it could run; the client has not been told then
     */
    Optional<Ending> opened(Backend running) {
        boolean late;
        boolean finished;
        int credit;
        Optional<Ending> cut;
        lock.lock();
        try {
            backend = running;
            credit = earlyCredit;
            finished = closedEarly;
            late = state.isOver();
            cut = cutShort;
            move(new SessionEvent.Opened());
            if (attachment != null) {
                move(new SessionEvent.Attached());
            }
        } finally {
            lock.unlock();
        }
        if (late) {
            running.close();
        } else if (credit > 0) {
            running.release(credit);
        }
        if (finished) {
            queue.close();
        }
        return cut;
    }

    /** Takes output from the queue until there is no more, then ends. Runs on the session's own thread, never interrupted. */
    void pump() {
        try {
            OutputQueue.Chunk chunk;
            while ((chunk = queue.take()) != null) {
                relay(chunk);
            }
        } catch (RuntimeException e) {
            log.error("session {} broke", row.id().code(), e);
            end(new Ending.BastionFailed(e.toString()));
        } finally {
            finish();
        }
    }

    /** Record, then relay. */
    private void relay(OutputQueue.Chunk chunk) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(chunk.bytes);
            if (chunk.stderr) {
                recording.stderr(bytes);
            } else {
                recording.output(bytes);
            }
        } catch (RecordingFailed e) {
            if (!saidRecordingFailed) {
                saidRecordingFailed = true;
                log.error(
                        "session {} on {}: recording failed, the session ends: {}",
                        row.id().code(),
                        row.target(),
                        e.getMessage());
            }
            end(new Ending.RecordingFailed(e.getMessage()));
            return;
        }
        Attachment to;
        lock.lock();
        try {
            if (row.terminal()) {
                scrollback.add(chunk.bytes);
            }
            to = attachment;
        } finally {
            lock.unlock();
        }
        if (to == null) {
            taken(chunk.bytes.length);
        } else {
            to.output(chunk.stderr, chunk.bytes);
        }
    }

    /** So much output has been dealt with: the target may send as much again. */
    void taken(int bytes) {
        Backend from;
        lock.lock();
        try {
            from = backend;
            if (from == null) {
                // A backend that is just opening may write before opened(); it gets its credit then.
                earlyCredit += bytes;
            }
        } finally {
            lock.unlock();
        }
        if (from != null) {
            from.release(bytes);
        }
    }

    // --- who is in it ---

    /**
     * Lets a client back in to a session that ran without it, with the last lines as text. Empty if the session is over or
     * somebody else is in it.
     */
    public Optional<Attachment> rejoin(ClientEnd client, TerminalSize clientSize) {
        Attachment entering = new Attachment(this, client, time.nanos());
        lock.lock();
        try {
            if (attachment == null && !state.isOver()) {
                move(new SessionEvent.Attached());
            }
            if (attachment == null && state instanceof SessionState.Running) {
                attachment = entering;
                // Under the lock, so that what the pump relays next comes after it and nothing is shown twice.
                client.output(false, Redraw.text(scrollback.bytes(), clientSize), _ -> {});
                return Optional.of(entering);
            }
        } finally {
            lock.unlock();
        }
        // The grant may have run out in this moment.
        stopIfOver();
        return Optional.empty();
    }

    private void stopIfOver() {
        Backend running;
        boolean isOver;
        lock.lock();
        try {
            isOver = state.isOver();
            running = backend;
        } finally {
            lock.unlock();
        }
        if (isOver) {
            if (running != null) {
                running.close();
            }
            queue.close();
        }
    }

    /** The client has left: the session is detached if it outlives connections, else it ends. */
    void leave(Attachment leaving, String cause) {
        lock.lock();
        try {
            if (attachment != leaving) {
                return;
            }
            attachment = null;
            move(new SessionEvent.Left(false));
            if (state instanceof SessionState.Detached) {
                // Under the lock, so that notes keep the order of what happened.
                notes.add(() -> {
                    mark("detached: " + cause);
                    journal.note(row, new AuditEvent.SessionDetached(row.id(), cause));
                });
            }
        } finally {
            lock.unlock();
        }
        stopIfOver();
    }

    /** Sends the client away; the session lives on. True if there was one. */
    boolean dismiss(String words, String cause) {
        Attachment leaving;
        lock.lock();
        try {
            leaving = attachment;
        } finally {
            lock.unlock();
        }
        if (leaving == null) {
            return false;
        }
        leave(leaving, cause);
        leaving.dismiss(words);
        return true;
    }

    private @Nullable Backend backendFor(Attachment typing) {
        lock.lock();
        try {
            return attachment == typing && !state.isOver() ? backend : null;
        } finally {
            lock.unlock();
        }
    }

    void input(Attachment typing, byte[] bytes, IntConsumer taken) {
        Backend to;
        lock.lock();
        try {
            boolean mayType = attachment == typing && !state.isOver();
            to = mayType ? backend : null;
            if (mayType) {
                lastInput = Optional.of(time.wall().instant());
            }
        } finally {
            lock.unlock();
        }
        if (to == null) {
            taken.accept(bytes.length);
        } else {
            to.input(bytes, taken);
        }
    }

    void inputEnded(Attachment typing) {
        Backend to = backendFor(typing);
        if (to != null) {
            to.inputEnded();
        }
    }

    void resize(Attachment typing, TerminalSize wanted) {
        Backend to = backendFor(typing);
        if (to == null) {
            return;
        }
        lock.lock();
        try {
            if (size.equals(wanted)) {
                return;
            }
            size = wanted;
        } finally {
            lock.unlock();
        }
        try {
            recording.resize(wanted.columns(), wanted.rows());
        } catch (RecordingFailed e) {
            end(new Ending.RecordingFailed(e.getMessage()));
            return;
        }
        to.resize(wanted);
    }

    void signal(Attachment typing, String name) {
        Backend to = backendFor(typing);
        if (to != null) {
            to.signal(name);
        }
    }

    void sendBreak(Attachment typing, long milliseconds) {
        Backend to = backendFor(typing);
        if (to != null) {
            to.sendBreak(milliseconds);
        }
    }

    // --- the end ---

    /**
     * Ends it now: input stops, the client is told and let go, the target hangs up. Returns once that is decided, and waits
     * for nothing. False if it was over already.
     */
    boolean end(Ending ending) {
        Attachment told;
        Backend running;
        lock.lock();
        try {
            if (state.isOver()) {
                return false;
            }
            boolean starting = state instanceof SessionState.Starting;
            move(new SessionEvent.EndedBy(ending));
            told = starting ? null : attachment;
            cutShort = starting ? Optional.of(ending) : Optional.empty();
            attachment = null;
            running = backend;
        } finally {
            lock.unlock();
        }
        stop(ending, told, running);
        return true;
    }

    /** What the person reads whose session was cut short before it could run. */
    String words(Ending ending) {
        return EndingWords.forClient(row, ending, time.wall().instant());
    }

    private void stop(Ending ending, @Nullable Attachment told, @Nullable Backend running) {
        if (running != null) {
            running.close();
        }
        queue.close();
        if (told != null) {
            told.end(ending, EndingWords.forClient(row, ending, time.wall().instant()), false);
        }
    }

    /** Looks at the deadlines: the grant's end, and a client that takes nothing. */
    void tick() {
        Attachment told = null;
        Attachment stalled = null;
        Backend running;
        Optional<Ending> ended = Optional.empty();
        lock.lock();
        try {
            if (state.isOver()) {
                return;
            }
            boolean monotonicEnd = untilNanos != 0 && time.nanos().getAsLong() - untilNanos >= 0;
            move(monotonicEnd ? new SessionEvent.EndedBy(new Ending.GrantEnded()) : new SessionEvent.Ticked());
            running = backend;
            if (state instanceof SessionState.Ended(Ending ending, Instant _)) {
                ended = Optional.of(ending);
                told = attachment;
                attachment = null;
            } else if (outlivesConnection() && attachment != null && attachment.hasStalled(clientStall.toNanos())) {
                stalled = attachment;
            }
        } finally {
            lock.unlock();
        }
        if (ended.isPresent()) {
            stop(ended.get(), told, running);
        } else if (stalled != null) {
            leave(stalled, "the client took nothing for " + clientStall.toSeconds() + " s");
            stalled.dismiss(
                    "you took nothing for %d s, so you were detached. The session runs on; come back the same way."
                            .formatted(clientStall.toSeconds()));
        }
    }

    /** Everything is recorded. Says how it ended, in the recording, in the audit trail and to the client, in that order. */
    private void finish() {
        Attachment told;
        Ending ending;
        SessionState last;
        lock.lock();
        try {
            if (!state.isOver()) {
                move(new SessionEvent.EndedBy(natural(exit)));
            }
            last = state;
            ending = last instanceof SessionState.Ended(Ending how, Instant _) ? how : natural(exit);
            told = attachment;
            attachment = null;
        } finally {
            lock.unlock();
        }
        notes.awaitAll();
        try {
            recording.exit(
                    ending.exitStatus(),
                    ending instanceof Ending.Signalled signal ? Optional.of(signal.name()) : Optional.empty());
        } catch (RecordingFailed e) {
            log.error("session {}: its end could not be recorded: {}", row.id().code(), e.getMessage());
        }
        Optional<Integer> status = ending instanceof Ending.Exited(int code) ? Optional.of(code) : Optional.empty();
        journal.note(
                row,
                new AuditEvent.SessionEnded(
                        row.id(), last.word(), ending.word(), ending.detail(), status, recording.outputBytes()));
        if (told != null) {
            told.end(ending, EndingWords.forClient(row, ending, time.wall().instant()), true);
        }
        over.complete(ending);
        try {
            Sealed sealed = recording.seal();
            journal.note(row, new AuditEvent.RecordingSealed(row.id(), sealed.bytes(), sealed.sha256()));
        } catch (RecordingFailed e) {
            log.error(
                    "session {}: its recording could not be sealed: {}",
                    row.id().code(),
                    e.getMessage());
        }
    }

    private static Ending natural(@Nullable ProgramExit exit) {
        return switch (exit) {
            case ProgramExit.Status(int status) -> new Ending.Exited(status);
            case ProgramExit.Signal(String name, boolean core, String message) ->
                new Ending.Signalled(name, core, message);
            case null -> new Ending.TargetLost("the target closed the connection without an exit status");
        };
    }

    private void mark(String label) {
        try {
            recording.marker(label);
        } catch (RecordingFailed e) {
            end(new Ending.RecordingFailed(e.getMessage()));
        }
    }

    @GuardedBy("lock")
    private void move(SessionEvent event) {
        state = SessionLifecycle.next(state, event, terms, time.wall().instant());
    }

    @Override
    public String toString() {
        return "LiveSession[" + row.id().code() + " " + row.login() + "@" + row.target() + "]";
    }

    private final class Events implements BackendEvents {
        @Override
        public void output(boolean stderr, byte[] bytes, int offset, int length) {
            queue.put(stderr, bytes, offset, length);
        }

        @Override
        public void exited(ProgramExit how) {
            lock.lock();
            try {
                exit = how;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void closed() {
            lock.lock();
            try {
                if (state instanceof SessionState.Starting) {
                    closedEarly = true;
                    return;
                }
            } finally {
                lock.unlock();
            }
            queue.close();
        }
    }
}
