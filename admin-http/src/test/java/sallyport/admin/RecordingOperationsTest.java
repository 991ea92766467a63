package sallyport.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sallyport.db.HistoryFilter;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionRow;
import sallyport.recorder.Header;
import sallyport.recorder.StreamKind;
import sallyport.recorder.playback.Patience;
import sallyport.recorder.playback.Playback;
import sallyport.recorder.screen.Screen;
import sallyport.recorder.screen.ScreenText;
import sallyport.recorder.store.Recording;
import sallyport.recorder.store.RecordingFile;
import sallyport.recorder.store.RecordingStore;

class RecordingOperationsTest {

    private final House house = new House();

    @TempDir
    Path folder;

    private RecordingStore store;
    private RecordingOperations recordings;
    private SessionRow row;

    @BeforeEach
    void record() throws Exception {
        store = new RecordingStore(folder, house.clock);
        recordings =
                new RecordingOperations(house.history, house.live, store, house.keepings, House.DOOR, house.journal);
        row = house.stored("engineer", "deploy", "web-1", Optional.empty());
        Header header = new Header(
                80,
                24,
                "xterm",
                house.clock.instant(),
                Optional.empty(),
                Optional.empty(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>());
        try (Recording recording = store.create(row.id().toString(), header, StreamKind.TERMINAL, () -> 0L, () -> {})) {
            recording.output(ByteBuffer.wrap("hello\r\n".getBytes(StandardCharsets.US_ASCII)));
            recording.exit(0, Optional.empty());
            recording.seal();
        }
    }

    @AfterEach
    void close() {
        store.close();
        house.close();
    }

    @Test
    void people_take_copies_of_their_own_recordings() throws Exception {
        RecordingDownload download = done(recordings.open(house.caller("engineer"), "deploy", "text"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        assertThat(download.writeTo(out)).isEmpty();

        assertThat(out.toString(StandardCharsets.UTF_8)).contains("hello");
        assertThat(download.fileName()).isEqualTo(row.id().code() + ".txt");
        assertThat(download.mediaType()).isEqualTo("text/plain; charset=utf-8");
        assertThat(house.entries.events()).containsExactly(new AuditEvent.RecordingDownloaded(row.id(), "text"));
    }

    @Test
    void of_others_seeing_and_taking_each_need_their_permission() {
        String code = row.id().code();

        assertThat(done(recordings.show(house.caller("auditor"), code))
                        .session()
                        .id())
                .isEqualTo(row.id());
        assertThat(recordings.open(house.caller("auditor"), code, "v3")).isInstanceOf(Outcome.Done.class);
        assertThat(recordings.show(house.caller("manager"), code))
                .isEqualTo(new Outcome.NotPermitted<>(
                        "seeing other people's recordings needs terminal.view_recording, which none of your"
                                + " roles has"));
        assertThat(recordings.open(house.caller("manager"), code, "v3"))
                .isEqualTo(new Outcome.NotPermitted<>(
                        "taking copies of other people's recordings needs terminal.download_recording, which"
                                + " none of your roles has"));
        assertThat(recordings.open(house.caller("engineer-2"), code, "v3"))
                .isEqualTo(new Outcome.NotFound<>("no session \"" + code + "\" for you"));
        assertThat(recordings.list(house.caller("manager"), true, HistoryFilter.everything(), Optional.empty(), 10))
                .isInstanceOf(Outcome.NotPermitted.class);
        assertThat(done(recordings.list(
                                house.caller("auditor"), true, HistoryFilter.everything(), Optional.empty(), 10))
                        .items())
                .hasSize(1);
    }

    @Test
    void looking_at_a_recording_is_written_down_and_needs_the_permission_of_seeing() throws Exception {
        String code = row.id().code();

        RecordingPlay play = done(recordings.play(house.caller("auditor"), code, new PlayFrom.Beginning()));
        done(recordings.play(house.caller("engineer"), "deploy", new PlayFrom.Since(Duration.ZERO)));

        try (Playback playback = Playback.of(play.source())) {
            playback.end(Patience.ENDLESS);
            assertThat(ScreenText.screen(playback.screen())).startsWith("hello", "");
        }
        assertThat(play.session().id()).isEqualTo(row.id());
        assertThat(play.grows()).isFalse();
        assertThat(house.entries.events())
                .containsExactly(
                        new AuditEvent.SessionViewed(row.id(), "recording from its beginning"),
                        new AuditEvent.SessionViewed(row.id(), "recording from 00:00:00"));
        assertThat(recordings.play(house.caller("manager"), code, new PlayFrom.Beginning()))
                .isEqualTo(new Outcome.NotPermitted<>(
                        "seeing other people's recordings needs terminal.view_recording, which none of your"
                                + " roles has"));
        assertThat(recordings.play(house.caller("engineer-2"), code, new PlayFrom.Beginning()))
                .isEqualTo(new Outcome.NotFound<>("no session \"" + code + "\" for you"));
        assertThat(house.entries.events()).hasSize(2);
    }

    @Test
    void jumps_by_key_frames_show_what_reading_shows() throws Exception {
        SessionRow tall = house.stored("engineer", "tall", "web-1", Optional.empty());
        Header header = new Header(
                40,
                10,
                "xterm",
                house.clock.instant(),
                Optional.empty(),
                Optional.empty(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>());
        Screen screen = new Screen(40, 10);
        try (Recording recording =
                store.create(tall.id().toString(), header, StreamKind.TERMINAL, house.nanos::get, () -> {})) {
            recording.model(() -> Optional.of(screen));
            for (int second = 0; second < 300; second++) {
                house.pass(Duration.ofSeconds(1));
                if (second % 50 == 49) {
                    recording.marker("mark " + second);
                }
                byte[] text =
                        ("\u001b[3" + second % 8 + "mline " + second + "\r\n").getBytes(StandardCharsets.US_ASCII);
                recording.output(ByteBuffer.wrap(text));
                screen.feed(text);
            }
            recording.exit(0, Optional.empty());
            recording.seal();
        }
        RecordingFile file = store.find(tall.id().toString()).orElseThrow();
        RecordingPlay play = done(recordings.play(house.caller("engineer"), "tall", new PlayFrom.Beginning()));
        Random random = new Random(11);
        try (Playback jumping = Playback.of(play.source());
                Playback reading = Playback.of(file::reader)) {
            assertThat(play.source().before(Duration.ofSeconds(200))).isPresent();
            for (int i = 0; i < 200; i++) {
                Duration to = Duration.ofMillis(random.nextInt(310_000));
                Instant time = header.startedAt().plus(to);
                for (Playback playback : List.of(jumping, reading)) {
                    if (i % 5 == 4) {
                        playback.seek(time, Patience.ENDLESS);
                    } else if (i % 7 == 6) {
                        playback.previousMark(playback.position(), Patience.ENDLESS);
                    } else {
                        playback.seek(to, Patience.ENDLESS);
                    }
                }
                assertThat(ScreenText.screenWithColours(jumping.screen()))
                        .as("after jump %d, to %s", i, to)
                        .isEqualTo(ScreenText.screenWithColours(reading.screen()));
                assertThat(jumping.position()).isEqualTo(reading.position());
                assertThat(jumping.wallClock()).isEqualTo(reading.wallClock());
                assertThat(jumping.isOver()).isEqualTo(reading.isOver());
            }
        }
    }

    @Test
    void a_moment_outside_the_session_is_refused_before_anything_is_shown() {
        assertThat(recordings.play(
                        house.caller("auditor"),
                        row.id().code(),
                        new PlayFrom.Moment(row.startedAt().minusSeconds(60))))
                .isInstanceOfSatisfying(
                        Outcome.Invalid.class,
                        invalid -> assertThat(invalid.words()).contains("began at"));
        assertThat(recordings.play(house.caller("auditor"), row.id().code(), new PlayFrom.Since(Duration.ofDays(100))))
                .isInstanceOfSatisfying(
                        Outcome.Invalid.class,
                        invalid -> assertThat(invalid.words()).endsWith("less than 2400:00:00"));
        assertThat(house.entries.events()).isEmpty();
    }

    @Test
    void a_time_of_day_means_the_last_one_before_the_end() {
        Instant end = row.endedAt().orElse(house.clock.instant());
        LocalTime atEnd = end.atOffset(ZoneOffset.UTC).toLocalTime();

        assertThat(done(recordings.play(house.caller("auditor"), row.id().code(), new PlayFrom.TimeOfDay(atEnd)))
                        .from())
                .isEqualTo(new PlayFrom.Moment(end));
        assertThat(recordings.play(
                        house.caller("auditor"), row.id().code(), new PlayFrom.TimeOfDay(atEnd.plusMinutes(1))))
                .as("that was yesterday, before it began")
                .isInstanceOf(Outcome.Invalid.class);
    }

    @Test
    void an_unknown_format_is_refused_and_the_known_ones_named() {
        assertThat(recordings.open(house.caller("engineer"), "deploy", "mp4"))
                .isEqualTo(new Outcome.Invalid<>(
                        "no recording format is called \"mp4\"; there are: v3, v2, raw, raw-stderr, text, json"));
    }

    @Test
    void a_session_whose_recording_is_gone_says_so() {
        SessionRow bare = house.stored("engineer", "bare", "web-1", Optional.empty());

        assertThat(recordings.open(house.caller("engineer"), "bare", "v3"))
                .isEqualTo(new Outcome.Refused<>(
                        "session " + bare.id().code() + " has no recording any more, only its history"));
    }

    @Test
    void moments_since_the_start_are_read_as_they_are_written() {
        assertThat(SinceStart.parse("01:07:20")).contains(Duration.ofSeconds(4040));
        assertThat(SinceStart.parse("100:00:00.5"))
                .contains(Duration.ofHours(100).plusMillis(500));
        assertThat(SinceStart.format(Duration.ofSeconds(4040))).isEqualTo("01:07:20");
        for (String other : List.of("14:05", "4h", "01:60:00", "01:07:20Z", "", "1:07:20.0000")) {
            assertThat(SinceStart.parse(other)).as(other).isEmpty();
        }
    }

    @Test
    void nothing_is_taken_that_cannot_be_written_down() {
        house.entries.full.set(true);

        assertThatThrownBy(() -> recordings.open(house.caller("engineer"), "deploy", "v3"))
                .isInstanceOf(UncheckedIOException.class);
    }

    private static <T> T done(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Done<T>(T value)) {
            return value;
        }
        throw new AssertionError(outcome.toString());
    }
}
