package sallyport.bastion.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
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
import sallyport.db.DatabaseAway;
import sallyport.db.GrantGone;
import sallyport.db.SessionHistory;
import sallyport.policy.Command;
import sallyport.policy.Crockford;
import sallyport.policy.Grant;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Login;
import sallyport.policy.Mode;
import sallyport.policy.Permit;
import sallyport.policy.Person;
import sallyport.policy.PersonId;
import sallyport.policy.Reason;
import sallyport.policy.RequestCode;
import sallyport.policy.SessionName;
import sallyport.policy.TargetName;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.Ending;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;
import sallyport.policy.session.SessionState;
import sallyport.recorder.Header;
import sallyport.recorder.Recording;
import sallyport.recorder.RecordingFailed;
import sallyport.recorder.RecordingStore;
import sallyport.recorder.StreamKind;

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
    private final Map<SessionId, LiveSession> live = new ConcurrentHashMap<>();
    private final ExecutorService pumps = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("pump-", 0).factory());
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("session-deadlines").daemon().factory());
    private final Set<Named> names = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    /** A name in use. */
    private record Named(PersonId person, SessionName name) {}

    /**
     * Empty at first.
     *
     * @param clientStall see {@link LiveSession#CLIENT_STALL}
     */
    public SessionRegistry(
            SessionHistory history,
            Journal journal,
            RecordingStore recordings,
            SessionTime time,
            Duration clientStall) {
        this.history = history;
        this.recordings = recordings;
        this.time = time;
        this.clientStall = clientStall;
        this.admin = journal;
        this.journal = new SessionJournal(journal);
        var _ = deadlines.scheduleAtFixedRate(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Opens what {@code permit} allows: row and audit entry are committed, then the recording begins, then the backend runs.
     * If a step fails, what was begun is ended in good order and the outcome says so in words.
     */
    public OpenOutcome open(Permit permit, Opening opening) {
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
        SessionRow row = row(permit, opening, named.name());
        Optional<Instant> until;
        try {
            until = history.open(row, openedEntry(permit, row));
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
            recording = recordings.create(
                    row.id().toString(),
                    header(row, opening.launch()),
                    row.terminal() ? StreamKind.TERMINAL : StreamKind.PLAIN,
                    time.nanos(),
                    () -> recordingFailed(begun.get()));
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
        LiveSession session = new LiveSession(row, permit, until, recording, journal, time, size, clientStall, pumps);
        Attachment attachment = session.enterFirst(opening.client());
        begun.set(session);
        live.put(row.id(), session);
        var _ = session.over().thenRun(() -> {
            live.remove(row.id());
            names.remove(named);
        });
        opening.begins().accept(row);
        pumps.execute(session::pump);
        return run(session, attachment, permit, opening);
    }

    private void ended(SessionRow row, Ending ending) {
        journal.note(
                row,
                new AuditEvent.SessionEnded(row.id(), "failed", ending.word(), ending.detail(), Optional.empty(), 0));
    }

    private OpenOutcome run(LiveSession session, Attachment attachment, Permit permit, Opening opening) {
        try {
            Backend backend = opening.transports()
                    .run(permit.target(), permit.attempt().login(), opening.launch(), session.events());
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

    /** The person's sessions on a target that can be come back to: nobody is in them. Newest first. */
    public List<LiveSession> detached(PersonId person, TargetName target, Login login) {
        return live.values().stream()
                .filter(s -> s.row().person().equals(person))
                .filter(s -> s.row().target().equals(target) && s.row().login().equals(login))
                .filter(LiveSession::canBeRejoined)
                .filter(s -> s.glance().state() instanceof SessionState.Detached)
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

    /** Notes that a client joined. */
    public void attached(LiveSession session, KeyFingerprint key, TerminalSize size) {
        session.noteJoined(key, size);
    }

    /** Ends every session whose right no longer stands, after people, keys, targets or rules have changed (T17). */
    public void reconsider(Predicate<SessionRow> stands) {
        for (LiveSession session : live.values()) {
            if (!stands.test(session.row())) {
                session.end(new Ending.AccessWithdrawn());
            }
        }
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
        return session != null && session.dismiss("detached. The session runs on.", "detached by its owner");
    }

    @Override
    public boolean destroy(SessionId id, Ending.Destroyed ending) {
        LiveSession session = live.get(id);
        return session != null && session.end(ending);
    }

    @Override
    public Renamed rename(SessionId id, SessionName name) {
        return Renamed.NOT_LIVE;
    }

    @Override
    public boolean link(SessionId id, Optional<String> url) {
        return false;
    }

    @Override
    public boolean size(SessionId id, int columns, int rows) {
        return false;
    }

    @Override
    public CompletableFuture<Optional<ScreenNow>> screen(SessionId id, int tailLines, boolean colours) {
        return CompletableFuture.completedFuture(Optional.empty());
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
                List.of(),
                0,
                0,
                0,
                Optional.empty(),
                Optional.empty());
    }

    // --- the end ---

    /** Ends every session, tells the people in them, and waits until each recording is finished. */
    @Override
    public void close() {
        closing = true;
        deadlines.shutdownNow();
        List<LiveSession> all = List.copyOf(live.values());
        all.forEach(session -> session.end(new Ending.BastionStopped()));
        long deadline = time.nanos().getAsLong() + CLOSE_LIMIT.toNanos();
        for (LiveSession session : all) {
            try {
                session.over().get(Math.max(1, deadline - time.nanos().getAsLong()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                log.error("{} did not end in time; it is sealed at the next start", session);
            } catch (ExecutionException e) {
                log.error("{} did not end in good order", session, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        // Pumps that still seal are waited for; none is interrupted, since an interrupt would close its recording.
        pumps.close();
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

    private static void recordingFailed(@Nullable LiveSession session) {
        if (session != null) {
            session.end(new Ending.RecordingFailed("a write or sync failed"));
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

    private SessionRow row(Permit permit, Opening opening, SessionName name) {
        SessionId id = new SessionId(admin.ids().get());
        Person person = permit.attempt().person();
        Mode mode = permit.attempt().mode();
        Instant now = time.wall().instant();
        return new SessionRow(
                id,
                name,
                person.id(),
                person.name(),
                permit.attempt().key(),
                permit.attempt().source(),
                Optional.of(permit.target().id()),
                permit.target().name(),
                permit.target().environment(),
                permit.target().workspace(),
                permit.attempt().login(),
                mode.word(),
                opening.launch().terminal().isPresent(),
                switch (mode) {
                    case Mode.Exec(Command command, boolean _) -> command.text();
                    case Mode.Job(Command command) -> command.text();
                    case Mode.Shell _, Mode.Subsystem _ -> "";
                },
                permit.reason(),
                permit.grant().map(Grant::id),
                permit.grant().map(Grant::approvedBy),
                permit.rule(),
                now,
                "starting",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private AuditEntry openedEntry(Permit permit, SessionRow row) {
        Optional<RequestCode> request = permit.grant().map(Grant::code);
        return AuditEntry.by(
                admin.ids().get(),
                row.startedAt(),
                permit.attempt().person(),
                row.source(),
                new AuditEvent.SessionOpened(
                        row.id(),
                        row.name().value(),
                        row.target(),
                        row.login(),
                        row.mode(),
                        row.command(),
                        row.reason().map(Reason::value),
                        request,
                        row.rule()));
    }

    private static Header header(SessionRow row, Launch launch) {
        SequencedMap<String, String> about = new LinkedHashMap<>();
        about.put("session", row.id().toString());
        about.put("person", row.personName().value());
        about.put("key", row.key().value());
        about.put("source", row.source());
        about.put("target", row.target().value());
        about.put("login", row.login().value());
        about.put("environment", row.environment().word());
        about.put("mode", row.mode());
        row.reason().ifPresent(reason -> about.put("reason", reason.value()));
        row.approvedBy().ifPresent(by -> about.put("approved_by", by.value()));
        SequencedMap<String, String> environment = new LinkedHashMap<>(launch.environment());
        launch.terminal().ifPresent(terminal -> environment.put("TERM", terminal.type()));
        TerminalSize size = launch.terminal().map(Launch.Terminal::size).orElse(TerminalSize.USUAL);
        return new Header(
                size.columns(),
                size.rows(),
                launch.terminal().map(Launch.Terminal::type).orElse(""),
                row.startedAt(),
                row.command().isEmpty() ? Optional.empty() : Optional.of(row.command()),
                Optional.of(row.login() + " on " + row.target()),
                environment,
                about);
    }
}
