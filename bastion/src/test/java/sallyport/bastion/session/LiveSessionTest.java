package sallyport.bastion.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.admin.Journal;
import sallyport.bastion.backend.Backend;
import sallyport.bastion.backend.TerminalSize;
import sallyport.bastion.transfer.Dialogue;
import sallyport.bastion.transfer.Note;
import sallyport.bastion.transfer.Transfer;
import sallyport.policy.Command;
import sallyport.policy.DetachKey;
import sallyport.policy.Environment;
import sallyport.policy.InputRecording;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Login;
import sallyport.policy.Mode;
import sallyport.policy.PersonId;
import sallyport.policy.PersonName;
import sallyport.policy.SessionName;
import sallyport.policy.TargetName;
import sallyport.policy.TransferCommand;
import sallyport.policy.WorkspaceName;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.audit.AuditLog;
import sallyport.policy.session.Ending;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionLimits;
import sallyport.policy.session.SessionRow;
import sallyport.policy.session.SessionState;
import sallyport.policy.session.SessionTerms;
import sallyport.recorder.Header;
import sallyport.recorder.StreamKind;
import sallyport.recorder.store.Recording;
import sallyport.recorder.store.RecordingStore;

/** A session with clocks that are set by hand, a backend that notes what it gets, and clients that may take nothing. */
class LiveSessionTest {

    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
    private static final Duration GRANT = Duration.ofMinutes(30);
    private static final Mode SHELL = new Mode.Shell(true);

    @TempDir
    Path folder;

    private final AtomicLong nanos = new AtomicLong(1);
    private volatile Duration stepped = Duration.ZERO;
    private final InstantSource wall = () -> START.plusNanos(nanos.get()).plus(stepped);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final NotingBackend backend = new NotingBackend();
    private RecordingStore recordings;
    private LiveSession session;

    @BeforeEach
    void openStore() {
        recordings = new RecordingStore(folder, wall);
    }

    @AfterEach
    void closeStore() {
        if (session != null) {
            session.end(new Ending.BastionStopped());
            session.events().closed();
        }
        threads.close();
        recordings.close();
    }

    @Test
    void a_key_behind_the_end_of_a_grant_reaches_nobody_and_the_session_ends() throws Exception {
        start(SHELL, Optional.of(START.plus(GRANT)));
        Attachment person = session.enterFirst(newcomer(new Client(true)));
        session.opened(backend);
        nanos.addAndGet(GRANT.plusMillis(100).toNanos());
        person.input("rm -rf /srv\r".getBytes(StandardCharsets.US_ASCII), _ -> {});
        session.tick();
        assertThat(backend.typed.toByteArray())
                .as("typed after the grant had ended")
                .isEmpty();
        assertThat(backend.closed).as("the target was let go").isTrue();
    }

    @Test
    void a_session_that_a_key_found_expired_can_still_be_revoked() throws Exception {
        start(SHELL, Optional.of(START.plus(GRANT)));
        Client client = new Client(true);
        Attachment person = session.enterFirst(newcomer(client));
        session.opened(backend);
        nanos.addAndGet(GRANT.plusMillis(100).toNanos());
        person.input("x".getBytes(StandardCharsets.US_ASCII), _ -> {});
        session.tick();
        session.end(new Ending.Revoked(new PersonName("admin"), "now"));
        assertThat(client.told).as("the person was told").isTrue();
    }

    @Test
    void a_key_in_the_moment_of_inactivity_does_not_leave_somebody_in_a_detached_session() throws Exception {
        start(SHELL, Optional.empty());
        Client client = new Client(true);
        Attachment person = session.enterFirst(newcomer(client));
        session.opened(backend);
        nanos.addAndGet(SessionLimits.usual(Environment.PRODUCTION)
                .inactivity()
                .plusMillis(100)
                .toNanos());
        person.input("x".getBytes(StandardCharsets.US_ASCII), _ -> {});
        session.tick();
        boolean detached = session.glance().state() instanceof SessionState.Detached;
        assertThat(detached && !session.glance().people().isEmpty())
                .as("detached, with somebody in it: %s", session.glance())
                .isFalse();
    }

    @Test
    void whoever_joins_before_it_runs_is_counted_once() throws Exception {
        start(SHELL, Optional.empty());
        Attachment first = session.enterFirst(newcomer(new Client(true)));
        JoinOutcome joined = session.join(newcomer(new Client(true)), Entry.JOIN);
        session.opened(backend);
        first.leave("left", false);
        if (joined instanceof JoinOutcome.Joined(Attachment second)) {
            second.leave("left", false);
        }
        assertThat(session.glance().people()).isEmpty();
        assertThat(session.glance().state()).isInstanceOf(SessionState.Detached.class);
    }

    @Test
    void the_detach_key_is_the_programs_where_nothing_outlives_the_client() throws Exception {
        start(new Mode.Exec(new Command("top".getBytes(StandardCharsets.US_ASCII)), true), Optional.empty());
        Client client = new Client(true);
        Attachment person = session.enterFirst(newcomer(client));
        session.opened(backend);
        person.input("\034d".getBytes(StandardCharsets.US_ASCII), _ -> {});
        assertThat(client.words).doesNotContain("is still running");
        assertThat(backend.closed).as("the program was killed").isFalse();
    }

    @Test
    void a_client_that_reads_nothing_cannot_have_the_screen_drawn_without_end() throws Exception {
        start(SHELL, Optional.empty());
        Client client = new Client(false);
        Attachment person = session.enterFirst(newcomer(client));
        session.opened(backend);
        session.events().output(false, "x".repeat(2000).getBytes(StandardCharsets.US_ASCII), 0, 2000);
        person.input("\034r".repeat(20_000).getBytes(StandardCharsets.US_ASCII), _ -> {});
        passed();
        assertThat(client.offered.get())
                .as("bytes queued for it, for 40 kB typed")
                .isLessThan(16L << 20);
    }

    @Test
    void a_program_that_reads_nothing_cannot_have_answers_without_end() throws Exception {
        start(SHELL, Optional.empty());
        session.opened(backend);
        byte[] questions = "\033[c".repeat(16 * 1024).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 40; i++) {
            session.events().output(false, questions, 0, questions.length);
        }
        passed();
        assertThat(backend.owed.get()).as("answers queued for the target").isLessThan(1L << 20);
    }

    @Test
    void dragging_a_windows_edge_does_not_put_frames_over_the_only_client() throws Exception {
        start(SHELL, Optional.empty());
        Client client = new Client(true);
        Attachment person = session.enterFirst(newcomer(client));
        session.opened(backend);
        person.resize(new TerminalSize(81, 24, 0, 0));
        passed();
        nanos.addAndGet(Duration.ofMillis(20).toNanos());
        person.resize(new TerminalSize(82, 24, 0, 0));
        passed();
        assertThat(client.shown()).doesNotContain("shown in");
    }

    @Test
    void a_client_that_takes_nothing_has_the_grace_of_a_lost_one() throws Exception {
        start(SHELL, Optional.empty());
        Attachment person = session.enterFirst(newcomer(new Client(false)));
        session.opened(backend);
        session.events().output(false, new byte[] {'x'}, 0, 1);
        passed();
        nanos.addAndGet(LiveSession.CLIENT_STALL.plusSeconds(1).toNanos());
        session.tick();
        assertThat(person.outstanding()).isPositive();
        assertThat(session.glance().state())
                .isInstanceOfSatisfying(
                        SessionState.Detached.class,
                        state -> assertThat(state.dropped()).isTrue());
    }

    @Test
    void an_older_notice_does_not_take_a_newer_one_away() throws Exception {
        start(SHELL, Optional.empty());
        Attachment person = session.enterFirst(newcomer(new Client(true)));
        session.opened(backend);
        person.input("\034i".getBytes(StandardCharsets.US_ASCII), _ -> {});
        passed();
        Runnable forgetsFirst = laterActions.removeLast();
        person.input("\034?".getBytes(StandardCharsets.US_ASCII), _ -> {});
        passed();
        forgetsFirst.run();
        passed();
        assertThat(person.isNoticed()).isTrue();
    }

    @Test
    void what_is_typed_in_time_reaches_the_target_and_a_grant_that_ends_is_told() throws Exception {
        start(SHELL, Optional.of(START.plus(GRANT)));
        Client client = new Client(true);
        Attachment person = session.enterFirst(newcomer(client));
        session.opened(backend);
        person.input("ls\r".getBytes(StandardCharsets.US_ASCII), _ -> {});
        assertThat(backend.typed.toString(StandardCharsets.US_ASCII)).isEqualTo("ls\r");
        nanos.addAndGet(GRANT.plusMillis(100).toNanos());
        session.tick();
        assertThat(backend.closed).isTrue();
        assertThat(client.told).isTrue();
    }

    @Test
    void the_detach_key_leaves_a_shell_running() throws Exception {
        start(SHELL, Optional.empty());
        Client client = new Client(true);
        Attachment person = session.enterFirst(newcomer(client));
        session.opened(backend);
        person.input("\034d".getBytes(StandardCharsets.US_ASCII), _ -> {});
        assertThat(client.words).contains("is still running");
        assertThat(backend.closed).isFalse();
        assertThat(session.glance().state()).isInstanceOf(SessionState.Detached.class);
    }

    @Test
    void whoever_joins_a_running_session_is_counted_once() throws Exception {
        start(SHELL, Optional.empty());
        Attachment first = session.enterFirst(newcomer(new Client(true)));
        session.opened(backend);
        JoinOutcome joined = session.join(newcomer(new Client(true)), Entry.JOIN);
        first.leave("left", false);
        if (joined instanceof JoinOutcome.Joined(Attachment second)) {
            second.leave("left", false);
        }
        assertThat(session.glance().people()).isEmpty();
        assertThat(session.glance().state()).isInstanceOf(SessionState.Detached.class);
    }

    @Test
    void inactivity_sends_people_away_when_nobody_types() throws Exception {
        start(SHELL, Optional.empty());
        Client client = new Client(true);
        session.enterFirst(newcomer(client));
        session.opened(backend);
        nanos.addAndGet(SessionLimits.usual(Environment.PRODUCTION)
                .inactivity()
                .plusMillis(100)
                .toNanos());
        session.tick();
        assertThat(session.glance().people()).isEmpty();
        assertThat(client.words).contains("Nobody typed");
    }

    @Test
    void a_single_change_of_size_shows_no_frames() throws Exception {
        start(SHELL, Optional.empty());
        Client client = new Client(true);
        Attachment person = session.enterFirst(newcomer(client));
        session.opened(backend);
        person.resize(new TerminalSize(81, 24, 0, 0));
        passed();
        assertThat(client.shown()).doesNotContain("shown in");
    }

    @Test
    void a_notice_stands_until_its_time_is_over() throws Exception {
        start(SHELL, Optional.empty());
        Attachment person = session.enterFirst(newcomer(new Client(true)));
        session.opened(backend);
        person.input("\034i".getBytes(StandardCharsets.US_ASCII), _ -> {});
        passed();
        assertThat(person.isNoticed()).isTrue();
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        laterActions.getLast().run();
        passed();
        assertThat(person.isNoticed()).isFalse();
    }

    /** T22: whatever a viewer's client sends, in pieces of any size. */
    @Test
    void nothing_that_a_viewer_sends_reaches_the_target() throws Exception {
        start(SHELL, Optional.empty());
        Attachment driver = session.enterFirst(newcomer(new Client(true)));
        session.opened(backend);
        Attachment viewer = switch (session.join(newcomer(new Client(true)), Entry.WATCH)) {
            case JoinOutcome.Joined(Attachment attachment) -> attachment;
            case JoinOutcome other -> throw new AssertionError(other);
        };
        List<String> tellingPieces = List.of(
                "rm -rf /\r",
                "\003",
                "\004",
                "\033[200~paste\033[201~",
                "\033[24;80R",
                "\033[?64;1;2c",
                "\034w",
                "\034r",
                "\033[<0;1;1M",
                "\033]11;rgb:0000/0000/0000\033\\",
                "\033[I",
                "\033[8;1;1t");
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            byte[] piece = new byte[random.nextInt(40)];
            random.nextBytes(piece);
            // A q that comes alone is how a viewer leaves.
            viewer.input(piece.length == 1 && piece[0] == 'q' ? new byte[0] : piece, _ -> {});
            viewer.input(
                    tellingPieces.get(random.nextInt(tellingPieces.size())).getBytes(StandardCharsets.US_ASCII),
                    _ -> {});
            viewer.resize(new TerminalSize(1 + random.nextInt(300), 1 + random.nextInt(100), 0, 0));
            viewer.signal("KILL");
            viewer.sendBreak(500);
            viewer.inputEnded();
        }
        passed();
        assertThat(backend.typed.toByteArray()).isEmpty();
        assertThat(backend.others).isEmpty();
        driver.input("x".getBytes(StandardCharsets.US_ASCII), _ -> {});
        assertThat(backend.typed.toString(StandardCharsets.US_ASCII)).isEqualTo("x");
    }

    /** R10: a right ends at the earlier of the two clocks, and no clock of a session follows a step. */
    @ParameterizedTest
    @ValueSource(longs = {-86_400, -3_600, 3_600, 86_400})
    void a_step_of_the_wall_clock_moves_no_deadline_of_a_session(long seconds) throws Exception {
        start(SHELL, Optional.empty());
        Client client = new Client(true);
        session.enterFirst(newcomer(client));
        session.opened(backend);
        Duration inactivity = SessionLimits.usual(Environment.PRODUCTION).inactivity();
        stepped = Duration.ofSeconds(seconds);
        nanos.addAndGet(inactivity.minusSeconds(1).toNanos());
        session.tick();
        assertThat(session.glance().people()).hasSize(1);
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        session.tick();
        assertThat(session.glance().people()).isEmpty();
    }

    @Test
    void a_grant_is_not_prolonged_by_a_clock_that_is_set_back() throws Exception {
        start(SHELL, Optional.of(START.plus(GRANT)));
        session.enterFirst(newcomer(new Client(true)));
        session.opened(backend);
        stepped = Duration.ofDays(-1);
        nanos.addAndGet(GRANT.minusSeconds(1).toNanos());
        session.tick();
        assertThat(backend.closed).isFalse();
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        session.tick();
        assertThat(backend.closed).isTrue();
    }

    @Test
    void a_grant_that_the_wall_clock_says_is_over_is_over() throws Exception {
        start(SHELL, Optional.of(START.plus(GRANT)));
        session.enterFirst(newcomer(new Client(true)));
        session.opened(backend);
        stepped = Duration.ofDays(1);
        session.tick();
        assertThat(backend.closed).isTrue();
    }

    @Test
    void what_had_happened_when_the_recording_failed_is_noted_and_nothing_begins() throws Exception {
        Command upload = new Command("scp -t /srv".getBytes(StandardCharsets.US_ASCII));
        Mode mode = new Mode.Exec(upload, false);
        SessionRow row = row(mode);
        start(
                row,
                mode,
                Optional.empty(),
                Optional.of(Dialogue.of(row.id(), TransferCommand.of(upload).orElseThrow())));
        Attachment person = session.enterFirst(newcomer(new Client(true)));
        session.opened(backend);
        session.events().output(false, new byte[1], 0, 1);
        byte[] half = "C0644 10 a\n01234".getBytes(StandardCharsets.US_ASCII);
        person.input(half, _ -> {});
        passed();
        assertThat(backend.typed.toByteArray()).isEqualTo(half);

        recording.close();
        AuditEvent begins = new AuditEvent.ForwardOpened(row.id(), "local", "client", "127.0.0.1:8080");
        AuditEvent ends = new AuditEvent.ForwardClosed(
                row.id(), "local", "client", "127.0.0.1:5432", 7, 8, Duration.ofSeconds(1), "closed");
        CompletableFuture<Boolean> begun = session.note(new Note(Optional.of("1: begins"), Optional.of(begins)));
        CompletableFuture<Boolean> ended = session.note(new Note(Optional.of("2: ends"), Optional.of(ends)));
        assertThat(begun.get(10, TimeUnit.SECONDS)).isFalse();
        assertThat(ended.get(10, TimeUnit.SECONDS)).isFalse();
        assertThat(session.over().get(10, TimeUnit.SECONDS)).isInstanceOf(Ending.RecordingFailed.class);
        Awaitility.await().untilAsserted(() -> assertThat(journal.events).contains(ends));
        assertThat(journal.events).doesNotContain(begins);
        assertThat(journal.events)
                .filteredOn(AuditEvent.FileWritten.class::isInstance)
                .singleElement()
                .satisfies(written ->
                        assertThat(((AuditEvent.FileWritten) written).bytes()).isEqualTo(5));
    }

    private final TakingLog journal = new TakingLog();

    private Recording recording;

    private final List<Runnable> laterActions = new CopyOnWriteArrayList<>();

    private void start(Mode mode, Optional<Instant> until) throws Exception {
        start(row(mode), mode, until, Optional.empty());
    }

    private void start(SessionRow row, Mode mode, Optional<Instant> until, Optional<Transfer> files) throws Exception {
        recording = recordings.create(
                row.id().toString(),
                new Header(
                        80,
                        24,
                        "xterm",
                        START,
                        Optional.empty(),
                        Optional.empty(),
                        new LinkedHashMap<>(),
                        new LinkedHashMap<>()),
                StreamKind.TERMINAL,
                nanos::get,
                () -> {});
        session = new LiveSession(
                row,
                new SessionTerms(mode, until, SessionLimits.usual(Environment.PRODUCTION)),
                recording,
                new SessionJournal(new Journal(journal, UUID::randomUUID, wall)),
                new SessionTime(wall, nanos::get),
                TerminalSize.USUAL,
                OptionalLong.empty(),
                files,
                Set.of(),
                LiveSession.CLIENT_STALL,
                (_, action) -> laterActions.add(action),
                threads);
        threads.execute(session::pump);
    }

    /** The pump has done all that was due until now. */
    private void passed() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> session.askScreen(_ -> true).get().isPresent());
    }

    private static Newcomer newcomer(Client client) {
        return new Newcomer(
                client,
                new PersonId(new UUID(0, 7)),
                new PersonName("engineer"),
                new KeyFingerprint("SHA256:" + "A".repeat(43)),
                "192.0.2.1",
                TerminalSize.USUAL,
                Newcomer.Display.FULL,
                24,
                DetachKey.USUAL);
    }

    private static SessionRow row(Mode mode) {
        return new SessionRow(
                new SessionId(UUID.randomUUID()),
                new SessionName("deploy"),
                new PersonId(new UUID(0, 7)),
                new PersonName("engineer"),
                new KeyFingerprint("SHA256:" + "A".repeat(43)),
                "192.0.2.1",
                Optional.of(new UUID(0, 8)),
                new TargetName("db-7"),
                Environment.PRODUCTION,
                new WorkspaceName("default"),
                new Login("root"),
                mode.word(),
                true,
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "rule",
                START,
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
    }

    private static final class TakingLog implements AuditLog {
        final List<AuditEvent> events = new CopyOnWriteArrayList<>();

        @Override
        public void append(AuditEntry entry) {
            events.add(entry.event());
        }

        @Override
        public boolean isTaking() {
            return true;
        }
    }

    private static final class Client implements ClientEnd {
        final boolean takes;
        final AtomicLong offered = new AtomicLong();
        final AtomicBoolean told = new AtomicBoolean();
        final ByteArrayOutputStream shown = new ByteArrayOutputStream();
        volatile String words = "";

        Client(boolean takes) {
            this.takes = takes;
        }

        @Override
        public void output(boolean stderr, byte[] bytes, IntConsumer taken) {
            offered.addAndGet(bytes.length);
            if (takes) {
                shown.writeBytes(bytes);
                taken.accept(bytes.length);
            }
        }

        String shown() {
            return shown.toString(StandardCharsets.UTF_8);
        }

        @Override
        public void dropQueued() {}

        @Override
        public void end(Ending ending, String last, boolean drain) {
            told.set(true);
            words = last;
        }

        @Override
        public void dismiss(String last, int exitStatus) {
            told.set(true);
            words = last;
        }
    }

    /** Takes nothing of what is typed at it. */
    private static final class NotingBackend implements Backend {
        final ByteArrayOutputStream typed = new ByteArrayOutputStream();
        final AtomicLong owed = new AtomicLong();
        final AtomicBoolean closed = new AtomicBoolean();
        final List<String> others = new CopyOnWriteArrayList<>();

        @Override
        public void input(byte[] bytes, IntConsumer taken) {
            typed.writeBytes(bytes);
            owed.addAndGet(bytes.length);
        }

        @Override
        public void inputEnded() {
            others.add("end of input");
        }

        @Override
        public void resize(TerminalSize size) {
            others.add("size " + size);
        }

        @Override
        public void signal(String name) {
            others.add("signal " + name);
        }

        @Override
        public void sendBreak(long milliseconds) {
            others.add("break");
        }

        @Override
        public void release(int bytes) {}

        @Override
        public void close() {
            closed.set(true);
        }
    }
}
