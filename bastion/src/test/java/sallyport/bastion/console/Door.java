package sallyport.bastion.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import sallyport.admin.ApprovalOperations;
import sallyport.admin.Caller;
import sallyport.admin.ExportOperations;
import sallyport.admin.HistoryOperations;
import sallyport.admin.Journal;
import sallyport.admin.Keepings;
import sallyport.admin.LiveSessionView;
import sallyport.admin.LiveSessions;
import sallyport.admin.LogOperations;
import sallyport.admin.PersonInSession;
import sallyport.admin.PublicAddress;
import sallyport.admin.RecordingIndexer;
import sallyport.admin.RecordingOperations;
import sallyport.admin.RetentionOperations;
import sallyport.admin.RetentionSweep;
import sallyport.admin.ScreenNow;
import sallyport.admin.SearchOperations;
import sallyport.admin.SessionOperations;
import sallyport.admin.TargetOperations;
import sallyport.admin.TokenOperations;
import sallyport.admin.TrustedLog;
import sallyport.admin.VerifyOperations;
import sallyport.db.AccessDefinition;
import sallyport.db.AccessRequests;
import sallyport.db.AccessSnapshot;
import sallyport.db.AccessStore;
import sallyport.db.ApiTokens;
import sallyport.db.AuthorizedKey;
import sallyport.db.Database;
import sallyport.db.DatabaseSettings;
import sallyport.db.EvidenceLog;
import sallyport.db.KeptRecordings;
import sallyport.db.PersonDefinition;
import sallyport.db.PersonSettings;
import sallyport.db.RecordingSearch;
import sallyport.db.SearchIndex;
import sallyport.db.SessionHistory;
import sallyport.db.TargetDefinition;
import sallyport.db.TestDatabase;
import sallyport.policy.AccessPolicy;
import sallyport.policy.AccessRequest;
import sallyport.policy.Attempt;
import sallyport.policy.Command;
import sallyport.policy.Decision;
import sallyport.policy.Environment;
import sallyport.policy.FileRights;
import sallyport.policy.HostSuffix;
import sallyport.policy.InputRecording;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Login;
import sallyport.policy.Mode;
import sallyport.policy.Permission;
import sallyport.policy.Person;
import sallyport.policy.PersonName;
import sallyport.policy.Reason;
import sallyport.policy.RoleName;
import sallyport.policy.Rule;
import sallyport.policy.SessionName;
import sallyport.policy.Target;
import sallyport.policy.TargetName;
import sallyport.policy.WorkspaceName;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.audit.AuditLog;
import sallyport.policy.retention.Retention;
import sallyport.policy.session.Ending;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;
import sallyport.policy.session.SessionState;
import sallyport.recorder.Header;
import sallyport.recorder.StreamKind;
import sallyport.recorder.proof.NoteSigning;
import sallyport.recorder.proof.VerifierKey;
import sallyport.recorder.store.Recording;
import sallyport.recorder.store.RecordingFailed;
import sallyport.recorder.store.RecordingFile;
import sallyport.recorder.store.RecordingStore;

/**
 * A console over the real operations on a real database: an engineer, a second one, an approver, a manager, an auditor;
 * {@code web-1} in staging and {@code prod-db-1} in production. Live sessions are a map; the clock is moved by hand.
 */
final class Door implements AutoCloseable {

    private static final KeyFingerprint KEY = new KeyFingerprint("SHA256:" + "A".repeat(43));
    private static final PublicAddress PUBLIC = new PublicAddress("bastion", 22);

    final Entries entries = new Entries();
    final Live live = new Live();
    final FakeDoors doors = new FakeDoors();
    final FakeTerminal client = FakeTerminal.xterm();
    final RecordingStore store;
    final SearchIndex index;
    private final Database database;
    private final SessionHistory history;
    private final AccessStore access;
    private final AccessRequests requests;
    private final AccessSnapshot snapshot;
    private final SessionOperations sessions;
    private final TargetOperations targets;
    final Console console;
    final RetentionSweep sweep;
    Instant now = Instant.parse("2026-11-21T14:00:00Z");
    private Duration passed = Duration.ZERO;
    private long ids;

    /** On a database of its own. */
    Door(Path folder) {
        this(TestDatabase.create().connect(), folder, Optional.empty());
    }

    private Door(Database database, Path folder, Optional<Door> before) {
        InstantSource clock = () -> now;
        Journal journal = new Journal(entries, this::id, clock);
        this.database = database;
        this.store = new RecordingStore(folder, clock);
        this.history = new SessionHistory(database);
        this.access = new AccessStore(database, this::id);
        this.requests = new AccessRequests(database, this::id);
        if (before.isEmpty()) {
            access.apply(definition(), AuditEntry.byBastion(id(), now, new AuditEvent.BastionStarted("test")));
        } else {
            live.views.putAll(before.get().live.views);
        }
        this.snapshot = before.map(b -> b.snapshot).orElseGet(access::snapshot);
        this.sessions = new SessionOperations(history, live, store, (_, _) -> {}, PUBLIC, journal);
        this.targets = new TargetOperations(() -> snapshot);
        KeptRecordings kept = new KeptRecordings(database);
        Keepings keepings = new Keepings(kept, Retention.usual());
        this.sweep = before.map(b -> b.sweep)
                .orElseGet(() -> RetentionSweep.prepare(
                        kept, store::delete, Retention.usual(), journal, () -> passed.toNanos()));
        this.index = new SearchIndex(database);
        SearchOperations search = new SearchOperations(
                new RecordingSearch(database),
                index,
                new RecordingIndexer(index, _ -> Optional.empty(), store.leisure(), clock),
                history,
                live,
                PUBLIC,
                journal);
        RecordingOperations recordings = new RecordingOperations(history, live, store, keepings, PUBLIC, journal);
        NoteSigning signing = signing();
        this.console = new Console(
                sessions,
                new ApprovalOperations(requests, journal),
                recordings,
                new VerifyOperations(
                        recordings, store, new EvidenceLog(database), new TrustedLog("test", List.of()), journal),
                new LogOperations(new EvidenceLog(database), new TrustedLog("test", List.of(signing.key())), journal),
                new ExportOperations(
                        history,
                        store,
                        new EvidenceLog(database),
                        new TrustedLog("test", List.of(signing.key())),
                        signing,
                        journal),
                new RetentionOperations(history, live, kept, keepings, sweep, PUBLIC, journal),
                new HistoryOperations(history, journal),
                search,
                new TokenOperations(new ApiTokens(database), access, new SecureRandom(), journal),
                targets,
                new JumpLines(PUBLIC, HostSuffix.NONE, "ssh-ed25519 AUTHORITY", "ssh-ed25519 HOST"),
                name -> snapshot.people().stream()
                        .filter(p -> p.name().equals(name))
                        .map(Person::id)
                        .findFirst(),
                new PersonSettings(database),
                clock,
                System::nanoTime,
                "0.1.0");
    }

    private static NoteSigning signing() {
        try {
            return new NoteSigning(
                    VerifierKey.of(
                            "test",
                            KeyPairGenerator.getInstance("Ed25519")
                                    .generateKeyPair()
                                    .getPublic()),
                    _ -> {
                        throw new UnsupportedOperationException("nothing is signed here");
                    });
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same live sessions and people, in front of a database that nobody answers for. */
    Door withoutDatabase(Path folder) {
        return new Door(
                Database.connect(
                        new DatabaseSettings("jdbc:postgresql://127.0.0.1:1/absent", "nobody", "nothing"), () -> now),
                folder,
                Optional.of(this));
    }

    private static AccessDefinition definition() {
        RoleName engineer = new RoleName("engineer");
        return new AccessDefinition(
                List.of(
                        person("engineer", "engineer", 1),
                        person("engineer-2", "engineer", 2),
                        person("approver", "approver", 3),
                        person("manager", "manager", 4),
                        person("auditor", "auditor", 5)),
                Map.of(
                        engineer,
                        Set.of(),
                        new RoleName("approver"),
                        Set.of(Permission.APPROVE),
                        new RoleName("manager"),
                        Set.of(Permission.VIEW_HISTORY, Permission.REVOKE, Permission.MANAGE_POLICY),
                        new RoleName("auditor"),
                        Set.of(Permission.VIEW_HISTORY, Permission.VIEW_RECORDING, Permission.DOWNLOAD_RECORDING)),
                List.of(
                        target("web-1", Environment.STAGING, "deploy", "root"),
                        target("prod-db-1", Environment.PRODUCTION, "root")),
                List.of(new Rule(
                        "engineers",
                        Rule.Effect.ALLOW,
                        Set.of(engineer),
                        Set.of(),
                        Set.of(),
                        Set.of(),
                        false,
                        0,
                        Duration.ofHours(8),
                        InputRecording.OFF,
                        FileRights.ALL,
                        Set.of())));
    }

    private static PersonDefinition person(String name, String role, int key) {
        return new PersonDefinition(
                new PersonName(name),
                Set.of(new RoleName(role)),
                List.of(new AuthorizedKey(
                        new KeyFingerprint("SHA256:" + Integer.toString(key).repeat(43)),
                        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI"
                                + Integer.toString(key).repeat(43),
                        name)));
    }

    private static TargetDefinition target(String name, Environment environment, String... logins) {
        TreeSet<Login> all = new TreeSet<>();
        for (String login : logins) {
            all.add(new Login(login));
        }
        return new TargetDefinition(
                new TargetName(name),
                "127.0.0.1",
                2201,
                environment,
                WorkspaceName.DEFAULT,
                all,
                List.of("ssh-ed25519 AAAA" + name));
    }

    /** Runs a line without a terminal. */
    int run(String person, String line) {
        return run(person, line, client.plainChannel());
    }

    /** Runs a line with a terminal. */
    int runAtTerminal(String person, String line) {
        return run(person, line, client.channel());
    }

    int run(String person, String line, ConsoleChannel channel) {
        return console.run(caller(person), new Command(line.getBytes(StandardCharsets.UTF_8)), channel, doors);
    }

    Menu menu() {
        return new Menu(targets, sessions, () -> now);
    }

    Caller caller(String name) {
        return new Caller(person(name), "192.0.2.7", Optional.of(KEY));
    }

    private Person person(String name) {
        return snapshot.people().stream()
                .filter(p -> p.name().value().equals(name))
                .findFirst()
                .orElseThrow();
    }

    void pass(Duration time) {
        now = now.plus(time);
        passed = passed.plus(time);
    }

    /** The wall clock is set. */
    void jump(Duration step) {
        now = now.plus(step);
    }

    /** A shell that runs, stored and live. */
    SessionRow running(String person, String name, String target) {
        SessionRow row = stored(person, name, target, "shell", "", new SessionId(id()));
        live.put(row, new SessionState.Running(1, row.startedAt()));
        return row;
    }

    /** A job that runs with nobody in it, stored and live. */
    SessionRow working(String person, String name, String command) {
        SessionRow row = stored(person, name, "web-1", "job", command, new SessionId(id()));
        live.put(row, new SessionState.Detached(row.startedAt(), false));
        return row;
    }

    /** An exec that is stored only. */
    SessionRow ran(String person, String name, String command) {
        return stored(person, name, "web-1", "exec", command, new SessionId(id()));
    }

    /** A shell that is over since now and lived a minute. */
    SessionRow over(String person, String name) {
        SessionRow row = row(person, name, "web-1", "shell", "", new SessionId(id()), true);
        history.restore(
                row,
                AuditEntry.by(
                        id(),
                        now,
                        person(person),
                        row.source(),
                        new AuditEvent.SessionRestored(row.id(), name, row.target(), row.login(), "elsewhere")));
        return row;
    }

    /** A live one with a person in it, as far as it can be known. */
    LiveSessionView seen(SessionRow row, SessionState state, Optional<Instant> typed, PersonInSession... people) {
        return new LiveSessionView(
                row,
                state,
                120,
                40,
                4711,
                typed,
                List.of(people),
                1_200_000,
                4_711,
                1_204,
                Optional.of(now.plus(Duration.ofDays(6))),
                Optional.of("detached_too_long"));
    }

    private SessionRow row(
            String person, String name, String target, String mode, String command, SessionId id, boolean over) {
        Person owner = person(person);
        Target on = snapshot.targets().stream()
                .filter(t -> t.name().value().equals(target))
                .findFirst()
                .orElseThrow();
        return new SessionRow(
                id,
                new SessionName(name),
                owner.id(),
                owner.name(),
                KEY,
                "192.0.2.7",
                over ? Optional.empty() : Optional.of(on.id()),
                on.name(),
                on.environment(),
                on.workspace(),
                new Login("root"),
                mode,
                !mode.equals("exec"),
                command,
                Optional.of(new Reason("INC-42 disk filling")),
                Optional.empty(),
                Optional.empty(),
                "engineers",
                over ? now.minusSeconds(60) : now,
                over ? "ended" : "starting",
                over ? Optional.of(now) : Optional.empty(),
                over ? Optional.of(0) : Optional.empty(),
                over ? Optional.of("exited") : Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                over ? Optional.of("elsewhere") : Optional.empty(),
                InputRecording.OFF,
                Optional.empty());
    }

    SessionRow stored(String person, String name, String target, String mode, String command, SessionId id) {
        SessionRow row = row(person, name, target, mode, command, id, false);
        history.open(
                row,
                AuditEntry.by(
                        id(),
                        now,
                        person(person),
                        row.source(),
                        new AuditEvent.SessionOpened(
                                row.id(),
                                name,
                                row.target(),
                                row.login(),
                                mode,
                                command,
                                row.reason().map(Reason::value),
                                Optional.empty(),
                                row.rule(),
                                row.recordsInput())));
        return row;
    }

    /** A sealed recording of {@code row} that showed {@code text}. */
    void record(SessionRow row, String text) throws IOException {
        Header header = new Header(
                80, 24, "xterm", now, Optional.empty(), Optional.empty(), new LinkedHashMap<>(), new LinkedHashMap<>());
        try (Recording recording = store.create(row.id().toString(), header, StreamKind.TERMINAL, () -> 0L, () -> {})) {
            recording.output(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            recording.exit(0, Optional.empty());
            recording.seal();
        } catch (RecordingFailed failed) {
            throw new IOException(failed);
        }
    }

    /** Puts the plain text of the one part of a recording in the place of its packed form, and says where it is. */
    Path unpacked(SessionRow row) throws IOException {
        Awaitility.await().until(() -> store.packingsLeft() == 0);
        RecordingFile file = store.find(row.id().toString()).orElseThrow();
        Path packed = file.stored(1).orElseThrow();
        Path plain = packed.resolveSibling("part-0001.cast");
        try (InputStream content = file.text(Files.newInputStream(packed), String.valueOf(packed.getFileName()))) {
            Files.write(plain, content.readAllBytes());
        }
        Files.delete(packed);
        return plain;
    }

    /** A request for root on prod-db-1. */
    AccessRequest request(String person, String reason) {
        Attempt attempt = new Attempt(
                person(person),
                KEY,
                "192.0.2.7",
                new TargetName("prod-db-1"),
                new Login("root"),
                new Mode.Shell(true),
                Optional.of(new Reason(reason)),
                Optional.empty());
        Decision decision = AccessPolicy.decide(attempt, access.facts(attempt, now));
        return requests.make(attempt, (Decision.ApprovalRequired) decision, now);
    }

    private synchronized UUID id() {
        ids++;
        return new UUID((now.toEpochMilli() << 16) | 0x7000, 0x8000_0000_0000_0000L | (ids * 0x9e37_79b9_7f4aL));
    }

    @Override
    public void close() {
        store.close();
        database.close();
    }

    /** Live sessions in a map; their terminals show what was put there. */
    static final class Live implements LiveSessions {

        final Map<SessionId, LiveSessionView> views = new ConcurrentHashMap<>();
        final Map<SessionId, ScreenNow> screens = new ConcurrentHashMap<>();
        final Map<SessionId, Ending.Revoked> revoked = new ConcurrentHashMap<>();
        final Map<SessionId, Ending.Destroyed> destroyed = new ConcurrentHashMap<>();
        final List<String> sizes = new CopyOnWriteArrayList<>();

        void put(SessionRow row, SessionState state) {
            put(new LiveSessionView(
                    row,
                    state,
                    120,
                    40,
                    4711,
                    Optional.empty(),
                    List.of(),
                    0,
                    0,
                    0,
                    Optional.empty(),
                    Optional.empty()));
        }

        void put(LiveSessionView view) {
            views.put(view.id(), view);
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
            revoked.put(id, ending);
            return views.remove(id) != null;
        }

        @Override
        public boolean detach(SessionId id) {
            return find(id).filter(v -> v.attachments() > 0)
                    .map(v -> {
                        put(v.row(), new SessionState.Detached(v.row().startedAt(), false));
                        return true;
                    })
                    .orElse(false);
        }

        @Override
        public boolean destroy(SessionId id, Ending.Destroyed ending) {
            destroyed.put(id, ending);
            return views.remove(id) != null;
        }

        @Override
        public Renamed rename(SessionId id, SessionName name) {
            LiveSessionView view = views.get(id);
            if (view == null) {
                return Renamed.NOT_LIVE;
            }
            if (views.values().stream()
                    .anyMatch(v -> v.person().equals(view.person()) && v.name().equals(name))) {
                return Renamed.TAKEN;
            }
            put(view.row().withName(name), view.state());
            return Renamed.DONE;
        }

        @Override
        public boolean link(SessionId id, Optional<String> url) {
            find(id).ifPresent(v -> put(v.row().withLink(url), v.state()));
            return views.containsKey(id);
        }

        @Override
        public boolean size(SessionId id, int columns, int rows) {
            sizes.add(columns + "x" + rows);
            return views.containsKey(id);
        }

        @Override
        public CompletableFuture<Optional<ScreenNow>> screen(SessionId id, int tailLines, boolean colours) {
            return CompletableFuture.completedFuture(Optional.ofNullable(screens.get(id))
                    .map(s -> new ScreenNow(
                            s.lines()
                                    .subList(
                                            Math.max(0, s.lines().size() - tailLines),
                                            s.lines().size()),
                            s.forgottenLines(),
                            s.keptLines(),
                            s.columns(),
                            s.rows(),
                            s.alternate())));
        }
    }

    /** An audit log in memory that can be full. */
    static final class Entries implements AuditLog {

        final List<AuditEntry> kept = new CopyOnWriteArrayList<>();
        volatile boolean full;

        @Override
        public void append(AuditEntry entry) {
            if (full) {
                throw new UncheckedIOException(new IOException("the journal is full"));
            }
            kept.add(entry);
        }

        @Override
        public boolean isTaking() {
            return !full;
        }
    }
}
