package sallyport.admin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import sallyport.admin.access.AccessOperations;
import sallyport.admin.access.KeyLines;
import sallyport.db.AccessRequests;
import sallyport.db.AccessStore;
import sallyport.db.ApiTokens;
import sallyport.db.Database;
import sallyport.db.DatabaseSettings;
import sallyport.db.KeptRecordings;
import sallyport.db.RecordingSearch;
import sallyport.db.SearchIndex;
import sallyport.db.SessionHistory;
import sallyport.db.TestDatabase;
import sallyport.policy.AccessPolicy;
import sallyport.policy.AccessRequest;
import sallyport.policy.Attempt;
import sallyport.policy.Decision;
import sallyport.policy.InputRecording;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Login;
import sallyport.policy.Mode;
import sallyport.policy.Person;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;
import sallyport.policy.Reason;
import sallyport.policy.SessionName;
import sallyport.policy.Target;
import sallyport.policy.TargetName;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.audit.AuditLog;
import sallyport.policy.retention.Retention;
import sallyport.policy.session.Ending;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;
import sallyport.policy.session.SessionState;
import sallyport.recorder.Header;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.StreamKind;
import sallyport.recorder.store.Recording;
import sallyport.recorder.store.RecordingFailed;
import sallyport.recorder.store.RecordingFile;
import sallyport.recorder.store.RecordingStore;
import sallyport.recorder.store.Sealed;

/**
 * Everything the operations need, on a real database: two engineers, an approver, a manager, an auditor; {@code web-1} in
 * staging and {@code db-7} in production. The live sessions are a map, the clock is moved by hand.
 */
public final class House implements AutoCloseable {

    private static final String ACCESS = """
        roles:
          engineer: []
          approver: [terminal.approve]
          manager: [terminal.view_history, terminal.revoke, policy.manage]
          auditor: [terminal.view_history, terminal.view_recording, terminal.download_recording]
        people:
          engineer: {roles: [engineer], keys: ["KEY1"]}
          engineer-2: {roles: [engineer], keys: ["KEY2"]}
          approver: {roles: [approver, engineer], keys: ["KEY3"]}
          manager: {roles: [manager], keys: ["KEY4"]}
          auditor: {roles: [auditor], keys: ["KEY5"]}
        targets:
          web-1: {address: "127.0.0.1:2201", environment: staging, logins: [root, deploy], host-keys: ["KEY8"]}
          db-7: {address: "127.0.0.1:2202", environment: production, logins: [root], host-keys: ["KEY9"]}
        rules:
          - {name: engineers, roles: [engineer], logins: [root]}
        """;

    /** Where the bastion says it is. */
    public static final PublicAddress DOOR = new PublicAddress("bastion.example", 2222);

    public final TestDatabase server = TestDatabase.create();
    public final Database database = server.connect();
    public final Clock clock = new Clock();
    public final Ids ids = new Ids(clock);
    private final Path folder = folder();
    public final RecordingStore store = new RecordingStore(folder, clock);
    public final Entries entries = new Entries();
    public final Live live = new Live();
    public final Grants grants = new Grants();
    public final Journal journal = new Journal(entries, ids, clock);
    public final AccessStore access = new AccessStore(database, ids);
    public final SessionHistory history = new SessionHistory(database);
    public final AccessRequests requests = new AccessRequests(database, ids);
    public final AccessOperations accessOperations = new AccessOperations(access, journal);
    public final SessionOperations sessions = new SessionOperations(history, live, store, grants, DOOR, journal);
    public final ApprovalOperations approvals = new ApprovalOperations(requests, journal);
    public final HistoryOperations exports = new HistoryOperations(history, journal);
    public final SearchIndex index = new SearchIndex(database);
    public final RecordingIndexer indexer = new RecordingIndexer(index, this::reader, store.leisure(), clock);
    public final SearchOperations search =
            new SearchOperations(new RecordingSearch(database), index, indexer, history, live, DOOR, journal);
    public final TokenOperations tokens =
            new TokenOperations(new ApiTokens(database), access, new SecureRandom(), journal);
    public final KeptRecordings kept = new KeptRecordings(database);
    public final Retention rules = Retention.of(365, 90);
    public final Keepings keepings = new Keepings(kept, rules);
    public final AtomicLong nanos = new AtomicLong();
    public final RetentionSweep sweep = RetentionSweep.prepare(kept, store::delete, rules, journal, nanos::get);
    public final RecordingOperations recordings =
            new RecordingOperations(history, live, store, keepings, DOOR, journal);
    public final RetentionOperations retention =
            new RetentionOperations(history, live, kept, keepings, sweep, DOOR, journal);
    public final TargetOperations targets = new TargetOperations(access::snapshot);

    /** Moves only when told. */
    public static final class Clock implements InstantSource {
        private Instant now = Instant.parse("2026-11-21T14:00:00Z");

        @Override
        public synchronized Instant instant() {
            return now;
        }

        public synchronized void pass(Duration time) {
            now = now.plus(time);
        }
    }

    /** UUIDv7 of the house's clock, the same in each run. */
    public static final class Ids implements Supplier<UUID> {
        private final Clock clock;
        private final Random random = new Random(7);

        Ids(Clock clock) {
            this.clock = clock;
        }

        @Override
        public synchronized UUID get() {
            long front = clock.instant().toEpochMilli() << 16 | 0x7000 | random.nextInt(0x1000);
            return new UUID(front, 0x8000_0000_0000_0000L | random.nextLong() >>> 2);
        }
    }

    /** Keeps entries in memory, or refuses them: full says so before, broken only when one comes. */
    public static final class Entries implements AuditLog {
        public final List<AuditEntry> kept = new CopyOnWriteArrayList<>();
        public final AtomicBoolean full = new AtomicBoolean();
        public final AtomicBoolean broken = new AtomicBoolean();

        @Override
        public void append(AuditEntry entry) {
            if (full.get() || broken.get()) {
                throw new UncheckedIOException(new IOException("no space left on device"));
            }
            kept.add(entry);
        }

        @Override
        public boolean isTaking() {
            return !full.get();
        }

        public List<AuditEvent> events() {
            return kept.stream().map(AuditEntry::event).toList();
        }
    }

    /** Live sessions in a map. */
    public static final class Live implements LiveSessions {
        public final Map<SessionId, LiveSessionView> views = new ConcurrentHashMap<>();
        public final Map<SessionId, Ending.Revoked> revoked = new ConcurrentHashMap<>();
        public final Map<SessionId, Ending.Destroyed> destroyed = new ConcurrentHashMap<>();

        /** What {@link #screen} was asked last, and what it answers; nothing: it never does. */
        public final Map<SessionId, CompletableFuture<Optional<ScreenNow>>> screens = new ConcurrentHashMap<>();

        public volatile String screenAsked = "";

        public void add(SessionRow row) {
            put(row, new SessionState.Running(2, row.startedAt()), Optional.empty(), 120, 40);
        }

        public void put(SessionRow row, SessionState state, Optional<Instant> lastInput, int columns, int rows) {
            List<PersonInSession> people = state instanceof SessionState.Running
                    ? List.of(
                            new PersonInSession(row.personName(), "192.0.2.7", "driver", row.startedAt(), lastInput),
                            new PersonInSession(
                                    new PersonName("auditor"),
                                    "192.0.2.9",
                                    "viewer",
                                    row.startedAt(),
                                    Optional.empty()))
                    : List.of();
            views.put(
                    row.id(),
                    new LiveSessionView(
                            row,
                            state,
                            columns,
                            rows,
                            4711,
                            lastInput,
                            people,
                            2048,
                            17,
                            3,
                            Optional.of(row.startedAt().plus(Duration.ofDays(7))),
                            Optional.of("detached_too_long")));
        }

        @Override
        public List<LiveSessionView> list() {
            return List.copyOf(views.values());
        }

        @Override
        public Optional<LiveSessionView> find(SessionId id) {
            return Optional.ofNullable(views.get(id));
        }

        @Override
        public boolean revoke(SessionId id, Ending.Revoked ending) {
            if (views.remove(id) == null) {
                return false;
            }
            revoked.put(id, ending);
            return true;
        }

        @Override
        public boolean destroy(SessionId id, Ending.Destroyed ending) {
            if (views.remove(id) == null) {
                return false;
            }
            destroyed.put(id, ending);
            return true;
        }

        @Override
        public boolean detach(SessionId id) {
            LiveSessionView view = views.get(id);
            if (view == null || view.attachments() == 0) {
                return false;
            }
            SessionState gone = new SessionState.Detached(view.row().startedAt(), false);
            put(view.row(), gone, view.lastInput(), view.columns(), view.rows());
            return true;
        }

        @Override
        public Renamed rename(SessionId id, SessionName name) {
            LiveSessionView view = views.get(id);
            if (view == null) {
                return Renamed.NOT_LIVE;
            }
            boolean taken = views.values().stream()
                    .anyMatch(other -> !other.id().equals(id)
                            && other.person().equals(view.person())
                            && other.name().equals(name));
            if (taken) {
                return Renamed.TAKEN;
            }
            put(view.row().withName(name), view.state(), view.lastInput(), view.columns(), view.rows());
            return Renamed.DONE;
        }

        @Override
        public boolean link(SessionId id, Optional<String> url) {
            LiveSessionView view = views.get(id);
            if (view == null) {
                return false;
            }
            put(view.row().withLink(url), view.state(), view.lastInput(), view.columns(), view.rows());
            return true;
        }

        @Override
        public boolean size(SessionId id, int columns, int rows) {
            LiveSessionView view = views.get(id);
            if (view == null) {
                return false;
            }
            put(view.row(), view.state(), view.lastInput(), columns, rows);
            return true;
        }

        @Override
        public CompletableFuture<Optional<ScreenNow>> screen(SessionId id, int tailLines, boolean colours) {
            screenAsked = tailLines + (colours ? " with colours" : "");
            return screens.getOrDefault(id, new CompletableFuture<>());
        }
    }

    /** Takes note of what is withdrawn; fails as the database does, if told so. */
    public static final class Grants implements GrantWithdrawal {
        public final List<UUID> withdrawn = new ArrayList<>();
        public Optional<RuntimeException> failure = Optional.empty();

        @Override
        public void withdraw(UUID grant, Instant now) {
            failure.ifPresent(f -> {
                throw f;
            });
            withdrawn.add(grant);
        }
    }

    /** Applies the file above. */
    public House() {
        apply(ACCESS);
        entries.kept.clear();
    }

    private Optional<RecordingReader> reader(SessionId session) throws IOException {
        Optional<RecordingFile> file = store.find(session.toString());
        return file.isEmpty() ? Optional.empty() : Optional.of(file.get().reader());
    }

    /** Makes {@code yaml} what holds; KEY1 to KEY9 stand for keys. */
    public void apply(String yaml) {
        String text = yaml;
        for (int i = 1; i <= 9; i++) {
            text = text.replace("KEY" + i, KeyLines.ed25519(i));
        }
        try {
            Path file = Files.createTempFile("access", ".yaml");
            Files.writeString(file, text);
            Outcome<?> outcome = accessOperations.applyAsBastion(file);
            Files.delete(file);
            if (!(outcome instanceof Outcome.Done<?>)) {
                throw new IllegalStateException(outcome.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes the file above hold again, without {@code person}. */
    public void dismiss(String person) {
        apply(ACCESS.replaceAll("  " + person + ": \\{roles.*\n", ""));
    }

    public Person person(String name) {
        return access.snapshot().people().stream()
                .filter(p -> p.name().value().equals(name))
                .findFirst()
                .orElseThrow();
    }

    public Optional<PersonId> personNamed(PersonName name) {
        return access.snapshot().people().stream()
                .filter(p -> p.name().equals(name))
                .map(Person::id)
                .findFirst();
    }

    public Caller caller(String name) {
        return new Caller(person(name), "192.0.2.7", Optional.of(key()));
    }

    private static KeyFingerprint key() {
        return new KeyFingerprint("SHA256:" + "A".repeat(43));
    }

    /** A session of {@code person} on web-1 that runs: row and audit event are stored, and it is among the live ones. */
    public SessionRow running(String person, String name) {
        SessionRow row = stored(person, name, "web-1", Optional.empty());
        live.add(row);
        return row;
    }

    /** As {@link #running}, on db-7, resting on a grant that the approver gave. */
    public SessionRow runningInProduction(String person, String name) {
        AccessRequest request = request(person);
        AccessRequest decided = ((Outcome.Done<AccessRequest>)
                        approvals.approve(caller("approver"), request.code().value(), ""))
                .value();
        UUID grant = ((AccessRequest.State.Approved) decided.state()).grant();
        SessionRow row = stored(person, name, "db-7", Optional.of(grant));
        live.add(row);
        return row;
    }

    /** A request of {@code person} for root on db-7. */
    public AccessRequest request(String person) {
        Attempt attempt = new Attempt(
                person(person),
                key(),
                "192.0.2.7",
                new TargetName("db-7"),
                new Login("root"),
                new Mode.Shell(true),
                Optional.of(new Reason("INC-42 disk full")),
                Optional.empty());
        Decision decision = AccessPolicy.decide(attempt, access.facts(attempt, clock.instant()));
        return requests.make(attempt, (Decision.ApprovalRequired) decision, clock.instant());
    }

    /** A job on web-1 of which only the row is there. */
    public SessionRow job(String person, String name, String command) {
        return stored(person, name, "web-1", Optional.empty(), "job", command);
    }

    /** Says in the row that {@code row} ended well when it began. */
    public void end(SessionRow row) {
        // Packing goes on behind the seal, and what is being packed is not removed.
        Path note = folder.resolve("open").resolve(row.id().toString());
        Awaitility.await().until(() -> !Files.exists(note, LinkOption.NOFOLLOW_LINKS));
        server.change("update session set state = 'ended', ending = 'exited', exit_status = 0, ended_at = started_at"
                + " where id = '" + row.id() + "'");
    }

    /** Both clocks go on. */
    public void pass(Duration time) {
        clock.pass(time);
        nanos.addAndGet(time.toNanos());
    }

    /** A session of {@code person} that ended now, and its recording. */
    public SessionRow recorded(String person, String name, String target) {
        SessionRow row = stored(person, name, target, Optional.empty());
        Header header = new Header(
                80,
                24,
                "xterm",
                clock.instant(),
                Optional.empty(),
                Optional.empty(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>());
        try (Recording recording = store.create(row.id().toString(), header, StreamKind.TERMINAL, () -> 0L, () -> {})) {
            recording.output(ByteBuffer.wrap("hello\r\n".getBytes(StandardCharsets.US_ASCII)));
            Sealed seal = recording.seal();
            server.change("update session set recording_bytes = " + seal.bytes() + ", recording_sha256 = '"
                    + seal.sha256() + "' where id = '" + row.id() + "'");
        } catch (RecordingFailed failed) {
            throw new IllegalStateException(failed);
        }
        server.change("update session set state = 'ended', ending = 'exited', exit_status = 0, ended_at = '"
                + clock.instant() + "' where id = '" + row.id() + "'");
        return row;
    }

    /** A session of which only the row is there. */
    public SessionRow stored(String person, String name, String target, Optional<UUID> grant) {
        return stored(person, name, target, grant, "shell", "");
    }

    private SessionRow stored(
            String person, String name, String target, Optional<UUID> grant, String mode, String command) {
        clock.pass(Duration.ofSeconds(1));
        Person owner = person(person);
        Target on = access.snapshot().targets().stream()
                .filter(t -> t.name().value().equals(target))
                .findFirst()
                .orElseThrow();
        SessionRow row = new SessionRow(
                new SessionId(ids.get()),
                new SessionName(name),
                owner.id(),
                owner.name(),
                key(),
                "192.0.2.7",
                Optional.of(on.id()),
                on.name(),
                on.environment(),
                on.workspace(),
                new Login("root"),
                mode,
                true,
                command,
                Optional.of(new Reason("INC-42 =disk full")),
                grant,
                grant.map(_ -> person("approver").name()),
                "engineers",
                clock.instant(),
                "starting",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                InputRecording.OFF,
                Optional.empty());
        history.open(
                row,
                AuditEntry.by(
                        ids.get(),
                        clock.instant(),
                        owner,
                        row.source(),
                        new AuditEvent.SessionOpened(
                                row.id(),
                                name,
                                row.target(),
                                row.login(),
                                row.mode(),
                                row.command(),
                                row.reason().map(Reason::value),
                                Optional.empty(),
                                row.rule(),
                                row.recordsInput())));
        return row;
    }

    /** How many recordings there are. */
    public long recordingFiles() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(f -> f.endsWith("seal.json")).count();
        }
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("recordings");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A database that nobody answers for. */
    public Database away() {
        return Database.connect(
                new DatabaseSettings("jdbc:postgresql://127.0.0.1:1/absent", "nobody", "nothing"), clock);
    }

    @Override
    public void close() {
        store.close();
        indexer.close();
        database.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
