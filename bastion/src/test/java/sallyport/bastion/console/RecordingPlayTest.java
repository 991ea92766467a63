package sallyport.bastion.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.policy.audit.AuditEntry;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionRow;
import sallyport.recorder.Header;
import sallyport.recorder.StreamKind;
import sallyport.recorder.screen.Screen;
import sallyport.recorder.screen.ScreenText;
import sallyport.recorder.store.Recording;

/** A recording in a client's terminal, with keys. */
class RecordingPlayTest {

    @TempDir
    Path folder;

    private Door door;
    private SessionRow row;
    private final AtomicLong nanos = new AtomicLong();
    private final ExecutorService visit = Executors.newVirtualThreadPerTaskExecutor();

    @BeforeEach
    void open() {
        door = new Door(folder);
        row = door.ran("engineer", "shell", "");
        door.now = door.now.plusSeconds(7200);
    }

    @AfterEach
    void close() {
        door.client.hangUp();
        visit.close();
        door.close();
    }

    /** What a program does while it is recorded. */
    private interface Program {
        void run(Recording recording) throws Exception;
    }

    private void record(Program program) throws Exception {
        Header header = new Header(
                80,
                24,
                "xterm",
                row.startedAt(),
                Optional.empty(),
                Optional.empty(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>());
        try (Recording recording =
                door.store.create(row.id().toString(), header, StreamKind.TERMINAL, nanos::get, () -> {})) {
            program.run(recording);
            recording.exit(0, Optional.empty());
            recording.seal();
        }
    }

    private void later(Recording recording, long millis, String text) throws Exception {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
        recording.output(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private Future<Integer> play(String options) {
        return visit.submit(() -> door.console.run(
                door.caller("auditor"), "recording play " + row.id().code() + options, door.client.channel()));
    }

    private Screen screen() {
        Screen screen = new Screen(door.client.columns.get(), door.client.rows.get());
        screen.feed(door.client.out().getBytes(StandardCharsets.UTF_8));
        return screen;
    }

    private String line(int number) {
        return ScreenText.screen(screen()).get(number);
    }

    private String status() {
        return line(door.client.rows.get() - 1);
    }

    private void awaitLine(int number, String text) {
        await().untilAsserted(() -> assertThat(line(number)).contains(text));
    }

    private void awaitStatus(String text) {
        await().untilAsserted(() -> assertThat(status()).contains(text));
    }

    private void quit(Future<Integer> playing) throws Exception {
        door.client.type("q");
        assertThat(playing.get(10, TimeUnit.SECONDS)).isZero();
        Screen left = screen();
        assertThat(left.alternate()).isFalse();
        assertThat(ScreenText.screen(left)).allMatch(String::isEmpty);
    }

    @Test
    void it_is_drawn_from_the_beginning_and_stays_at_the_end_until_it_is_left() throws Exception {
        record(r -> {
            later(r, 10, "one");
            later(r, 20, " two");
        });

        Future<Integer> playing = play("");

        awaitLine(0, "one two");
        awaitStatus("end  00:00:00  this is the end of the recording; q quits");
        door.client.type(" ");
        awaitStatus("this is the end; Home plays it again");
        door.client.type("q ls\r");
        assertThat(playing.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(door.client.unread()).as("what comes behind the last key").isEqualTo(" ls\r");
        assertThat(screen().alternate()).isFalse();
    }

    @Test
    void a_moment_since_the_start_is_shown_and_steps_lead_on_and_back() throws Exception {
        record(r -> {
            later(r, 1000, "a");
            later(r, 60_000, "b");
            later(r, 60_000, "c");
        });

        Future<Integer> playing = play(" --at 00:00:05");
        awaitLine(0, "a");
        door.client.type(" ");
        awaitStatus("paused  00:00:05");
        door.client.type(".");
        awaitLine(0, "ab");
        awaitStatus("paused  00:01:01");
        door.client.type(".");
        awaitLine(0, "abc");
        door.client.type(".");
        awaitStatus("nothing comes after this");
        door.client.type(",,");
        await().untilAsserted(() -> assertThat(line(0)).isEqualTo("a"));
        door.client.type("\033[F");
        awaitLine(0, "abc");
        door.client.type("\033[H");
        await().untilAsserted(() -> assertThat(line(0)).isEmpty());
        door.client.type("\033[C");
        await().untilAsserted(() -> assertThat(line(0)).isEqualTo("a"));
        awaitStatus("paused  00:00:05");
        door.client.type("\033[6~");
        await().untilAsserted(() -> assertThat(line(0)).isEqualTo("ab"));
        quit(playing);
    }

    @Test
    void waits_are_cut_and_the_time_that_is_shown_is_the_real_one() throws Exception {
        record(r -> {
            later(r, 0, "before");
            later(r, 3_600_000, "\r\nafter");
            later(r, 50, "\r\nend");
        });

        Future<Integer> playing = play(" --idle 0.1 --speed 2");

        awaitLine(2, "end");
        awaitStatus("end  01:00:00  2x");
        quit(playing);
    }

    @Test
    void markers_and_texts_are_found_and_speed_is_changed() throws Exception {
        record(r -> {
            later(r, 1000, "$ ");
            r.marker("engineer attached\033]0;x\007 \u202egnp");
            later(r, 60_000, "make it so");
            r.marker("second");
            later(r, 60_000, "\r\ndone");
        });

        Future<Integer> playing = play("");
        door.client.type(" ]");
        awaitStatus("paused  00:00:01");
        awaitStatus("engineer attached");
        door.client.type("]");
        awaitStatus("second");
        door.client.type("]");
        awaitStatus("no command or marker after this");
        door.client.type("[");
        awaitStatus("engineer attached");
        door.client.type("/DOXX\177\177");
        awaitStatus("/DO_");
        door.client.type("NE\r");
        awaitStatus("paused  00:02:01");
        awaitLine(1, "done");
        door.client.type("n");
        awaitStatus("\"DONE\" is not shown again after this");
        door.client.type("/q\033");
        awaitStatus("paused  00:02:01");
        door.client.type("++-");
        awaitStatus("2x");
        door.client.type("5");
        awaitStatus("paused");
        door.client.type("?");
        awaitLine(0, "space          pause, and go on");
        door.client.type("x");
        await().untilAsserted(() -> assertThat(line(0)).startsWith("$"));
        quit(playing);
        assertThat(door.client.out()).doesNotContain("\033]0;x", "\u202e");
    }

    @Test
    void a_window_of_another_size_is_followed() throws Exception {
        record(r -> later(r, 0, "top\033[24;1Hbottom"));

        Future<Integer> playing = play("");
        awaitStatus("end");
        door.client.columns.set(40);
        door.client.rows.set(10);
        await().untilAsserted(() ->
                assertThat(ScreenText.screen(drawnLast(40, 10)).get(8)).isEqualTo("bottom"));
        quit(playing);
    }

    /** What a terminal of that size shows that saw the frames since it has it. */
    private Screen drawnLast(int columns, int rows) {
        String out = door.client.out();
        Screen screen = new Screen(columns, rows);
        screen.feed(out.substring(Math.max(0, out.lastIndexOf("\033[2J"))).getBytes(StandardCharsets.UTF_8));
        return screen;
    }

    @Test
    void what_comes_is_followed_until_the_session_is_over() throws Exception {
        SessionRow live = door.running("engineer", "deploy", "web-1");
        row = live;
        record(r -> {
            later(r, 1000, "$ ");
            Future<Integer> playing = play(" --follow");
            awaitLine(0, "$");
            awaitStatus("live  00:00:01");
            later(r, 60_000, "uptime");
            awaitLine(0, "$ uptime");
            awaitStatus("live  00:01:01");
            door.client.type(" ");
            awaitStatus("paused");
            later(r, 1000, " again");
            door.client.type("\033[F ");
            awaitLine(0, "$ uptime again");
            r.exit(0, Optional.empty());
            awaitStatus("end");
            quit(playing);
        });
    }

    @Test
    void hostile_output_reaches_nobody_as_it_was_written() throws Exception {
        record(r -> {
            for (String text : Hostile.TEXTS) {
                later(r, 1, text + "\r\n");
            }
            later(
                    r,
                    1,
                    "\033[c\033[>c\033[6n\033[5n\033]11;?\007\033]4;1;?\007\033P$qm\033\\\033[?1003h\033[?1006h\033[>1u"
                            + "\033]4;0;rgb:ff/ff/ff\007\033[?2004h\033[?1h\033=\r\nlast");
        });

        Future<Integer> playing = play("");
        awaitStatus("end");
        String shown = door.client.out();
        quit(playing);

        String drawn = shown.substring(shown.indexOf("\033[?1049h"));
        assertThat(drawn).contains("last");
        assertThat(drawn)
                .doesNotContain("\033]", "\033P", "\007", "\005", "\016", "evil.example", "\u009b", "\u009d", "\u202e")
                .doesNotContainPattern("\033\\[[0-9;>?]*[cnu]")
                .doesNotContain("[?1003h", "[?1006h", "[?2004h", "[?1h", "\033=");
    }

    @Test
    void somebody_else_is_refused_and_a_view_is_in_the_audit_log() throws Exception {
        record(r -> later(r, 0, "secret"));

        int refused = door.console.run(
                door.caller("engineer-2"), "recording play " + row.id().code(), door.client.channel());
        assertThat(refused).isEqualTo(3);
        assertThat(door.client.out()).isEmpty();

        Future<Integer> playing = play(" --at 00:00:00");
        awaitStatus("end");
        quit(playing);
        assertThat(door.entries.kept)
                .extracting(AuditEntry::event)
                .containsExactly(new AuditEvent.SessionViewed(row.id(), "recording from 00:00:00"));
    }

    @Test
    void without_a_terminal_to_draw_on_it_says_what_to_do_instead() throws Exception {
        record(r -> later(r, 0, "x"));
        String line = "recording play " + row.id().code();

        assertThat(door.console.run(door.caller("auditor"), line, door.client.plainChannel()))
                .isEqualTo(2);
        FakeTerminal dumb = new FakeTerminal("dumb");
        assertThat(door.console.run(door.caller("auditor"), line, dumb.channel()))
                .isEqualTo(2);

        assertThat(door.client.err()).contains("ssh -t bastion recording play", "recording download ID --format text");
        assertThat(dumb.err()).contains("this terminal only prints");
        assertThat(door.client.out() + dumb.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " --at noon",
                " --at 25:00",
                " --at 01:60:00",
                " --idle x",
                " --idle -1",
                " --idle 99999",
                " --speed 0",
                " --speed 65",
                " --at 999:00:00",
                " --at 2019-01-01"
            })
    void what_cannot_be_meant_is_said_and_nothing_is_played(String options) throws Exception {
        record(r -> later(r, 0, "x"));

        assertThat(play(options).get(10, TimeUnit.SECONDS)).isEqualTo(2);
        assertThat(door.client.out()).isEmpty();
    }

    @Test
    void a_client_that_is_gone_ends_it() throws Exception {
        record(r -> {
            later(r, 0, "x");
            later(r, 3_600_000, "y");
        });

        Future<Integer> playing = play("");
        awaitLine(0, "x");
        door.client.hangUp();

        assertThat(playing.get(10, TimeUnit.SECONDS)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 30, 50, 80, 120, 200})
    void the_status_fits_every_window(int columns) {
        PlayerStatus status = new PlayerStatus(
                "paused  01:07:20 / 02:13:24  2x",
                Instant.parse("2026-11-18T02:14:09Z"),
                "alice 漢字 attached ".repeat(20));
        String line = status.line(columns);

        assertThat(Printable.columns(line)).isLessThanOrEqualTo(Math.max(columns, 31));
        assertThat(line).startsWith("paused  01:07:20");
        assertThat(new PlayerStatus("end  01:07:20", Instant.EPOCH, "this is the end of the recording; q quits")
                        .line(80))
                .contains("this is the end of the recording; q quits");
    }
}
