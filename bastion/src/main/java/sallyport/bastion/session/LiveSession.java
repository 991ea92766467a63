package sallyport.bastion.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.admin.PersonInSession;
import sallyport.bastion.backend.Backend;
import sallyport.bastion.backend.BackendEvents;
import sallyport.bastion.backend.ProgramExit;
import sallyport.bastion.backend.TerminalSize;
import sallyport.bastion.transfer.Conversation;
import sallyport.bastion.transfer.Dialogue;
import sallyport.bastion.transfer.Note;
import sallyport.bastion.transfer.Transfer;
import sallyport.policy.FileRights;
import sallyport.policy.ForwardRight;
import sallyport.policy.InputRecording;
import sallyport.policy.Mode;
import sallyport.policy.SessionName;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.Ending;
import sallyport.policy.session.SessionEvent;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionLifecycle;
import sallyport.policy.session.SessionRow;
import sallyport.policy.session.SessionState;
import sallyport.policy.session.SessionTerms;
import sallyport.recorder.screen.Screen;
import sallyport.recorder.store.Recording;
import sallyport.recorder.store.RecordingFailed;
import sallyport.recorder.store.Sealed;

/**
 * One backend, its recording, and everybody who is in it now. Who may be in it, who types, when it ends: that is here. What
 * the backend writes walks through the {@link Relay}, on a thread of its own; what people type goes straight to the backend.
 *
 * <p>The lock guards the state and is held for a few lines and never across I/O, so that a revocation never waits for a stuck
 * client, disk or target.
 */
public final class LiveSession {

    /** A terminal's client that takes nothing for so long is detached; the session lives on (T49). */
    public static final Duration CLIENT_STALL = Duration.ofSeconds(30);

    /** Most clients in one session at a time that may type, and as many that only watch. */
    static final int MOST_PEOPLE = 32;

    /** Most bytes of replies that wait for a program; beyond it nobody answers. */
    private static final int MOST_REPLIES = 4096;

    /** Whoever types takes the terminal's size over from somebody who has not typed for so long. */
    private static final Duration HAND_OVER = Duration.ofSeconds(1);

    /** How long before a clock cuts a session its people are warned. */
    static final Duration WARNING = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(LiveSession.class);

    private final SessionTerms terms;
    private final Recording recording;
    private final SessionJournal journal;
    private final SessionTime time;
    private final SessionClock clock;

    private final Duration clientStall;
    private final BiConsumer<Duration, Runnable> later;
    private final SessionNotes notes;
    private final ProgramOutput output;
    private final Relay relay;
    private final BackendEvents events = new Events();
    private final CompletableFuture<Ending> over = new CompletableFuture<>();

    /** Replies that the program has not taken yet, in bytes. */
    private final AtomicInteger repliesUnderWay = new AtomicInteger();

    private final ReentrantLock lock = new ReentrantLock();

    /** As the history has it, but for names and links that were changed since. */
    private volatile SessionRow row;

    /** What could pass when it was opened, or when something that passes in it was let in later. */
    @GuardedBy("lock")
    private final Set<ForwardRight> forwards;

    @GuardedBy("lock")
    private SessionState state = new SessionState.Starting();

    @GuardedBy("lock")
    private @Nullable Backend backend;

    /** In the order they came. */
    @GuardedBy("lock")
    private final List<Attachment> people = new ArrayList<>();

    /** Whoever typed last, or came first. */
    @GuardedBy("lock")
    private @Nullable Attachment driver;

    @GuardedBy("lock")
    private long driverTypedAt;

    /** The one whom the session was opened for: it has seen everything from the start. */
    @GuardedBy("lock")
    private @Nullable Attachment first;

    /** How the session was ended while it was starting: whoever opens it tells the client. */
    @GuardedBy("lock")
    private Optional<Ending> cutShort = Optional.empty();

    @GuardedBy("lock")
    private long earlyCredit;

    /** The backend closed before {@link #opened}: there is nothing more to come, but how it went is not known yet. */
    @GuardedBy("lock")
    private boolean closedEarly;

    @GuardedBy("lock")
    private @Nullable ProgramExit exit;

    @GuardedBy("lock")
    private TerminalSize size;

    /** Whether the size is fixed, rather than that of whoever types. */
    @GuardedBy("lock")
    private boolean sizeFixed;

    @GuardedBy("lock")
    private Optional<Instant> lastInput = Optional.empty();

    /** When the last one left who may type, and how much had been written by then. */
    @GuardedBy("lock")
    private Optional<Away> away = Optional.empty();

    /** The cut that people were warned of. */
    @GuardedBy("lock")
    private Optional<Instant> warnedOf = Optional.empty();

    private record Away(Instant since, long outputBytes) {}

    LiveSession(
            SessionRow row,
            SessionTerms terms,
            Recording recording,
            SessionJournal journal,
            SessionTime time,
            TerminalSize size,
            OptionalLong outputLimit,
            Optional<Transfer> files,
            Set<ForwardRight> forwards,
            Duration clientStall,
            BiConsumer<Duration, Runnable> later,
            Executor mayWait) {
        this.row = row;
        this.terms = terms;
        this.recording = recording;
        this.journal = journal;
        this.time = time;
        this.clock = new SessionClock(time);
        this.size = size;
        this.forwards = new HashSet<>(forwards);
        this.clientStall = clientStall;
        this.later = later;
        this.notes = new SessionNotes(this, recording, journal, new InOrder(mayWait));
        this.output = new ProgramOutput(recording, outputLimit, this::outputLimited);
        this.relay = new Relay(
                this,
                recording,
                output,
                row.terminal(),
                files.isPresent() ? InputRecording.OFF : row.recordsInput(),
                files.map(this::relay),
                size);
    }

    private TransferRelay relay(Transfer transfer) {
        return switch (transfer) {
            case Conversation sftp -> new FileRelay(sftp, recording, notes, this::stillFor);
            case Dialogue command ->
                new CommandRelay(
                        command,
                        recording,
                        output,
                        notes,
                        row.recordsInput() == InputRecording.OFF
                                ? Optional.empty()
                                : Optional.of(new InputRecorder(
                                        row.recordsInput(), recording, Optional::empty, time.nanos())),
                        RecordedWords.onBreaking(row.recordsInput()),
                        this::stillFor,
                        () -> end(new Ending.AccessWithdrawn()));
        };
    }

    /** Which session. */
    public SessionId id() {
        return row.id();
    }

    /** The row as it was when the session opened, with the name and link of now. */
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
            return new Glance(
                    state,
                    size,
                    lastInput,
                    people.stream().map(this::described).toList(),
                    relay.kept(),
                    SessionLifecycle.cut(state, terms).map(cut -> new Glance.Cut(clock.wall(cut.at()), cut.into())));
        } finally {
            lock.unlock();
        }
    }

    /**
     * What can be seen of a session from outside, at one moment.
     *
     * @param cut what its clocks do next if nobody does anything
     */
    record Glance(
            SessionState state,
            TerminalSize size,
            Optional<Instant> lastInput,
            List<PersonInSession> people,
            Relay.Kept kept,
            Optional<Cut> cut) {

        /** @param at on the wall clock of now */
        record Cut(Instant at, SessionState into) {}
    }

    /** Output so far, in bytes: recorded, or beyond the limit. */
    long outputBytes() {
        return recording.outputBytes() + output.leftOut();
    }

    /** Whether it has ended, though its recording may not be finished yet. */
    public boolean isOver() {
        return glance().state().isOver();
    }

    /** Whether clients may come and go: only with a terminal, and if it outlives them. */
    public boolean canBeRejoined() {
        return terms.outlivesConnection();
    }

    /** Asks the screen model, at the point of the output that is reached when its turn comes. Empty: no terminal, or over. */
    <T> CompletableFuture<Optional<T>> askScreen(Function<Screen, T> question) {
        return relay.ask(question);
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
    Attachment enterFirst(Newcomer who) {
        Attachment entering = attachment(who, false);
        lock.lock();
        try {
            people.add(entering);
            driver = entering;
            first = entering;
        } finally {
            lock.unlock();
        }
        relay.rearrange();
        return entering;
    }

    private Attachment attachment(Newcomer who, boolean viewer) {
        return new Attachment(this, who, viewer, canBeRejoined(), time.wall().instant(), time.nanos());
    }

    /**
     * The backend runs. If the session was ended meanwhile, the backend is closed again.
     *
     * @return how it was ended, if somebody ended it before it could run; the client has not been told then
     */
    Optional<Ending> opened(Backend running) {
        boolean late;
        boolean finished;
        long credit;
        Optional<Ending> cut;
        lock.lock();
        try {
            backend = running;
            credit = earlyCredit;
            finished = closedEarly;
            late = state.isOver();
            cut = cutShort;
            move(new SessionEvent.Opened());
            for (Attachment present : people) {
                move(new SessionEvent.Attached());
                notes.attached(present, "driver");
            }
            if (people.isEmpty()) {
                away = Optional.of(new Away(clock.now(), 0));
                notes.nobodyIsIn();
            }
        } finally {
            lock.unlock();
        }
        if (late) {
            running.close();
        } else if (credit > 0) {
            release(running, credit);
        }
        if (finished) {
            relay.queue().close();
        }
        stopIfOver();
        return cut;
    }

    /** Takes output until there is no more, then ends. Runs on the session's own thread, never interrupted. */
    void pump() {
        try {
            relay.run();
        } catch (RuntimeException e) {
            log.error("session {} broke", row.id().code(), e);
            end(new Ending.BastionFailed(e.toString()));
        } finally {
            finish();
        }
    }

    // --- who is in it ---

    /** Lets somebody in to a session that runs, with its screen as it is. */
    public JoinOutcome join(Newcomer who, Entry entry) {
        Attachment entering = attachment(who, entry == Entry.WATCH);
        List<Attachment> sentAway = List.of();
        lock.lock();
        try {
            if (state.isOver()) {
                return new JoinOutcome.Closed("session \"" + row.name() + "\" has just ended.");
            }
            if (state instanceof SessionState.Starting) {
                return new JoinOutcome.Closed("session \"" + row.name() + "\" is just starting. Try again.");
            }
            long alike = people.stream()
                    .filter(a -> a.isViewer() == entering.isViewer())
                    .count();
            if (alike >= MOST_PEOPLE && entry != Entry.TAKE_OVER) {
                return new JoinOutcome.Closed(
                        "session \"%s\" is full: %d such clients are in it.".formatted(row.name(), alike));
            }
            List<Attachment> typists = typists();
            if (entry == Entry.ALONE && !typists.isEmpty()) {
                return new JoinOutcome.Occupied(
                        typists.stream().map(this::described).toList());
            }
            if (!entering.isViewer()) {
                move(new SessionEvent.Attached());
            }
            if (!state.isOver()) {
                people.add(entering);
                if (entry == Entry.TAKE_OVER) {
                    sentAway = typists;
                    for (Attachment leaving : sentAway) {
                        String role = role(leaving);
                        drop(leaving, false);
                        notes.left(leaving, role, "taken over", state);
                    }
                }
                if (!entering.isViewer() && (driver == null || entry == Entry.TAKE_OVER)) {
                    drive(entering);
                }
                notes.attached(entering, role(entering));
                if (!sentAway.isEmpty()) {
                    notes.takenOver(entering, sentAway.size());
                }
            }
        } finally {
            lock.unlock();
        }
        if (isOver()) {
            // The grant may have run out in this moment.
            stopIfOver();
            return new JoinOutcome.Closed("session \"" + row.name() + "\" has just ended.");
        }
        sentAway.forEach(
                leaving -> leaving.dismiss("taken over from %s. The session runs on.".formatted(who.source()), 0));
        relay.rearrange();
        relay.notice(SessionWords.joined(who, role(entering), !sentAway.isEmpty()), entering);
        return new JoinOutcome.Joined(entering);
    }

    @GuardedBy("lock")
    private List<Attachment> typists() {
        return people.stream().filter(a -> !a.isViewer()).toList();
    }

    private String role(Attachment attachment) {
        if (attachment.isViewer()) {
            return "viewer";
        }
        lock.lock();
        try {
            return attachment.equals(driver) ? "driver" : "co-driver";
        } finally {
            lock.unlock();
        }
    }

    private PersonInSession described(Attachment attachment) {
        Newcomer who = attachment.who();
        return new PersonInSession(
                who.name(), who.source(), role(attachment), attachment.since(), attachment.lastTyped());
    }

    /** Who is in it and what its terminal should be like, for the relay. */
    Arrangement arrangement() {
        lock.lock();
        try {
            return new Arrangement(size, driver, List.copyOf(people));
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@code attachment} is the one whom the session was opened for; asked once, when its seat is made. */
    boolean takeFirst(Attachment attachment) {
        lock.lock();
        try {
            boolean isFirst = attachment.equals(first);
            if (isFirst) {
                first = null;
            }
            return isFirst;
        } finally {
            lock.unlock();
        }
    }

    /** From here on it is {@code typist} whose terminal counts. */
    @GuardedBy("lock")
    private void drive(Attachment typist) {
        driver = typist;
        driverTypedAt = time.nanos().getAsLong();
        if (!sizeFixed) {
            size = typist.size();
        }
    }

    /** Takes somebody out; the next who may type drives then. */
    @GuardedBy("lock")
    private void drop(Attachment leaving, boolean dropped) {
        people.remove(leaving);
        if (leaving.isViewer()) {
            return;
        }
        move(new SessionEvent.Left(dropped));
        if (leaving.equals(driver)) {
            driver = null;
            typists().stream().findFirst().ifPresent(this::drive);
        }
        if (state instanceof SessionState.Detached) {
            away = Optional.of(new Away(clock.now(), recording.outputBytes()));
        }
    }

    /** The client has left: the session is detached if it outlives connections and nobody else is in it, else it ends. */
    void leave(Attachment leaving, String cause, boolean dropped) {
        lock.lock();
        try {
            if (!people.contains(leaving)) {
                return;
            }
            String role = role(leaving);
            drop(leaving, dropped);
            notes.left(leaving, role, cause, state);
        } finally {
            lock.unlock();
        }
        stopIfOver();
        relay.rearrange();
        relay.notice(SessionWords.left(leaving.who(), leaving.isViewer()), null);
    }

    /** Sends everybody away who is in it and fits; the session lives on. How many they were. */
    private int dismiss(Predicate<Attachment> whom, String words, int exitStatus, String cause, boolean dropped) {
        List<Attachment> leaving;
        lock.lock();
        try {
            leaving = people.stream().filter(whom).toList();
        } finally {
            lock.unlock();
        }
        for (Attachment attachment : leaving) {
            leave(attachment, cause, dropped);
            attachment.dismiss(words, exitStatus);
        }
        return leaving.size();
    }

    /** Sends all clients away; the session lives on. True if there was one; never of a session that ends with its client. */
    boolean detach() {
        if (!terms.outlivesConnection()) {
            return false;
        }
        String cause = "detached by command";
        int typists = dismiss(
                attachment -> !attachment.isViewer(),
                SessionWords.detached(row, glance().cut(), "Detached"),
                0,
                cause,
                false);
        return typists + dismiss(_ -> true, watchedNoLonger(), 0, cause, false) > 0;
    }

    private String watchedNoLonger() {
        return "you watch \"" + row.name() + "\" no longer.";
    }

    /** Sends those away whose right to be here no longer stands (T17). */
    void reconsider(Predicate<Newcomer> mayStay) {
        dismiss(
                attachment -> {
                    boolean leaves = !mayStay.test(attachment.who());
                    if (leaves) {
                        attachment.silence();
                    }
                    return leaves;
                },
                "your right to be in this session was taken away. Ask whoever runs this bastion.",
                254,
                "the right to be in it was taken away",
                false);
    }

    /** The rules were changed: this is what may be done with files in it from here on. */
    void allow(FileRights files) {
        relay.allow(files);
    }

    /** Something passes in it from here on, on the strength of {@code rights}. */
    void rely(Set<ForwardRight> rights) {
        lock.lock();
        try {
            forwards.addAll(rights);
        } finally {
            lock.unlock();
        }
    }

    private boolean isStillLet(Set<ForwardRight> now) {
        lock.lock();
        try {
            return now.containsAll(forwards);
        } finally {
            lock.unlock();
        }
    }

    /** The rules were changed: what passes in it ends if anything of that which could is not let through any more. */
    void reconsider(Set<ForwardRight> now) {
        if (terms.mode() instanceof Mode.Forwarding && !isStillLet(now)) {
            end(new Ending.AccessWithdrawn());
        }
    }

    // --- what passes ---

    /**
     * Writes {@code note} down, behind all that was noted before.
     *
     * @return completes on the session's own thread, so nothing that waits may hang on it: whether it is recorded. If not,
     *     the session is over
     */
    public CompletableFuture<Boolean> note(Note note) {
        return relay.note(note);
    }

    /** Writes {@code note} down now; on the session's own thread. */
    void write(Note note, SessionNotes.Lines lines) throws RecordingFailed {
        notes.write(List.of(note), lines);
    }

    /** Came when nothing is recorded any more. On any thread. */
    void missed(Note note) {
        if (note.hasHappened()) {
            note.event().ifPresent(notes::late);
        }
    }

    /** Sends one away for whom something inside broke. */
    void sendAway(Attachment attachment) {
        dismiss(
                attachment::equals,
                "something inside the bastion broke while this session was shown to you. It runs on; come back the"
                        + " same way.",
                250,
                "it could not be shown",
                false);
    }

    // --- what people type ---

    /** The person wants something of the bastion. */
    void wish(Attachment from, KeyWatch.Wish wish) {
        switch (wish) {
            case DETACH -> {
                if (from.isViewer()) {
                    dismiss(from::equals, watchedNoLonger(), 0, "left", false);
                } else {
                    leave(from, "left with the detach key", false);
                    from.dismiss(SessionWords.detached(row, glance().cut(), "Detached"), 0);
                }
            }
            case LEAVING -> relay.noticeTo(from, "this session keeps running. Ctrl-D again within 2 s ends it");
            case INFO -> relay.noticeTo(from, SessionWords.info(row, glance()));
            case HELP -> relay.noticeTo(from, SessionWords.help(from.who().detachKey(), from.isViewer()));
            case REDRAW -> relay.redraw(from);
            case KEYBOARD -> takeKeyboard(from);
        }
    }

    private void takeKeyboard(Attachment from) {
        if (from.isViewer()) {
            relay.noticeTo(from, "you only watch: nothing you type is sent");
            return;
        }
        lock.lock();
        try {
            if (!people.contains(from) || from.equals(driver)) {
                return;
            }
            drive(from);
            notes.types(from);
        } finally {
            lock.unlock();
        }
        relay.rearrange();
        relay.notice(from.who().name() + " has the keyboard", null);
    }

    /** Whether the program's questions are answered by this one's terminal. */
    boolean isAnswering(Attachment attachment) {
        lock.lock();
        try {
            return attachment.equals(driver) && fits(attachment);
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private boolean fits(Attachment attachment) {
        TerminalSize own = attachment.size();
        return own.columns() == size.columns() && own.rows() == size.rows();
    }

    /** Whether a full-screen program has the terminal. */
    boolean showsFullScreen() {
        return relay.isFullScreen();
    }

    /** @param isTyping whether somebody typed it, rather than that a terminal said it by itself */
    void input(Attachment typing, byte[] bytes, IntConsumer taken, boolean isTyping) {
        Backend to;
        boolean handedOver = false;
        lock.lock();
        try {
            if (isTyping && people.contains(typing)) {
                move(new SessionEvent.Typed());
            }
            // Asked behind the move: a key behind the end of a grant is what ends the session, and reaches nobody.
            // Behind
            // the end of its inactivity it is nobody's either; the next tick sends its people away.
            boolean mayType = people.contains(typing)
                    && !typing.isViewer()
                    && (state instanceof SessionState.Running || state instanceof SessionState.Starting);
            to = mayType ? backend : null;
            if (mayType && isTyping) {
                Instant now = time.wall().instant();
                lastInput = Optional.of(now);
                typing.typed(now);
                handedOver = typed(typing);
            }
        } finally {
            lock.unlock();
        }
        stopIfOver();
        if (handedOver) {
            // The step is queued first, so the new size is recorded before anything the program writes because of it;
            // and
            // the program has the size before what was typed at it.
            relay.rearrange();
            tellBackend(arrangement().size());
        }
        if (to == null) {
            taken.accept(bytes.length);
        } else if (relay.takesInput()) {
            relay.typed(typing, bytes, taken, isTyping);
        } else {
            to.input(bytes, taken);
        }
        if (typing.isNoticed()) {
            relay.forgetNotice(typing);
        }
    }

    /** Whether the terminal goes over to {@code typing} by what it typed. */
    @GuardedBy("lock")
    private boolean typed(Attachment typing) {
        long now = time.nanos().getAsLong();
        if (typing.equals(driver)) {
            driverTypedAt = now;
            return false;
        }
        if (driver != null && now - driverTypedAt < HAND_OVER.toNanos()) {
            return false;
        }
        drive(typing);
        notes.types(typing);
        return true;
    }

    private @Nullable Backend backendFor(Attachment typing) {
        lock.lock();
        try {
            return people.contains(typing) && !typing.isViewer() && !state.isOver() ? backend : null;
        } finally {
            lock.unlock();
        }
    }

    /** A terminal's program is not at its end of input because one client is. */
    void inputEnded(Attachment typing) {
        Backend to = terms.outlivesConnection() ? null : backendFor(typing);
        if (to != null) {
            relay.behindTyping(to::inputEnded);
        }
    }

    /** Its recording waits for room on a full disk, for {@code most} at most. On the thread that waits. */
    void recordingPaused(Duration most) {
        relay.standsStill(SessionWords.paused(most));
    }

    /** Where goes what {@code typist} typed while they might; nowhere once the session is over or they may not be in it. */
    @Nullable
    Backend stillFor(Attachment typist) {
        lock.lock();
        try {
            return state.isOver() || typist.isSilenced() ? null : backend;
        } finally {
            lock.unlock();
        }
    }

    void signal(Attachment typing, String name) {
        Backend to = backendFor(typing);
        if (to != null) {
            relay.behindTyping(() -> to.signal(name));
        }
    }

    void sendBreak(Attachment typing, long milliseconds) {
        Backend to = backendFor(typing);
        if (to != null) {
            relay.behindTyping(() -> to.sendBreak(milliseconds));
        }
    }

    /** A reply of the screen model's to a question of the program's; none to one that asks and does not read. */
    void reply(byte[] bytes) {
        Backend to;
        lock.lock();
        try {
            to = state.isOver() || repliesUnderWay.get() > MOST_REPLIES ? null : backend;
        } finally {
            lock.unlock();
        }
        if (to != null) {
            repliesUnderWay.addAndGet(bytes.length);
            to.input(bytes, taken -> repliesUnderWay.addAndGet(-taken));
        }
    }

    // --- its terminal ---

    /** A client's own terminal has another size; the session's follows if it is the driver's. */
    void resized(Attachment attachment, TerminalSize own) {
        boolean follows;
        lock.lock();
        try {
            follows = attachment.equals(driver) && !sizeFixed;
            if (follows) {
                size = own;
            }
        } finally {
            lock.unlock();
        }
        relay.rearrange();
        if (follows && row.terminal() && relay.mayResize()) {
            // As when the terminal is handed over: the program has the size before what is typed behind it.
            tellBackend(own);
        }
    }

    /** Gives the terminal a size that stays, or with none lets it follow whoever types. False without a terminal. */
    boolean fixSize(Optional<TerminalSize> wanted) {
        if (!row.terminal()) {
            return false;
        }
        lock.lock();
        try {
            sizeFixed = wanted.isPresent();
            size = wanted.orElse(driver == null ? size : driver.size());
        } finally {
            lock.unlock();
        }
        relay.rearrange();
        return true;
    }

    /** What stands in the status line of whoever is shown frames. */
    String status(Attachment attachment, TerminalSize shown) {
        TerminalSize own = attachment.size();
        Optional<String> drives;
        lock.lock();
        try {
            drives = Optional.ofNullable(driver)
                    .filter(d -> !d.equals(attachment))
                    .map(d -> d.who().name() + " types");
        } finally {
            lock.unlock();
        }
        return SessionWords.status(
                row, shown, own, drives, attachment.isViewer(), attachment.who().detachKey());
    }

    /** What somebody reads who comes back; empty for one who joins others. */
    Optional<String> greeting(Attachment attachment, Screen model) {
        lock.lock();
        try {
            if (attachment.isViewer()) {
                return Optional.of(SessionWords.watching(row, people.size() - 1));
            }
            Optional<Away> was = away;
            away = Optional.empty();
            String recorded = RecordedWords.onComing(row.recordsInput());
            return Optional.of(recorded
                    + was.map(gone -> SessionWords.back(
                                    row,
                                    Duration.between(gone.since(), clock.now()),
                                    recording.outputBytes() - gone.outputBytes(),
                                    model.forgottenLines(),
                                    attachment.who().detachKey()))
                            .orElseGet(() -> SessionWords.among(
                                    row, people.size() - 1, attachment.who().detachKey())));
        } finally {
            lock.unlock();
        }
    }

    // --- for the relay ---

    /** So much output has been dealt with: the target may send as much again. */
    void giveBack(long bytes) {
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
            release(from, bytes);
        }
    }

    private static void release(Backend from, long bytes) {
        for (long left = bytes; left > 0; left -= Integer.MAX_VALUE) {
            from.release((int) Math.min(left, Integer.MAX_VALUE));
        }
    }

    void tellBackend(TerminalSize changed) {
        Backend to;
        lock.lock();
        try {
            to = backend;
        } finally {
            lock.unlock();
        }
        if (to != null) {
            to.resize(changed);
        }
    }

    void recordingFailed(String cause) {
        if (end(new Ending.RecordingFailed(cause))) {
            log.error(
                    "session {} on {}: recording failed, the session ends: {}",
                    row.id().code(),
                    row.target(),
                    cause);
        }
    }

    long nanos() {
        return time.nanos().getAsLong();
    }

    void later(Duration wait, Runnable action) {
        later.accept(wait, action);
    }

    // --- names ---

    synchronized void rename(SessionName name) {
        row = row.withName(name);
    }

    synchronized void link(Optional<String> url) {
        row = row.withLink(url);
    }

    /** From here on what the program writes is not recorded. On the pump's thread. */
    private void outputLimited(long kept) {
        synchronized (this) {
            row = row.withOutputKept(kept);
        }
        notes.happened(new AuditEvent.SessionOutputLimited(row.id(), kept));
    }

    // --- the end ---

    /**
     * Ends it now: input stops, people are told and let go, the target hangs up. Returns once that is decided, and waits
     * for nothing. False if it was over already.
     */
    boolean end(Ending ending) {
        lock.lock();
        try {
            if (state.isOver()) {
                return false;
            }
            if (state instanceof SessionState.Starting) {
                cutShort = Optional.of(ending);
                people.clear();
            }
            move(new SessionEvent.EndedBy(ending));
        } finally {
            lock.unlock();
        }
        stopIfOver();
        return true;
    }

    /** What the person reads whose session was cut short before it could run. */
    String words(Ending ending) {
        return EndingWords.forClient(row, ending, time.wall().instant());
    }

    /** Carries out an end that was decided: the backend is closed, and whoever is still in it is told. */
    private void stopIfOver() {
        Backend running;
        Ending how;
        List<Attachment> told;
        lock.lock();
        try {
            if (!(state instanceof SessionState.Ended(Ending ending, Instant _))) {
                return;
            }
            how = ending;
            running = backend;
            told = List.copyOf(people);
            people.clear();
            driver = null;
        } finally {
            lock.unlock();
        }
        if (running != null) {
            running.close();
        }
        relay.queue().close();
        told.forEach(attachment -> attachment.end(how, words(how), false));
    }

    /** Looks at the clocks, and for clients that take nothing. */
    void tick() {
        List<Attachment> inactive = List.of();
        Optional<String> warning;
        lock.lock();
        try {
            move(
                    clock.isPast(terms.until())
                            ? new SessionEvent.EndedBy(new Ending.GrantEnded())
                            : new SessionEvent.Ticked());
            if (state instanceof SessionState.Detached) {
                inactive = typists();
                inactive.forEach(attachment -> notes.left(attachment, role(attachment), "nobody typed", state));
                people.removeAll(inactive);
            }
            if (!inactive.isEmpty()) {
                driver = null;
                away = Optional.of(new Away(clock.now(), recording.outputBytes()));
            }
            warning = warning();
        } finally {
            lock.unlock();
        }
        stopIfOver();
        if (!inactive.isEmpty()) {
            relay.rearrange();
            String words = SessionWords.detached(
                    row,
                    glance().cut(),
                    "Nobody typed for " + SessionWords.span(terms.limits().inactivity()) + ", so you were detached");
            inactive.forEach(attachment -> attachment.dismiss(words, 253));
        }
        warning.ifPresent(words -> relay.notice(words, null));
        if (terms.outlivesConnection()) {
            dismiss(
                    attachment -> attachment.hasStalled(clientStall),
                    "you took nothing for %d s, so you were detached. The session runs on; come back the same way."
                            .formatted(clientStall.toSeconds()),
                    253,
                    "the client took nothing for " + clientStall.toSeconds() + " s",
                    true);
        }
    }

    @GuardedBy("lock")
    private Optional<String> warning() {
        Optional<SessionLifecycle.Cut> cut = SessionLifecycle.cut(state, terms)
                .filter(_ -> !typists().isEmpty())
                .filter(next -> Duration.between(clock.now(), next.at()).compareTo(WARNING) <= 0)
                .filter(next -> !warnedOf.equals(Optional.of(next.at())));
        cut.ifPresent(next -> warnedOf = Optional.of(next.at()));
        return cut.map(next -> SessionWords.warning(next, Duration.between(clock.now(), next.at())));
    }

    /** Everything is recorded. Says how it ended, in the recording, in the audit trail and to the client, in that order. */
    private void finish() {
        List<Attachment> told;
        Ending ending;
        SessionState last;
        lock.lock();
        try {
            if (!state.isOver()) {
                move(new SessionEvent.EndedBy(natural(exit)));
            }
            last = state;
            ending = last instanceof SessionState.Ended(Ending how, Instant _) ? how : natural(exit);
            told = List.copyOf(people);
            people.clear();
            driver = null;
        } finally {
            lock.unlock();
        }
        try {
            relay.finish();
        } catch (RuntimeException e) {
            log.error(
                    "the screens of session {} could not be put in order",
                    row.id().code(),
                    e);
        }
        try {
            notes.awaitAll();
            close(last, ending);
            told.forEach(attachment -> attachment.end(ending, words(ending), true));
        } finally {
            over.complete(ending);
        }
        seal();
    }

    private void close(SessionState last, Ending ending) {
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
                        row.id(), last.word(), ending.word(), ending.detail(), status, outputBytes(), output.whole()));
    }

    private void seal() {
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

    @GuardedBy("lock")
    private void move(SessionEvent event) {
        boolean was = state.isOver();
        state = SessionLifecycle.next(state, event, terms, clock.now());
        if (!was && state instanceof SessionState.Ended(Ending how, Instant _)) {
            notes.over(how);
        }
    }

    @Override
    public String toString() {
        return "LiveSession[" + row.id().code() + " " + row.login() + "@" + row.target() + "]";
    }

    private final class Events implements BackendEvents {
        @Override
        public void output(boolean stderr, byte[] bytes, int offset, int length) {
            relay.queue().put(stderr, bytes, offset, length);
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
            relay.queue().close();
        }
    }
}
