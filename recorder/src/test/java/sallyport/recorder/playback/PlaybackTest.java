package sallyport.recorder.playback;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.screen.Redraw;
import sallyport.recorder.screen.ScreenText;

class PlaybackTest {

    @TempDir
    Path folder;

    @Test
    void a_moment_shows_what_had_happened_and_nothing_later() throws IOException {
        Cast cast =
                Cast.terminal(folder).output(1000, "one").output(1000, " two").output(1000, " three");

        try (Playback playback = cast.play()) {
            assertThat(top(playback)).isEmpty();
            assertThat(playback.next()).contains(ms(1000));

            assertThat(playback.seek(ms(2500), Patience.ENDLESS)).isEqualTo(Sought.THERE);
            assertThat(top(playback)).isEqualTo("one two");
            assertThat(playback.position()).isEqualTo(ms(2500));
            assertThat(playback.last()).isEqualTo(ms(2000));
            assertThat(playback.next()).contains(ms(3000));

            playback.seek(ms(1000), Patience.ENDLESS);
            assertThat(top(playback)).isEqualTo("one");

            playback.seek(ms(90_000), Patience.ENDLESS);
            assertThat(top(playback)).isEqualTo("one two three");
            assertThat(playback.position()).as("behind the end is the end").isEqualTo(ms(3000));

            playback.seek(ms(-1), Patience.ENDLESS);
            assertThat(top(playback)).isEmpty();
            assertThat(playback.position()).isZero();
        }
    }

    @Test
    void any_way_to_a_moment_leads_to_the_same_screen() throws IOException {
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            Cast cast = Cast.scribbled(folder, random, 8000);
            try (Playback wanderer = cast.play()) {
                wanderer.end(Patience.ENDLESS);
                long length = wanderer.position().toMillis();
                for (int hop = 0; hop < 12; hop++) {
                    Duration to = ms(random.nextLong(length));
                    wanderer.seek(to, Patience.ENDLESS);
                    try (Playback straight = cast.play()) {
                        straight.seek(to, Patience.ENDLESS);
                        assertThat(drawn(wanderer))
                                .as("seed %d at %s", seed, to)
                                .isEqualTo(drawn(straight));
                        assertThat(wanderer.position()).isEqualTo(straight.position());
                        assertThat(wanderer.last()).isEqualTo(straight.last());
                        assertThat(wanderer.next()).isEqualTo(straight.next());
                        assertThat(wanderer.marker()).isEqualTo(straight.marker());
                    }
                    if (hop % 4 == 3) {
                        wanderer.end(Patience.ENDLESS);
                    }
                }
            }
        }
    }

    @Test
    void steps_go_to_what_happens_next_and_back_to_what_was_before() throws IOException {
        Cast cast = Cast.terminal(folder)
                .output(1000, "a")
                .output(0, "b")
                .output(500, "c")
                .output(500, "d");

        try (Playback playback = cast.play()) {
            assertThat(playback.stepBack(Patience.ENDLESS)).isEqualTo(Sought.NOWHERE);
            playback.stepForward();
            assertThat(top(playback)).isEqualTo("ab");
            playback.stepForward();
            assertThat(top(playback)).isEqualTo("abc");
            playback.stepForward();
            assertThat(playback.stepForward()).isEqualTo(Sought.NOWHERE);
            assertThat(top(playback)).isEqualTo("abcd");
            playback.stepBack(Patience.ENDLESS);
            assertThat(top(playback)).isEqualTo("abc");
            playback.stepBack(Patience.ENDLESS);
            assertThat(top(playback)).isEqualTo("ab");
            playback.stepBack(Patience.ENDLESS);
            assertThat(top(playback)).isEmpty();
        }
    }

    @Test
    void markers_are_found_in_both_directions() throws IOException {
        Cast cast = Cast.terminal(folder)
                .marker(1000, "first")
                .output(1000, "one")
                .marker(1000, "second")
                .output(1000, "two");

        try (Playback playback = cast.play()) {
            assertThat(playback.marker()).isEmpty();
            assertThat(playback.nextMark(Patience.ENDLESS)).isEqualTo(Sought.THERE);
            assertThat(playback.marker()).contains("first");
            playback.nextMark(Patience.ENDLESS);
            assertThat(playback.marker()).contains("second");
            assertThat(top(playback)).isEqualTo("one");
            assertThat(playback.nextMark(Patience.ENDLESS)).isEqualTo(Sought.NOWHERE);
            assertThat(playback.position()).as("it stays where it was").isEqualTo(ms(3000));
            assertThat(playback.previousMark(playback.position(), Patience.ENDLESS))
                    .isEqualTo(Sought.THERE);
            assertThat(playback.position()).isEqualTo(ms(1000));
            assertThat(playback.previousMark(playback.position(), Patience.ENDLESS))
                    .isEqualTo(Sought.NOWHERE);
        }
    }

    @Test
    void commands_are_gone_to_as_markers_are_also_in_a_recording_that_grows() throws IOException {
        String prompt = "\033]133;A\007$ \033]133;B\007";
        Cast cast = Cast.terminal(folder)
                .output(1000, prompt)
                .output(1000, "make")
                .output(1000, "\r\n\033]133;C\007")
                .output(1000, "made\r\n\033]133;D;0\007" + prompt)
                .marker(1000, "second attached")
                .output(1000, "ls\r\n\033]133;C\007");

        try (Playback playback = cast.play()) {
            assertThat(playback.nextMark(Patience.ENDLESS)).isEqualTo(Sought.THERE);
            assertThat(playback.position()).isEqualTo(ms(3000));
            assertThat(top(playback)).isEqualTo("$ make");
            assertThat(playback.nextMark(Patience.ENDLESS)).isEqualTo(Sought.THERE);
            assertThat(playback.marker()).contains("second attached");
            assertThat(playback.nextMark(Patience.ENDLESS)).isEqualTo(Sought.NOWHERE);

            cast.output(1000, "a\r\n\033]133;D;0\007" + prompt);
            assertThat(playback.nextMark(Patience.ENDLESS)).isEqualTo(Sought.THERE);
            assertThat(playback.position()).isEqualTo(ms(6000));
            assertThat(playback.previousMark(ms(5000), Patience.ENDLESS)).isEqualTo(Sought.THERE);
            assertThat(playback.position()).isEqualTo(ms(3000));
        }
    }

    @Test
    void a_text_is_found_where_it_is_shown_anew() throws IOException {
        Cast cast = Cast.terminal(folder)
                .output(1000, "$ ")
                .output(100, "d")
                .output(100, "ro")
                .output(100, "\033[1mp\033[0m it")
                .output(1000, "\r\nlines\r\n".repeat(50) + "needle in a flood\r\n" + "lines\r\n".repeat(50))
                .output(1000, "\033[2J\033[HxEEDL")
                .output(1000, "\033[HN\033[6GE");

        try (Playback playback = cast.play()) {
            assertThat(playback.search("DROP", Patience.ENDLESS)).isEqualTo(Sought.THERE);
            assertThat(playback.position()).isEqualTo(ms(1300));
            assertThat(playback.search("drop", Patience.ENDLESS)).isEqualTo(Sought.NOWHERE);
            assertThat(playback.position()).isEqualTo(ms(1300));
            assertThat(playback.search("needle", Patience.ENDLESS)).isEqualTo(Sought.THERE);
            assertThat(playback.position()).as("passed by in a flood").isEqualTo(ms(2300));
            assertThat(playback.search("needle", Patience.ENDLESS)).isEqualTo(Sought.THERE);
            assertThat(playback.position()).as("put together on the screen").isEqualTo(ms(4300));
            assertThat(playback.search("needle", Patience.ENDLESS)).isEqualTo(Sought.NOWHERE);
            assertThat(playback.search("", Patience.ENDLESS)).isEqualTo(Sought.NOWHERE);
        }
    }

    @Test
    void what_is_recorded_later_is_played_later() throws IOException {
        Cast cast = Cast.terminal(folder).output(1000, "so far");

        try (Playback playback = cast.play()) {
            playback.end(Patience.ENDLESS);
            assertThat(playback.next()).isEmpty();
            cast.text("[1.000,\"o\",\" and");
            assertThat(playback.next()).as("half a line").isEmpty();
            cast.text(" further\"]\n");
            assertThat(playback.next()).contains(ms(2000));
            assertThat(top(playback)).isEqualTo("so far");
            playback.end(Patience.ENDLESS);
            assertThat(top(playback)).isEqualTo("so far and further");
            assertThat(playback.isOver()).isFalse();
            cast.exit(10);
            playback.end(Patience.ENDLESS);
            assertThat(playback.isOver()).isTrue();
            playback.seek(ms(0), Patience.ENDLESS);
            assertThat(playback.isOver()).isFalse();
        }
    }

    @Test
    void a_time_of_day_is_found_by_what_the_wall_clock_said() throws IOException {
        Cast cast = Cast.terminal(folder)
                .output(1000, "one")
                .line("#clock 2026-11-21T14:10:02Z 1.000")
                .output(1000, " two")
                .output(5000, " three");

        try (Playback playback = cast.play()) {
            playback.seek(Instant.parse("2026-11-21T14:10:03.500Z"), Patience.ENDLESS);
            assertThat(top(playback)).isEqualTo("one two");
            assertThat(playback.position()).isEqualTo(ms(2500));
            assertThat(playback.wallClock()).isEqualTo(Instant.parse("2026-11-21T14:10:03.500Z"));
            playback.seek(Instant.parse("2026-11-21T14:00:01Z"), Patience.ENDLESS);
            assertThat(top(playback)).isEqualTo("one");
            playback.seek(Instant.parse("2026-11-20T14:00:01Z"), Patience.ENDLESS);
            assertThat(playback.position()).isZero();
            playback.seek(Instant.parse("2026-11-22T14:00:01Z"), Patience.ENDLESS);
            assertThat(top(playback)).isEqualTo("one two three");
        }
    }

    @Test
    void a_long_way_ends_with_the_patience_and_a_search_then_leads_back() throws IOException {
        Cast cast = Cast.terminal(folder);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            lines.append("[0.010,\"o\",\"x\"]\n");
        }
        cast.text(lines.toString());

        try (Playback playback = cast.play()) {
            playback.seek(ms(1000), Patience.ENDLESS);
            assertThat(playback.search("nothing", at -> at.compareTo(ms(5000)) < 0))
                    .isEqualTo(Sought.GIVEN_UP);
            assertThat(playback.position()).isEqualTo(ms(1000));
            assertThat(playback.seek(ms(9000), at -> at.compareTo(ms(5000)) < 0))
                    .isEqualTo(Sought.GIVEN_UP);
            assertThat(playback.position()).isBetween(ms(5000), ms(6000));
        }
    }

    @Test
    void streams_without_a_terminal_are_shown_as_lines() throws IOException {
        Cast cast = Cast.plain(folder).output(1, "one\ntwo\r").output(1, "\nthree\n");

        try (Playback playback = cast.play()) {
            playback.end(Patience.ENDLESS);
            assertThat(ScreenText.screen(playback.screen())).startsWith("one", "two", "three", "");
        }
    }

    @Test
    void damage_ends_it_and_is_told() throws IOException {
        Cast cast = Cast.terminal(folder).output(1, "good").line("[1,\"o\"").output(1, "lost");

        try (Playback playback = cast.play()) {
            playback.end(Patience.ENDLESS);
            assertThat(top(playback)).isEqualTo("good");
            assertThat(playback.damage()).isPresent();
        }
    }

    @Test
    void a_header_that_makes_no_sense_plays_nothing() throws IOException {
        Path file = folder.resolve("broken.cast");
        Files.writeString(file, "{\n[1,\"o\",\"x\"]\n");

        try (Playback playback = Playback.of(() -> RecordingReader.open(file))) {
            assertThat(playback.header()).isEmpty();
            assertThat(playback.next()).isEmpty();
            playback.seek(ms(1000), Patience.ENDLESS);
            assertThat(top(playback)).isEmpty();
            assertThat(playback.damage()).isPresent();
        }
    }

    @Test
    void snapshots_stay_within_their_memory_and_spread_over_all_that_was_passed() throws IOException {
        Cast cast = Cast.terminal(folder).output(1, "x");
        Snapshots snapshots = new Snapshots(20_000);
        try (Playback playback = cast.play();
                var reader = cast.reader()) {
            for (long position = 0; position < 1L << 30; position += 100 << 10) {
                if (snapshots.isDue(position)) {
                    snapshots.add(Snapshot.of(
                            position, reader, new State(ms(position), Instant.EPOCH, false, false), playback.screen()));
                    assertThat(snapshots.bytes()).isLessThanOrEqualTo(20_000);
                }
            }
        }
        assertThat(snapshots.count()).isGreaterThan(10);
        long apart = (1L << 30) / snapshots.count();
        for (long at = 3 * apart; at < 1L << 30; at += apart) {
            assertThat(snapshots.before(ms(at)).map(Snapshot::position).orElse(0L))
                    .isBetween(at - 3 * apart, at);
        }
        assertThat(snapshots.before(ms(10))).isEqualTo(Optional.empty());
    }

    private static String top(Playback playback) {
        List<String> lines = ScreenText.screen(playback.screen());
        return lines.getFirst();
    }

    private static byte[] drawn(Playback playback) {
        return Redraw.of(playback.screen(), playback.screen().scrollbackLines());
    }

    private static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }
}
