package sallyport.bastion.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.admin.Journal;
import sallyport.admin.LiveSessionView;
import sallyport.admin.LiveSessions;
import sallyport.admin.ScreenNow;
import sallyport.bastion.backend.Backend;
import sallyport.bastion.backend.Launch;
import sallyport.bastion.backend.TargetUnreachable;
import sallyport.bastion.backend.TerminalSize;
import sallyport.bastion.transfer.Conversation;
import sallyport.bastion.transfer.Dialogue;
import sallyport.bastion.transfer.Transfer;
import sallyport.db.DatabaseAway;
import sallyport.db.GrantGone;
import sallyport.db.SessionHistory;
import sallyport.policy.Command;
import sallyport.policy.Crockford;
import sallyport.policy.Environment;
import sallyport.policy.FileRights;
import sallyport.policy.ForwardRight;
import sallyport.policy.InputRecording;
import sallyport.policy.Login;
import sallyport.policy.Mode;
import sallyport.policy.Permit;
import sallyport.policy.PersonId;
import sallyport.policy.SessionName;
import sallyport.policy.TargetName;
import sallyport.policy.TransferCommand;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.Ending;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionLimits;
import sallyport.policy.session.SessionRow;
import sallyport.policy.session.SessionState;
import sallyport.policy.session.SessionTerms;
import sallyport.recorder.StreamKind;
import sallyport.recorder.screen.Screen;
import sallyport.recorder.screen.ScreenText;
import sallyport.recorder.store.Recording;
import sallyport.recorder.store.RecordingFailed;
import sallyport.recorder.store.RecordingStore;
import sallyport.recorder.store.RecordingWatch;

/**
 * All sessions that live in this process. Opens them, finds them, ends them. Safe for any thread but an I/O thread of the
 * ssh server, since opening waits for the database and the target.
 */
public final class SessionRegistry implements LiveSessions, AutoCloseable {

    /** How long {@link #close} waits for recordings to be finished. */
    static final Duration CLOSE_LIMIT = Duration.ofSeconds(25);

    private static final Duration TICK = Duration.ofMillis(250);

    private static final Logger log = LoggerFactory.getLogger(SessionRegistry.class);

    private final SessionHistory history;
    private final RecordingStore recordings;
    private final SessionTime time;
    private final Journal admin;
    private final SessionJournal journal;
    private final Duration clientStall;
    private final Function<Environment, SessionLimits> limits;
    private final OptionalLong commandOutput;
    private final FirstEntries entries;
    private final Map<SessionId, LiveSession> live = new ConcurrentHashMap<>();
    private final ExecutorService pumps = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("pump-", 0).factory());
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("session-deadlines").daemon().factory());
    private final Set<Named> names = ConcurrentHashMap.newKeySet();

    /** Those that open a session now, and one more for as long as sessions may be opened. */
    private final Phaser openings = new Phaser(1);

    private volatile boolean closing;
    private volatile Rights rights = new Rights(_ -> true, (_, _) -> true, Optional.empty(), Optional.empty());

    /** Who may have what, as it was read last. */
    private record Rights(
            Predicate<SessionRow> stands,
            BiPredicate<SessionRow, Newcomer> mayStay,
            Optional<Function<SessionRow, FileRights>> files,
            Optional<Function<SessionRow, Set<ForwardRight>>> forwards) {}

    /** A name in use. */
    private record Named(PersonId person, SessionName name) {}

    /**
     * Empty at first.
     *
     * @param clientStall see {@link LiveSession#CLIENT_STALL}
     * @param limits the clocks of sessions in an environment
     * @param commandOutput how many bytes of what a command without a terminal writes are recorded, outside production; empty: all
     */
    public SessionRegistry(
            SessionHistory history,
            Journal journal,
            RecordingStore recordings,
            SessionTime time,
            Duration clientStall,
            Function<Environment, SessionLimits> limits,
            OptionalLong commandOutput) {
        this.history = history;
        this.recordings = recordings;
        this.time = time;
        this.clientStall = clientStall;
        this.limits = limits;
        this.commandOutput = commandOutput;
        this.entries = new FirstEntries(journal);
        this.admin = journal;
        this.journal = new SessionJournal(journal);
        var _ = deadlines.scheduleAtFixedRate(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Opens what {@code permit} allows: row and audit entry are committed, then the recording begins, then the backend runs.
     * If a step fails, what was begun is ended in good order and the outcome says so in words.
     */
    public OpenOutcome open(Permit permit, Opening opening) {
        openings.register();
        try {
            return openUnlessClosing(permit, opening);
        } finally {
            openings.arriveAndDeregister();
        }
    }

    private OpenOutcome openUnlessClosing(Permit permit, Opening opening) {
        if (closing) {
            return new OpenOutcome.NotOpened(
                    new Ending.BastionStopped(), "the bastion is stopping. Try again in a minute.");
        }
        if (!admin.log().isTaking()) {
            return new OpenOutcome.NotOpened(
                    new Ending.BastionFailed("audit journal full"),
                    "no new session: the audit journal takes no more entries. Running sessions go on. Tell whoever"
                            + " runs this bastion.");
        }
        Named named = reserveName(permit, opening);
        OpenOutcome outcome = open(permit, opening, named);
        if (outcome instanceof OpenOutcome.NotOpened) {
            names.remove(named);
        }
        return outcome;
    }

    private OpenOutcome open(Permit permit, Opening opening, Named named) {
        SessionRow row = entries.row(permit, opening, named.name());
        Optional<Instant> until;
        try {
            until = history.open(row, entries.opened(permit, row));
        } catch (DatabaseAway away) {
            // The commit may have happened after all; then this ends the row, and else it does nothing.
            ended(row, new Ending.BastionFailed("the database did not answer"));
            return new OpenOutcome.NotOpened(
                    new Ending.BastionFailed("database away"),
                    "no new session: the database does not answer. Running sessions go on. Try again in a minute.");
        } catch (GrantGone gone) {
            return new OpenOutcome.NotOpened(
                    new Ending.GrantEnded(),
                    "your access to " + row.target() + " has just ended. Ask again with a reason.");
        }
        AtomicReference<LiveSession> begun = new AtomicReference<>();
        Recording recording;
        try {
            recording = recording(permit, row, opening, new Watch(row, begun));
        } catch (RecordingFailed e) {
            Ending ending = new Ending.RecordingFailed(e.getMessage());
            ended(row, ending);
            return new OpenOutcome.NotOpened(
                    ending,
                    "nothing was opened, because it could not be recorded: " + e.getMessage()
                            + ". Tell whoever runs this bastion.");
        }
        TerminalSize size =
                opening.launch().terminal().map(Launch.Terminal::size).orElse(TerminalSize.USUAL);
        SessionTerms terms = new SessionTerms(permit.attempt().mode(), until, limits.apply(row.environment()));
        LiveSession session = new LiveSession(
                row,
                terms,
                recording,
                journal,
                time,
                size,
                outputLimit(row, terms.mode()),
                files(row, permit),
                permit.obligations().forwards(),
                clientStall,
                this::later,
                pumps);
        Optional<Attachment> attachment = opening.client().map(session::enterFirst);
        begun.set(session);
        live.put(row.id(), session);
        var _ = session.over().thenRun(() -> {
            live.remove(row.id());
            names.remove(new Named(row.person(), session.row().name()));
        });
        opening.begins().accept(row);
        pumps.execute(session::pump);
        reconsider(session);
        if (closing) {
            session.end(new Ending.BastionStopped());
        }
        return run(session, attachment, permit, opening);
    }

    /** In production, and of everything that is no plain command, all of it is recorded. */
    private OptionalLong outputLimit(SessionRow row, Mode mode) {
        boolean command = mode instanceof Mode.Exec && !row.terminal();
        return command && !row.environment().isProduction() ? commandOutput : OptionalLong.empty();
    }

    /** What reads the bytes of a session that is for files. The rules let no other subsystem in than sftp. */
    private static Optional<Transfer> files(SessionRow row, Permit permit) {
        return switch (permit.attempt().mode()) {
            case Mode.Subsystem _ ->
                Optional.of(new Conversation(row.id(), permit.obligations().files()));
            case Mode.Exec(Command command, boolean terminal)
            when !terminal -> TransferCommand.of(command).map(copying -> Dialogue.of(row.id(), copying));
            case Mode.Exec _, Mode.Shell _, Mode.Job _, Mode.Forwarding _ -> Optional.empty();
        };
    }

    private Recording recording(Permit permit, SessionRow row, Opening opening, RecordingWatch watch)
            throws RecordingFailed {
        Recording recording = recordings.create(
                row.id().toString(),
                FirstEntries.header(permit, row, opening.launch()),
                row.terminal() ? StreamKind.TERMINAL : StreamKind.PLAIN,
                time.nanos(),
                watch);
        try {
            Optional<String> approval = FirstEntries.approval(permit);
            if (approval.isPresent()) {
                recording.syncedMarker(approval.get());
            }
            if (row.recordsInput() != InputRecording.OFF) {
                recording.recordInput(row.recordsInput().word());
            }
            return recording;
        } catch (RecordingFailed e) {
            try {
                recording.seal();
            } catch (RecordingFailed unsealed) {
                e.addSuppressed(unsealed);
            }
            throw e;
        }
    }

    private void ended(SessionRow row, Ending ending) {
        journal.note(
                row,
                new AuditEvent.SessionEnded(
                        row.id(), "failed", ending.word(), ending.detail(), Optional.empty(), 0, Optional.empty()));
    }

    private OpenOutcome run(LiveSession session, Optional<Attachment> attachment, Permit permit, Opening opening) {
        try {
            Backend backend = opening.start().start(session.events());
            Optional<Ending> cutShort = session.opened(backend);
            return cutShort.isPresent()
                    ? new OpenOutcome.NotOpened(cutShort.get(), session.words(cutShort.get()))
                    : new OpenOutcome.Opened(session, attachment);
        } catch (TargetUnreachable e) {
            Ending ending = new Ending.TargetLost(e.getMessage());
            session.end(ending);
            return new OpenOutcome.NotOpened(ending, e.getMessage() + ".");
        } catch (RuntimeException e) {
            log.error("session {} could not be opened", session, e);
            Ending ending = new Ending.BastionFailed(e.toString());
            session.end(ending);
            return new OpenOutcome.NotOpened(
                    ending,
                    "something inside the bastion broke while opening %s. Session %s; tell whoever runs this bastion."
                            .formatted(permit.target().name(), session.id().code()));
        }
    }

    /**
     * The person's sessions on a target that can be come back to, newest first.
     *
     * @param occupiedToo also those that somebody is in
     */
    public List<LiveSession> rejoinable(PersonId person, TargetName target, Login login, boolean occupiedToo) {
        return live.values().stream()
                .filter(s -> s.row().person().equals(person))
                .filter(s -> s.row().target().equals(target) && s.row().login().equals(login))
                .filter(LiveSession::canBeRejoined)
                .filter(s -> occupiedToo || s.glance().state() instanceof SessionState.Detached)
                .sorted(Comparator.comparing((LiveSession s) -> s.row().startedAt())
                        .reversed())
                .toList();
    }

    /** The person's live session of that name or short code, if there is one. */
    public Optional<LiveSession> named(PersonId person, String nameOrCode) {
        return live.values().stream()
                .filter(s -> s.row().person().equals(person))
                .filter(s -> s.row().name().value().equals(nameOrCode)
                        || s.row().id().code().equals(Crockford.normalise(nameOrCode))
                        || s.row().id().toString().equals(nameOrCode))
                .findFirst();
    }

    /** The session with this id, if it is not over. */
    public Optional<LiveSession> live(SessionId id) {
        return Optional.ofNullable(live.get(id));
    }

    /** Lets {@code action} run after {@code wait}, on the thread of the deadlines: it must not wait for anything. */
    private void later(Duration wait, Runnable action) {
        try {
            var _ = deadlines.schedule(
                    () -> {
                        try {
                            action.run();
                        } catch (RuntimeException e) {
                            log.error("something that was to be done later broke", e);
                        }
                    },
                    wait.toNanos(),
                    TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException stopping) {
            log.debug("not done any more: the bastion is stopping");
        }
    }

    /**
     * Ends every session whose right no longer stands, and sends away who may not be in one any more, after people, keys,
     * targets or rules have changed (T17). What opens or is entered later is asked the same, so nobody slips in between.
     */
    public void reconsider(
            Predicate<SessionRow> stands,
            BiPredicate<SessionRow, Newcomer> mayStay,
            Function<SessionRow, FileRights> files,
            Function<SessionRow, Set<ForwardRight>> forwards) {
        rights = new Rights(stands, mayStay, Optional.of(files), Optional.of(forwards));
        live.values().forEach(this::reconsider);
    }

    private void reconsider(LiveSession session) {
        Rights now = rights;
        if (!now.stands().test(session.row())) {
            session.end(new Ending.AccessWithdrawn());
        } else {
            session.reconsider(who -> now.mayStay().test(session.row(), who));
            now.files().ifPresent(files -> session.allow(files.apply(session.row())));
            now.forwards().ifPresent(forwards -> session.reconsider(forwards.apply(session.row())));
        }
    }

    /**
     * Lets more pass in a session of what passes, as {@code permit} allows. It is over if that was taken back meanwhile, and
     * when it is later.
     */
    public void admit(LiveSession session, Permit permit) {
        session.rely(permit.obligations().forwards());
        reconsider(session);
    }

    /** Lets somebody in to a session that runs. */
    public JoinOutcome join(LiveSession session, Newcomer who, Entry entry) {
        boolean own = who.person().equals(session.row().person());
        if (!own && !admin.log().isTaking()) {
            return new JoinOutcome.Closed(
                    "nobody can look on now: the audit journal takes no more entries. Tell whoever runs this bastion.");
        }
        JoinOutcome outcome = session.join(who, entry);
        reconsider(session);
        return outcome;
    }

    // --- LiveSessions ---

    @Override
    public List<LiveSessionView> list() {
        return live.values().stream().map(SessionRegistry::view).toList();
    }

    @Override
    public Optional<LiveSessionView> find(SessionId id) {
        return Optional.ofNullable(live.get(id)).map(SessionRegistry::view);
    }

    @Override
    public boolean revoke(SessionId id, Ending.Revoked ending) {
        LiveSession session = live.get(id);
        return session != null && session.end(ending);
    }

    @Override
    public boolean detach(SessionId id) {
        LiveSession session = live.get(id);
        return session != null && session.detach();
    }

    @Override
    public boolean destroy(SessionId id, Ending.Destroyed ending) {
        LiveSession session = live.get(id);
        return session != null && session.end(ending);
    }

    @Override
    public Renamed rename(SessionId id, SessionName name) {
        LiveSession session = live.get(id);
        if (session == null) {
            return Renamed.NOT_LIVE;
        }
        Named old = new Named(session.row().person(), session.row().name());
        Named wanted = new Named(old.person(), name);
        if (wanted.equals(old)) {
            return Renamed.DONE;
        }
        if (!names.add(wanted)) {
            return Renamed.TAKEN;
        }
        session.rename(name);
        names.remove(old);
        if (session.isOver() && !live.containsKey(id)) {
            names.remove(wanted);
        }
        return Renamed.DONE;
    }

    @Override
    public boolean link(SessionId id, Optional<String> url) {
        LiveSession session = live.get(id);
        if (session != null) {
            session.link(url);
        }
        return session != null;
    }

    @Override
    public boolean size(SessionId id, int columns, int rows) {
        LiveSession session = live.get(id);
        return session != null
                && session.fixSize(
                        columns == 0 || rows == 0
                                ? Optional.empty()
                                : Optional.of(TerminalSize.claimed(columns, rows, 0, 0)));
    }

    @Override
    public CompletableFuture<Optional<ScreenNow>> screen(SessionId id, int tailLines, boolean colours) {
        LiveSession session = live.get(id);
        return session == null
                ? CompletableFuture.completedFuture(Optional.empty())
                : session.askScreen(screen -> screenNow(screen, tailLines, colours));
    }

    private static ScreenNow screenNow(Screen screen, int tailLines, boolean colours) {
        List<String> lines;
        if (tailLines == 0) {
            lines = colours ? ScreenText.screenWithColours(screen) : ScreenText.screen(screen);
        } else {
            lines = colours ? ScreenText.tailWithColours(screen, tailLines) : ScreenText.tail(screen, tailLines);
        }
        return new ScreenNow(
                lines,
                screen.forgottenLines(),
                screen.scrollbackLines(),
                screen.columns(),
                screen.rows(),
                screen.alternate());
    }

    private static LiveSessionView view(LiveSession session) {
        LiveSession.Glance glance = session.glance();
        boolean terminal = session.row().terminal();
        return new LiveSessionView(
                session.row(),
                glance.state(),
                terminal ? glance.size().columns() : 0,
                terminal ? glance.size().rows() : 0,
                session.outputBytes(),
                glance.lastInput(),
                glance.people(),
                glance.kept().bytes(),
                glance.kept().lines(),
                glance.kept().forgotten(),
                glance.cut().map(LiveSession.Glance.Cut::at),
                glance.cut().map(cut -> word(cut.into())));
    }

    private static String word(SessionState into) {
        return into instanceof SessionState.Ended(Ending ending, Instant _) ? ending.word() : "detach";
    }

    // --- the end ---

    /** Ends every session, tells the people in them, and waits until each recording is finished. */
    @Override
    public void close() {
        closing = true;
        deadlines.shutdownNow();
        long deadline = time.nanos().getAsLong() + CLOSE_LIMIT.toNanos();
        Set<LiveSession> ended = new HashSet<>();
        try {
            end(ended);
            openings.awaitAdvanceInterruptibly(openings.arriveAndDeregister(), left(deadline), TimeUnit.NANOSECONDS);
            end(ended);
            for (LiveSession session : ended) {
                awaitEnd(session, deadline);
            }
            // Pumps that still seal are waited for; none is interrupted, since an interrupt would close its recording.
            pumps.shutdown();
            if (!pumps.awaitTermination(left(deadline), TimeUnit.NANOSECONDS)) {
                log.error("sessions were still being finished; what is not sealed is at the next start");
            }
        } catch (TimeoutException e) {
            log.error("a session was still being opened; it is ended at the next start");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end(Set<LiveSession> ended) {
        for (LiveSession session : live.values()) {
            session.end(new Ending.BastionStopped());
            ended.add(session);
        }
    }

    private void awaitEnd(LiveSession session, long deadline) throws InterruptedException {
        try {
            session.over().get(left(deadline), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            log.error("{} did not end in time; it is sealed at the next start", session);
        } catch (ExecutionException e) {
            log.error("{} did not end in good order", session, e);
        }
    }

    /** In nanoseconds, and never nothing: what is done already must be seen to be. */
    private long left(long deadline) {
        return Math.max(1, deadline - time.nanos().getAsLong());
    }

    private void tick() {
        for (LiveSession session : live.values()) {
            try {
                session.tick();
            } catch (RuntimeException e) {
                log.error("deadlines of {} could not be looked at", session, e);
            }
        }
    }

    /** What the store says of a session's recording. */
    private record Watch(SessionRow row, AtomicReference<LiveSession> session) implements RecordingWatch {
        @Override
        public void failed() {
            LiveSession recorded = session.get();
            if (recorded != null) {
                recorded.end(new Ending.RecordingFailed("a write or sync failed"));
            }
        }

        @Override
        public void paused(Duration most) {
            log.error(
                    "the disk of the recordings is full: session {} of {} stands still, and ends if there is no room"
                            + " within {}",
                    row.id().code(),
                    row.personName(),
                    most);
            LiveSession recorded = session.get();
            if (recorded != null) {
                recorded.recordingPaused(most);
            }
        }

        @Override
        public void resumed() {
            log.info(
                    "there is room for recordings again: session {} goes on",
                    row.id().code());
        }
    }

    // --- rows and headers ---

    /** A name that no other session of the person has: the wanted one, or that with a number behind it. */
    private Named reserveName(Permit permit, Opening opening) {
        PersonId person = permit.attempt().person().id();
        List<String> taken = new ArrayList<>();
        while (true) {
            SessionName name = SessionNames.next(
                    opening.name(),
                    permit.attempt().login(),
                    permit.target().name(),
                    time.wall().instant(),
                    taken);
            Named named = new Named(person, name);
            if (names.add(named)) {
                return named;
            }
            taken.add(name.value());
        }
    }
}
