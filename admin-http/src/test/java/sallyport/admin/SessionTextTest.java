package sallyport.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionRow;
import sallyport.recorder.Format;
import sallyport.recorder.Header;
import sallyport.recorder.StreamKind;
import sallyport.recorder.store.Recording;
import sallyport.recorder.store.RecordingFailed;
import sallyport.recorder.store.RecordingFile;

class SessionTextTest {

    private static final TextQuery SCREEN = new TextQuery.Screen(false);

    private final House house = new House();
    private Caller engineer;
    private Caller auditor;
    private SessionRow row;
    private long nanos;

    @BeforeEach
    void people() {
        engineer = house.caller("engineer");
        auditor = house.caller("auditor");
        row = house.stored("engineer", "deploy", "web-1", Optional.empty());
    }

    @AfterEach
    void close() {
        house.close();
    }

    /** What a recording says, in its order. */
    private interface Script {
        void play(Recording recording) throws RecordingFailed;
    }

    private void recorded(StreamKind kind, Script script) {
        Header header = new Header(
                20,
                4,
                "xterm",
                row.startedAt(),
                Optional.empty(),
                Optional.empty(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>());
        try (Recording recording = house.store.create(row.id().toString(), header, kind, () -> nanos, () -> {})) {
            script.play(recording);
            recording.seal();
        } catch (RecordingFailed e) {
            throw new AssertionError(e);
        }
    }

    private void after(Duration time) {
        nanos += time.toNanos();
        house.clock.pass(time);
    }

    private static void say(Recording recording, String text) throws RecordingFailed {
        recording.output(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void endedAfter(Duration time) {
        house.server.change("update session set state = 'ended', ending = 'exited', exit_status = 0, ended_at = '"
                + row.startedAt().plus(time) + "' where id = '" + row.id() + "'");
        house.clock.pass(Duration.between(house.clock.instant(), row.startedAt().plus(time)));
    }

    @Test
    void an_ended_session_shows_its_last_screen_and_its_last_lines() {
        recorded(StreamKind.TERMINAL, recording -> {
            for (int i = 1; i <= 9; i++) {
                say(recording, "line " + i + "\r\n");
            }
            say(recording, "\u001b[31mred\u001b[0m\u001b]0;title\u0007");
        });
        endedAfter(Duration.ofSeconds(5));

        ScreenText screen = done(house.sessions.text(engineer, "deploy", SCREEN));
        assertThat(screen.lines()).containsExactly("line 7", "line 8", "line 9", "red");
        assertThat(screen.columns()).isEqualTo(20);
        assertThat(screen.rows()).isEqualTo(4);
        ScreenText tail = done(house.sessions.text(engineer, "deploy", new TextQuery.Tail(6, true)));
        assertThat(tail.lines()).startsWith("line 5", "line 6").hasSize(6);
        assertThat(tail.lines().getLast()).startsWith("\u001b[").contains("red").endsWith("\u001b[0m");
        assertThat(tail.missingLines()).isZero();
        assertThat(tail.gap()).isEmpty();
        assertThat(house.entries.events())
                .containsExactly(
                        new AuditEvent.SessionViewed(row.id(), "screen"),
                        new AuditEvent.SessionViewed(row.id(), "tail 6"));
    }

    @Test
    void a_moment_in_between_shows_the_screen_of_then_in_the_size_of_then() {
        recorded(StreamKind.TERMINAL, recording -> {
            say(recording, "$ ");
            after(Duration.ofMinutes(10));
            say(recording, "vim\r\n\u001b[?1049h\u001b[Hfile");
            recording.resize(30, 6);
            after(Duration.ofMinutes(10));
            say(recording, "\u001b[?1049l$ exit");
        });
        endedAfter(Duration.ofMinutes(21));

        assertThat(at(Duration.ofMinutes(9)).lines()).containsExactly("$", "", "", "");
        ScreenText vim = at(Duration.ofMinutes(11));
        assertThat(vim.lines()).startsWith("file").hasSize(6);
        assertThat(vim.columns()).isEqualTo(30);
        assertThat(vim.at()).isEqualTo(row.startedAt().plus(Duration.ofMinutes(11)));
        assertThat(at(Duration.ofMinutes(20)).lines()).startsWith("$ vim", "$ exit");
    }

    private ScreenText at(Duration afterStart) {
        return done(house.sessions.text(
                engineer, "deploy", new TextQuery.At(row.startedAt().plus(afterStart), false)));
    }

    @Test
    void a_moment_outside_the_session_is_refused_in_words() {
        recorded(StreamKind.TERMINAL, recording -> say(recording, "$ "));
        Instant before = row.startedAt().minusSeconds(1);
        Instant later = row.startedAt().plusSeconds(61);

        assertThat(house.sessions.text(engineer, "deploy", new TextQuery.At(later, false)))
                .isEqualTo(new Outcome.Invalid<>("2026-11-21T14:01:02.000Z has not come yet"));
        endedAfter(Duration.ofSeconds(60));
        String session = "session " + row.id().code();
        assertThat(house.sessions.text(engineer, "deploy", new TextQuery.At(before, false)))
                .isEqualTo(new Outcome.Invalid<>(
                        session + " began at 2026-11-21T14:00:01.000Z, after 2026-11-21T14:00:00.000Z"));
        assertThat(house.sessions.text(engineer, "deploy", new TextQuery.At(later, false)))
                .isEqualTo(new Outcome.Invalid<>(
                        session + " ended at 2026-11-21T14:01:01.000Z, before 2026-11-21T14:01:02.000Z"));
    }

    @Test
    void a_session_without_a_terminal_shows_its_output_as_text() {
        recorded(StreamKind.PLAIN, recording -> {
            say(recording, "1%\r2%\r\n\u001b]52;c;Zm9v\u0007\u001b[32mok\u001b[0m\n");
            recording.stderr(ByteBuffer.wrap("warning".getBytes(StandardCharsets.UTF_8)));
        });
        endedAfter(Duration.ofSeconds(1));

        assertThat(tail(2, false)).containsExactly("ok", "warning");
        assertThat(tail(9, true)).containsExactly("1%", "2%", "\u001b[32mok\u001b[0m\u001b[0m", "warning");
        assertThat(done(house.sessions.text(engineer, "deploy", SCREEN)).columns())
                .isZero();
    }

    private List<String> tail(int lines, boolean colours) {
        return done(house.sessions.text(engineer, "deploy", new TextQuery.Tail(lines, colours)))
                .lines();
    }

    @Test
    void a_line_that_never_ends_is_broken() {
        recorded(StreamKind.PLAIN, recording -> say(recording, "x".repeat(10_000)));
        endedAfter(Duration.ofSeconds(1));

        assertThat(tail(9, false)).extracting(String::length).containsExactly(4_096, 4_096, 1_808);
    }

    @Test
    void a_live_session_shows_its_terminal_and_says_what_is_gone() {
        house.live.add(row);
        house.live.screens.put(
                row.id(),
                CompletableFuture.completedFuture(
                        Optional.of(new ScreenNow(List.of("a", "b"), 5_000, 17, 120, 40, false))));

        ScreenText tail = done(house.sessions.text(engineer, "deploy", new TextQuery.Tail(200, true)));
        assertThat(tail.lines()).containsExactly("a", "b");
        assertThat(tail.missingLines()).isEqualTo(5_000);
        assertThat(house.live.screenAsked).isEqualTo("200 with colours");
        assertThat(done(house.sessions.text(engineer, "deploy", SCREEN)).missingLines())
                .isZero();
        assertThat(house.live.screenAsked).isEqualTo("0");
    }

    @Test
    void a_live_session_without_a_terminal_and_one_that_just_ended_are_read_from_the_recording() {
        recorded(StreamKind.TERMINAL, recording -> say(recording, "$ make"));
        house.live.add(row);
        house.live.screens.put(row.id(), CompletableFuture.completedFuture(Optional.empty()));

        assertThat(tail(1, false)).containsExactly("$ make");
    }

    @Test
    void a_live_session_that_does_not_answer_is_given_up_in_words() {
        house.live.add(row);

        assertThat(house.sessions.text(engineer, "deploy", SCREEN))
                .isEqualTo(new Outcome.Refused<>(
                        "session " + row.id().code() + " did not say what it shows within 5 s; try again"));
    }

    @Test
    void damage_is_said_and_what_came_before_it_is_shown() throws IOException {
        recorded(StreamKind.TERMINAL, recording -> {
            say(recording, "before");
            after(Duration.ofSeconds(1));
            say(recording, "after");
        });
        endedAfter(Duration.ofSeconds(2));
        RecordingFile recording = house.store.find(row.id().toString()).orElseThrow();
        Awaitility.await()
                .until(() -> recording.stored(1).orElseThrow().toString().endsWith(".zst"));
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        recording.write(Format.ASCIICAST_V3, text);
        Files.writeString(
                recording.folder().resolve("part-0001.cast"),
                text.toString(StandardCharsets.UTF_8).replace("\"after\"", "\"after"));

        ScreenText screen = done(house.sessions.text(engineer, "deploy", SCREEN));
        assertThat(screen.lines()).startsWith("before");
        assertThat(screen.gap().orElseThrow())
                .startsWith("the recording is damaged at byte ")
                .endsWith("; what came after it is not shown");
    }

    @Test
    void without_a_recording_the_words_say_so() {
        endedAfter(Duration.ofSeconds(1));
        assertThat(house.sessions.text(engineer, "deploy", SCREEN))
                .isEqualTo(new Outcome.Refused<>(
                        "session " + row.id().code() + " has no recording any more, only its history"));
    }

    @Test
    void whoever_reads_a_session_is_written_down_first() {
        recorded(StreamKind.TERMINAL, recording -> say(recording, "$ "));
        endedAfter(Duration.ofSeconds(9));
        String code = row.id().code();

        done(house.sessions.text(auditor, code, SCREEN));
        done(house.sessions.text(auditor, code, new TextQuery.Tail(200, false)));
        done(house.sessions.text(auditor, code, new TextQuery.At(row.startedAt().plusSeconds(1), false)));
        done(house.sessions.text(engineer, code, SCREEN));
        assertThat(house.entries.events())
                .containsExactly(
                        new AuditEvent.SessionViewed(row.id(), "screen"),
                        new AuditEvent.SessionViewed(row.id(), "tail 200"),
                        new AuditEvent.SessionViewed(row.id(), "at 2026-11-21T14:00:02.000Z"),
                        new AuditEvent.SessionViewed(row.id(), "screen"));
        house.entries.broken.set(true);
        assertThatThrownBy(() -> house.sessions.text(auditor, code, SCREEN)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void reading_and_saving_those_of_others_needs_the_permissions() {
        String code = row.id().code();

        assertThat(house.sessions.text(house.caller("manager"), code, SCREEN))
                .isEqualTo(new Outcome.NotPermitted<>("reading other people's sessions needs terminal.view_recording,"
                        + " which none of your roles has"));
        assertThat(house.sessions.save(house.caller("manager"), code))
                .isEqualTo(new Outcome.NotPermitted<>("taking copies of other people's sessions needs"
                        + " terminal.download_recording, which none of your roles has"));
        assertThat(house.sessions.text(house.caller("engineer-2"), code, SCREEN))
                .isInstanceOf(Outcome.NotFound.class);
        assertThat(house.sessions.save(house.caller("engineer-2"), code)).isInstanceOf(Outcome.NotFound.class);
    }

    @Test
    void what_was_saved_and_restored_reads_the_same() {
        recorded(StreamKind.TERMINAL, recording -> {
            say(recording, "$ ls\r\n\u001b[1;34mbin\u001b[0m  \u001b[38;2;1;2;3msrc\u001b[0m\r\n\r\n");
            say(recording, "a line that is longer than its terminal is wide\r\n");
            say(recording, "12345678901234567890\r\n\u4e2d\u6587 e\u0301 \ud83d\ude80\r\n");
            for (int i = 0; i < 300; i++) {
                say(recording, "line " + i + "\r\n");
            }
            say(recording, "$ ");
        });
        endedAfter(Duration.ofSeconds(3));
        TextQuery all = new TextQuery.Tail(TextQuery.MOST_LINES, true);
        ScreenText before = done(house.sessions.text(engineer, "deploy", all));

        byte[] document = done(house.sessions.save(engineer, "deploy"));
        SessionView restored = done(house.sessions.restore(house.caller("engineer-2"), document));

        assertThat(before.lines()).hasSize(307);
        assertThat(done(house.sessions.text(
                                house.caller("engineer-2"), restored.id().toString(), all))
                        .lines())
                .isEqualTo(before.lines());
        assertThat(restored.row()).satisfies(made -> {
            assertThat(made.id()).isNotEqualTo(row.id());
            assertThat(made.personName().value()).isEqualTo("engineer-2");
            assertThat(made.targetId()).isEmpty();
            assertThat(made.target()).isEqualTo(row.target());
            assertThat(made.state()).isEqualTo("ended");
            assertThat(made.ending()).contains("restored");
            assertThat(made.startedAt()).isEqualTo(house.clock.instant());
            assertThat(made.endedAt()).contains(house.clock.instant());
            assertThat(made.exitStatus()).contains(0);
            assertThat(made.grant()).isEmpty();
            assertThat(made.origin())
                    .contains(row.id().code()
                            + " of engineer on bastion.example:2222, saved 2026-11-21T14:00:04.000Z by" + " engineer");
        });
        assertThat(house.history.find(restored.id())).contains(restored.row());
        assertThat(house.entries.events()).contains(new AuditEvent.SessionSaved(row.id(), document.length));
        assertThat(house.server.read("select actor_name from audit_event where action = 'session.restored'"))
                .isEqualTo("engineer-2");
    }

    @Test
    void lines_that_were_gone_when_it_was_saved_stay_missing() {
        house.live.add(row);
        house.live.screens.put(
                row.id(),
                CompletableFuture.completedFuture(Optional.of(new ScreenNow(List.of("a"), 5_000, 1, 80, 24, false))));

        SessionView restored = done(house.sessions.restore(engineer, done(house.sessions.save(engineer, "deploy"))));

        ScreenText text = done(house.sessions.text(engineer, restored.id().toString(), new TextQuery.Tail(10, false)));
        assertThat(text.lines()).containsExactly("a");
        assertThat(text.missingLines()).isEqualTo(5_000);
    }

    @Test
    void a_document_that_would_be_too_large_loses_its_oldest_lines_and_says_so() {
        List<String> lines = IntStream.range(0, 10_000)
                .mapToObj(i -> i + " \ud83d\ude80".repeat(200))
                .toList();
        house.live.add(row);
        house.live.screens.put(
                row.id(), CompletableFuture.completedFuture(Optional.of(new ScreenNow(lines, 7, 1, 80, 24, false))));

        byte[] document = done(house.sessions.save(engineer, "deploy"));

        assertThat(document.length).isLessThanOrEqualTo(SessionOperations.LARGEST_DOCUMENT);
        assertThat(new String(document, StandardCharsets.US_ASCII))
                .contains("\"missing_lines\":7507,\"lines\":[\"7500 ");
    }

    private static <T> T done(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Done<T>(T value)) {
            return value;
        }
        throw new AssertionError(outcome.toString());
    }
}
