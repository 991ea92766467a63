package sallyport.bastion.app;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sallyport.admin.ApprovalOperations;
import sallyport.admin.ExportOperations;
import sallyport.admin.HistoryOperations;
import sallyport.admin.Journal;
import sallyport.admin.Keepings;
import sallyport.admin.LogOperations;
import sallyport.admin.Outcome;
import sallyport.admin.PublicAddress;
import sallyport.admin.Readiness;
import sallyport.admin.RecordingIndexer;
import sallyport.admin.RecordingOperations;
import sallyport.admin.RetentionOperations;
import sallyport.admin.RetentionSweep;
import sallyport.admin.SearchOperations;
import sallyport.admin.SessionOperations;
import sallyport.admin.TargetOperations;
import sallyport.admin.TokenOperations;
import sallyport.admin.TrustedLog;
import sallyport.admin.VerifyOperations;
import sallyport.admin.access.AccessOperations;
import sallyport.admin.access.Applied;
import sallyport.admin.http.AdminServer;
import sallyport.bastion.backend.TargetConnector;
import sallyport.bastion.console.Console;
import sallyport.bastion.console.JumpLines;
import sallyport.bastion.console.Menu;
import sallyport.bastion.session.Newcomer;
import sallyport.bastion.session.SessionRegistry;
import sallyport.bastion.session.SessionTime;
import sallyport.bastion.ssh.AuthorizedKeys;
import sallyport.bastion.ssh.HostAuthority;
import sallyport.bastion.ssh.JumpHost;
import sallyport.bastion.ssh.SshFront;
import sallyport.bastion.ssh.VisitDesk;
import sallyport.db.AccessRequests;
import sallyport.db.AccessSnapshot;
import sallyport.db.AccessStore;
import sallyport.db.ApiTokens;
import sallyport.db.Checkpoints;
import sallyport.db.Database;
import sallyport.db.DatabaseAway;
import sallyport.db.DatabaseSettings;
import sallyport.db.EvidenceLog;
import sallyport.db.JournaledAuditLog;
import sallyport.db.JumpHostKeys;
import sallyport.db.KeptRecordings;
import sallyport.db.Migrations;
import sallyport.db.PersonSettings;
import sallyport.db.RecordingSearch;
import sallyport.db.SearchIndex;
import sallyport.db.SessionHistory;
import sallyport.keys.KeyFile;
import sallyport.keys.NoteSigner;
import sallyport.policy.AccessPolicy;
import sallyport.policy.DetachKey;
import sallyport.policy.FileRights;
import sallyport.policy.ForwardRight;
import sallyport.policy.Permission;
import sallyport.policy.Person;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;
import sallyport.policy.Target;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionRow;
import sallyport.recorder.proof.NoteSigning;
import sallyport.recorder.proof.VerifierKey;
import sallyport.recorder.store.Limits;
import sallyport.recorder.store.RecordingFile;
import sallyport.recorder.store.RecordingStore;
import sallyport.recorder.store.StoreSetup;
import sallyport.recorder.store.Vault;

/**
 * A bastion put together: every object made once and handed what it works with. The constructor reads from the ground of the
 * house to its door, and {@link #close} goes back the same way.
 */
final class Bastion implements BastionStarter.RunningBastion {

    /**
     * What the bastion calls itself (RFC 4253 section 4.2); its own name is the comment. Clients of sftp (asyncssh, libssh, npm's
     * ssh2, WinSCP) go by it: where it does not say OpenSSH they send the two names of a symbolic link the other way round, as
     * the draft has it, and the targets' sftp servers, which answer them, would make a wrong link. libssh wants a number too,
     * with one digit before the point.
     */
    private static final String IDENTIFICATION = "OpenSSH_9.9 Sallyport_";

    /** How long the journal of an earlier run may take to be stored before logins are served. */
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(60);

    /** On a machine that is busy, the first calls may take longer than calls may: their classes are loaded with them. */
    private static final int START_ATTEMPTS = 3;

    private static final Logger log = LoggerFactory.getLogger(Bastion.class);

    private final Path accessFile;
    private final Deque<AutoCloseable> opened;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Journal journal;
    private final AccessStore access;
    private final AccessOperations accessOperations;
    private final AuthorizedKeys keys = new AuthorizedKeys();
    private final SessionRegistry sessions;
    private final SshFront front;
    private final AdminServer http;

    /**
     * Starts everything; logins are served when this returns.
     *
     * @throws StartRefused in words, with nothing left open, if something is missing or wrong
     */
    static Bastion start(BastionSettings settings, InstantSource clock, LongSupplier nanos) throws StartRefused {
        for (int attempt = 1; ; attempt++) {
            Deque<AutoCloseable> opened = new ArrayDeque<>();
            try {
                return new Bastion(settings, clock, nanos, opened);
            } catch (DatabaseAway away) {
                closeAll(opened);
                if (attempt == START_ATTEMPTS) {
                    throw new StartRefused(
                            "the database at " + settings.database().url() + " stopped answering during the start: "
                                    + away.getMessage() + ". Nothing is served; start again when it answers.",
                            away);
                }
                log.warn("the database stopped answering during the start; beginning it again", away);
            } catch (StartRefused | RuntimeException e) {
                closeAll(opened);
                throw e;
            }
        }
    }

    private Bastion(BastionSettings settings, InstantSource clock, LongSupplier nanos, Deque<AutoCloseable> opened)
            throws StartRefused {
        this.opened = opened;
        this.accessFile = settings.accessFile();
        SecureRandom random = new SecureRandom();
        Supplier<UUID> ids = new TimeOrderedIds(clock, random);
        KeyPair hostKey = key(settings.ssh().hostKey());
        KeyPair authority = key(settings.ssh().hostAuthority());
        KeyPair targetKey = key(settings.targetKey());

        // What is kept.
        Database database = openDatabase(settings.database(), clock);
        NoteSigner signer = signer(settings.signing());
        VerifierKey signing = VerifierKey.of(signer.keyName(), signer.publicKey());
        NoteSigning notes = new NoteSigning(signing, signer::sign);
        List<VerifierKey> earlier = earlierKeys(settings.signing());
        Checkpoints checkpoints = open(
                () -> Checkpoints.start(settings.state().dir().resolve("checkpoint"), database, notes, earlier, clock));
        TrustedLog trusted = new TrustedLog(
                signing.name(),
                Stream.concat(Stream.of(signing), earlier.stream()).toList());
        JournaledAuditLog audit =
                open(() -> JournaledAuditLog.open(settings.state().dir().resolve("audit"), database));
        Optional<Vault> vault = AgeSealing.of(settings.recordings());
        log.info("sealed recordings: {}", vault.map(Vault::words).orElse("not encrypted"));
        StoreSetup setup = new StoreSetup(
                Limits.USUAL.withPause(settings.recordings().fullDiskWait(), Limits.USUAL.retryEvery()),
                nanos,
                new RecordedEvidence(audit, ids, clock),
                vault,
                Optional.of(new SidecarSigner(signer)),
                0);
        RecordingStore recordings =
                open(() -> new RecordingStore(settings.recordings().dir(), clock, setup));
        SessionHistory history = new SessionHistory(database);
        AccessRequests requests = new AccessRequests(database, ids);
        JumpHost jumpHost = jumpHost(authority, database, clock, settings.ssh());
        this.access = new AccessStore(database, ids);
        this.journal = new Journal(audit, ids, clock);
        KeptRecordings kept = new KeptRecordings(database);
        Keepings keepings = new Keepings(kept, settings.recordings().retention());
        // Before anything that this run stores: it bears the time that this run believes in.
        RetentionSweep sweep = RetentionSweep.prepare(
                kept, recordings::delete, settings.recordings().retention(), journal, nanos);

        // What lives.
        TargetConnector connector = open(() -> new TargetConnector(targetKey, Transport.io()));
        this.sessions = open(() -> new SessionRegistry(
                history,
                journal,
                recordings,
                new SessionTime(clock, nanos),
                settings.clientStall(),
                settings.sessions()::get,
                settings.recordings().commandOutput()));

        PublicAddress door = settings.ssh().reachedAt();

        // What people do with it: each operation once, with two faces.
        this.accessOperations = new AccessOperations(access, journal);
        SessionOperations sessionOperations =
                new SessionOperations(history, sessions, recordings, requests::withdraw, door, journal);
        RecordingOperations recordingOperations =
                new RecordingOperations(history, sessions, recordings, keepings, door, journal);
        EvidenceLog log = new EvidenceLog(database);
        VerifyOperations verifyOperations =
                new VerifyOperations(recordingOperations, recordings, log, trusted, journal);
        RetentionOperations retentionOperations =
                new RetentionOperations(history, sessions, kept, keepings, sweep, door, journal);
        HistoryOperations historyOperations = new HistoryOperations(history, journal);
        TokenOperations tokenOperations = new TokenOperations(new ApiTokens(database), access, random, journal);
        TargetOperations targetOperations = new TargetOperations(access::snapshot);
        SearchIndex searchIndex = new SearchIndex(database);
        RecordingIndexer indexer = open(() -> new RecordingIndexer(
                searchIndex,
                id -> {
                    Optional<RecordingFile> file = recordings.find(id.toString());
                    return file.isEmpty()
                            ? Optional.empty()
                            : Optional.of(file.get().reader());
                },
                recordings.leisure(),
                clock));
        SearchOperations search = new SearchOperations(
                new RecordingSearch(database), searchIndex, indexer, history, sessions, door, journal);
        Console console = new Console(
                sessionOperations,
                new ApprovalOperations(requests, journal),
                recordingOperations,
                verifyOperations,
                new LogOperations(log, trusted, journal),
                new ExportOperations(history, recordings, log, trusted, notes, journal),
                retentionOperations,
                historyOperations,
                search,
                tokenOperations,
                targetOperations,
                new JumpLines(
                        door,
                        settings.ssh().targetSuffix(),
                        jumpHost.authority().publicLine(),
                        KeyFile.publicLine(jumpHost.hostKey())),
                this::personNamed,
                new PersonSettings(database),
                clock,
                nanos,
                Main.versionText());
        Menu menu = new Menu(targetOperations, sessionOperations, clock);
        reload();

        // The doors.
        this.front = open(() -> new SshFront(
                new VisitDesk(
                        access,
                        requests,
                        sessions,
                        console,
                        menu,
                        keys,
                        detachKeys(new PersonSettings(database)),
                        audit,
                        ids,
                        clock),
                connector,
                hostKey,
                jumpHost,
                nanos,
                address(settings.ssh().listen()),
                IDENTIFICATION + Main.versionText(),
                Transport.io()));
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        opened.push(registry::close);
        this.http = open(() -> AdminServer.start(
                address(settings.http().listen()),
                new AdminServer.Parts(
                        sessionOperations,
                        historyOperations,
                        recordingOperations,
                        retentionOperations,
                        search,
                        tokenOperations,
                        this::personNamed,
                        sessions,
                        sweep,
                        recordings,
                        () -> checkpoints.standing().isGood(),
                        registry,
                        () -> readiness(database, audit),
                        clock,
                        nanos)));
        // Read before the door opens, so that no session of this run is taken for one of the last; and after the
        // journal of the last run has reached the tables, so that an end that waits in it is not taken for a crash.
        drain(audit);
        opened.push(Recovery.start(
                history.unfinished(),
                recordings,
                new LostRows(recordings, history, this::personNamed, journal),
                indexer::lookAtAll,
                journal));
        indexer.start();
        try {
            front.start();
        } catch (IOException e) {
            throw new StartRefused(
                    "port " + settings.ssh().listen() + " cannot be listened on for ssh: " + e.getMessage(), e);
        }
        opened.push(SweepSchedule.start(sweep));
        journal.log().append(journal.entry(new AuditEvent.BastionStarted(Main.versionText())));
    }

    private static void drain(JournaledAuditLog audit) throws StartRefused {
        try {
            if (!audit.awaitDrained(DRAIN_LIMIT)) {
                throw new StartRefused("the audit journal of the last run could not be stored within "
                        + DRAIN_LIMIT.toSeconds() + " s; the log says why");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartRefused("the start was interrupted", e);
        }
    }

    /** The port of the ssh door. */
    int sshPort() {
        return front.port();
    }

    /** The port of the admin API. */
    int httpPort() {
        return http.port();
    }

    @Override
    public void reload() throws StartRefused {
        try {
            switch (accessOperations.applyAsBastion(accessFile)) {
                case Outcome.Done<Applied>(var applied) ->
                    log.info(
                            "{}: {} people, {} targets, {} rules in force",
                            accessFile,
                            applied.people(),
                            applied.targets(),
                            applied.rules());
                case Outcome.Invalid<Applied>(String words) -> throw new StartRefused(words);
                case Outcome<Applied> other -> throw new IllegalStateException("no such outcome here: " + other);
            }
            AccessSnapshot now = access.snapshot();
            keys.replace(now);
            sessions.reconsider(
                    row -> stands(row, now),
                    (row, who) -> mayStay(row, who, now),
                    row -> files(row, now),
                    row -> forwards(row, now));
        } catch (DatabaseAway away) {
            throw new StartRefused("nothing was applied: " + away.getMessage(), away);
        }
    }

    /** Whether somebody may still be in a session: with the key they came with, as its owner or as one who may look on. */
    private static boolean mayStay(SessionRow row, Newcomer who, AccessSnapshot now) {
        return Optional.ofNullable(now.peopleByKey().get(who.key()))
                .filter(person -> person.id().equals(who.person()))
                .filter(person -> person.id().equals(row.person()) || person.may(Permission.VIEW_RECORDING))
                .isPresent();
    }

    /** Whether a running session would still be let in, as far as key, person, target and login go (T17). */
    private static boolean stands(SessionRow row, AccessSnapshot now) {
        Optional<Person> owner = Optional.ofNullable(now.peopleByKey().get(row.key()))
                .filter(person -> person.id().equals(row.person()));
        if (row.targetId().isEmpty()) {
            // What passes to no target rests on nothing but its own rights, which are looked at besides.
            return owner.isPresent();
        }
        return owner.isPresent()
                && now.targets().stream()
                        .filter(target ->
                                row.targetId().filter(target.id()::equals).isPresent())
                        .anyMatch(target -> AccessPolicy.logins(owner.get(), target, now.rules())
                                .contains(row.login()));
    }

    /** What its owner may do with files in a running session. */
    private static FileRights files(SessionRow row, AccessSnapshot now) {
        return rights(row, now, (person, target) -> AccessPolicy.files(person, target, row.login(), now.rules()))
                .orElse(FileRights.NONE);
    }

    /** What may pass for its owner besides a running session. */
    private static Set<ForwardRight> forwards(SessionRow row, AccessSnapshot now) {
        if (row.targetId().isEmpty()) {
            return Optional.ofNullable(now.peopleByKey().get(row.key()))
                    .map(person -> AccessPolicy.onNetwork(person, now.rules()))
                    .orElse(Set.of());
        }
        return rights(row, now, (person, target) -> AccessPolicy.forwards(person, target, row.login(), now.rules()))
                .orElse(Set.of());
    }

    private static <T> Optional<T> rights(
            SessionRow row, AccessSnapshot now, BiFunction<Person, Target, T> ofPersonOnTarget) {
        return Optional.ofNullable(now.peopleByKey().get(row.key())).stream()
                .flatMap(person -> now.targets().stream()
                        .filter(target ->
                                row.targetId().filter(target.id()::equals).isPresent())
                        .map(target -> ofPersonOnTarget.apply(person, target)))
                .findFirst();
    }

    /** The person's key for leaving; the usual one if they set none, or it cannot be read just now. */
    private static Function<PersonId, DetachKey> detachKeys(PersonSettings settings) {
        return person -> {
            try {
                return settings.get(person, DetachKey.SETTING)
                        .map(DetachKey::parse)
                        .orElse(DetachKey.USUAL);
            } catch (DatabaseAway | IllegalArgumentException unreadable) {
                return DetachKey.USUAL;
            }
        };
    }

    private Optional<PersonId> personNamed(PersonName name) {
        return access.snapshot().people().stream()
                .filter(person -> person.name().equals(name))
                .map(Person::id)
                .findFirst();
    }

    private Readiness readiness(Database database, JournaledAuditLog audit) {
        List<String> failing = new ArrayList<>();
        if (!database.isUp()) {
            failing.add("the database does not answer: no session can be opened; running ones go on");
        }
        if (!audit.isTaking()) {
            failing.add(
                    "the audit journal takes no entries: no session can be opened; look at the state folder's disk");
        }
        if (!front.isOpen()) {
            failing.add("the ssh door is closed");
        }
        return new Readiness(failing);
    }

    /** Tells people, ends their sessions, seals recordings, and closes everything in the reverse order. Closing twice is safe. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            // While the door is open, so that people in sessions are told.
            sessions.close();
            journal.log().append(journal.entry(new AuditEvent.BastionStopped()));
        } catch (RuntimeException e) {
            log.error("the bastion's stop could not be noted", e);
        } finally {
            closeAll(opened);
        }
    }

    private Database openDatabase(BastionSettings.Database settings, InstantSource clock) throws StartRefused {
        DatabaseSettings owner = new DatabaseSettings(
                settings.url(), settings.owner().user(), settings.owner().password());
        DatabaseSettings application = new DatabaseSettings(
                settings.url(),
                settings.application().user(),
                settings.application().password());
        try {
            Migrations.run(owner, application.user());
        } catch (DatabaseAway away) {
            throw new StartRefused(
                    "the database at " + settings.url() + " does not answer: " + away.getMessage()
                            + ". Start it, or put database.url right.",
                    away);
        }
        return open(() -> Database.connect(application, clock));
    }

    private static JumpHost jumpHost(
            KeyPair authority, Database database, InstantSource clock, BastionSettings.Ssh settings)
            throws StartRefused {
        try {
            String kept = new JumpHostKeys(database).keptOr(Bastion::freshJumpHostKey, clock.instant());
            return new JumpHost(
                    KeyFile.parse(kept.getBytes(StandardCharsets.US_ASCII)),
                    new HostAuthority(authority),
                    settings.targetSuffix());
        } catch (UncheckedIOException | IllegalArgumentException unusable) {
            throw new StartRefused(
                    "the host key for ssh -J in the database cannot be used: it " + unusable.getMessage(), unusable);
        } catch (DatabaseAway away) {
            throw new StartRefused("the database went away during the start: " + away.getMessage(), away);
        }
    }

    private static String freshJumpHostKey() {
        try {
            return new String(KeyFile.fresh("sallyport in its targets' place"), StandardCharsets.US_ASCII);
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    private static NoteSigner signer(BastionSettings.Signing settings) throws StartRefused {
        try {
            return NoteSigner.load(settings.key(), settings.name());
        } catch (IOException e) {
            throw new StartRefused(String.valueOf(e.getMessage()), e);
        }
    }

    private static List<VerifierKey> earlierKeys(BastionSettings.Signing settings) throws StartRefused {
        try {
            return NoteSigner.earlier(settings.earlier()).stream()
                    .map(key -> VerifierKey.of(settings.name(), key))
                    .toList();
        } catch (IOException e) {
            throw new StartRefused(String.valueOf(e.getMessage()), e);
        }
    }

    private static KeyPair key(Path file) throws StartRefused {
        try {
            return KeyFile.load(file);
        } catch (IOException e) {
            throw new StartRefused(String.valueOf(e.getMessage()), e);
        }
    }

    private static InetSocketAddress address(HostAndPort listen) {
        return new InetSocketAddress(listen.host(), listen.port());
    }

    private interface Opener<T extends AutoCloseable> {
        T open() throws Exception;
    }

    private <T extends AutoCloseable> T open(Opener<T> opener) throws StartRefused {
        try {
            T made = opener.open();
            opened.push(made);
            return made;
        } catch (StartRefused e) {
            throw e;
        } catch (Exception e) {
            log.debug("start refused", e);
            throw new StartRefused(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
    }

    private static void closeAll(Deque<AutoCloseable> opened) {
        while (!opened.isEmpty()) {
            AutoCloseable last = opened.pop();
            try {
                last.close();
            } catch (Exception e) {
                log.error("{} did not close in good order", last.getClass().getSimpleName(), e);
            }
        }
    }
}
