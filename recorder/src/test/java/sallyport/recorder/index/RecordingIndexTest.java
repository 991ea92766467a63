package sallyport.recorder.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import sallyport.recorder.Event;
import sallyport.recorder.Header;
import sallyport.recorder.StreamKind;
import sallyport.recorder.index.Found.Confidence;
import sallyport.recorder.index.Found.Source;

class RecordingIndexTest {

    private final List<Found> found = new ArrayList<>();
    private RecordingIndex index = index(StreamKind.TERMINAL, "");

    private RecordingIndex index(StreamKind kind, String command) {
        return new RecordingIndex(
                new Header(
                        40,
                        5,
                        "xterm",
                        Instant.EPOCH,
                        Optional.of(command).filter(c -> !c.isEmpty()),
                        Optional.empty(),
                        new LinkedHashMap<>(),
                        new LinkedHashMap<>()),
                kind,
                found::add);
    }

    private void output(long millis, String text) {
        index.add(new Event.Output(Duration.ofMillis(millis), false, text));
    }

    private List<Found.Command> commands() {
        return found.stream()
                .filter(Found.Command.class::isInstance)
                .map(Found.Command.class::cast)
                .toList();
    }

    private List<Found.Line> lines() {
        return found.stream()
                .filter(Found.Line.class::isInstance)
                .map(Found.Line.class::cast)
                .toList();
    }

    @Test
    void what_was_asked_to_run_is_exact_and_has_its_status() {
        index = index(StreamKind.PLAIN, "systemctl restart nginx\tnow");
        output(10, "one\ntwo\nthree\n");
        index.add(new Event.Exit(Duration.ofMillis(20), 3, Optional.empty()));
        index.finish();
        assertThat(commands())
                .containsExactly(new Found.Command(
                        Duration.ZERO,
                        "systemctl restart nginx now",
                        Optional.of(3),
                        "",
                        Source.EXEC,
                        Confidence.EXACT));
        assertThat(lines()).extracting(Found.Line::text).containsExactly("one", "two", "three");
    }

    @Test
    void files_are_found_between_their_markers_alone() {
        index = index(StreamKind.PLAIN, "scp -t /srv");
        output(1, "wrote \"/before\": 1 bytes\n");
        index.add(new Event.Marker(Duration.ofMillis(2), FileLines.BEGIN));
        index.add(new Event.Output(Duration.ofMillis(2), true, "wrote \"/stderr\": 1 bytes\n"));
        output(3, "wrote \"/srv/a \\\"b\\\\c\\u{a}\": 5 by");
        output(4, "tes\nrename \"/x\" to \"/y\"\nmake folder \"/d\": failed: \"no\" such \"/e\"\nlist");
        index.add(new Event.Marker(Duration.ofMillis(5), FileLines.END + ": the client does not follow the protocol"));
        output(6, " \"/after\"\n");
        index.add(new Event.Marker(Duration.ofMillis(7), FileLines.LINE + "rsync read \"/r\": 5 bytes"));
        index.add(new Event.Marker(Duration.ofMillis(7), "attached \"/no\""));
        index.finish();
        assertThat(found.stream().filter(Found.File.class::isInstance).map(Found.File.class::cast))
                .containsExactly(
                        new Found.File(
                                Duration.ofMillis(4),
                                "/srv/a \"b\\\\c\\u{a}",
                                "wrote \"/srv/a \\\"b\\\\c\\u{a}\": 5 bytes"),
                        new Found.File(Duration.ofMillis(4), "/x", "rename \"/x\" to \"/y\""),
                        new Found.File(Duration.ofMillis(4), "/y", "rename \"/x\" to \"/y\""),
                        new Found.File(Duration.ofMillis(4), "/d", "make folder \"/d\": failed: \"no\" such \"/e\""),
                        new Found.File(Duration.ofMillis(7), "/r", "rsync read \"/r\": 5 bytes"));
    }

    @Test
    void a_shell_that_says_its_command_line_is_believed() {
        output(0, "\033]7;file://web-1/srv\007\033]133;A;click_events=1\007~> ");
        output(900, "ls");
        output(1000, "\r\n\033]133;C;cmdline_url=ls%20-la%20%2Fsrv+x\007");
        output(1100, "total 0\r\n\033]133;D;2\007");
        index.finish();
        assertThat(commands())
                .containsExactly(new Found.Command(
                        Duration.ofMillis(1000),
                        "ls -la /srv+x",
                        Optional.of(2),
                        "file://web-1/srv",
                        Source.MARKS,
                        Confidence.EXACT));
    }

    @Test
    void cues_are_found_however_the_output_is_cut() {
        String session = "\033]133;A\033\\$ \033]133;B\007echo \033[1mhi\033[m\r\n\033]133;C\007hi\r\n\033]133;D;0\007";
        for (int at = 1; at < session.length(); at++) {
            found.clear();
            index = index(StreamKind.TERMINAL, "");
            output(0, session.substring(0, at));
            output(1, session.substring(at));
            index.finish();
            assertThat(commands()).as("cut at %d", at).hasSize(1).first().satisfies(command -> {
                assertThat(command.text()).isEqualTo("echo hi");
                assertThat(command.status()).contains(0);
            });
        }
    }

    @Test
    void a_line_that_was_typed_before_its_prompt_came_is_read_behind_a_prompt_that_is_known() {
        output(0, "\033[?2004h$ ");
        output(500, "sleep 1");
        output(600, "\r\n\033[?2004l\r");
        output(800, "uname\r\n");
        output(1600, "\033[?2004h$ uname\r\n\033[?2004l\rLinux\r\n\033[?2004h$ ");
        index.finish();
        assertThat(commands()).extracting(Found.Command::text).containsExactly("sleep 1", "uname");
    }

    @Test
    void a_prompt_by_its_looks_alone_is_a_guess() {
        output(0, "router> ");
        output(500, "show version");
        output(900, "\r\nVersion 7\r\n");
        index.finish();
        assertThat(commands())
                .containsExactly(new Found.Command(
                        Duration.ofMillis(900), "show version", Optional.empty(), "", Source.SCREEN, Confidence.GUESS));
    }

    @Test
    void output_that_ends_like_a_prompt_and_goes_on_at_once_is_none() {
        output(0, "cost in $");
        output(5, " 12\r\n");
        output(10, "done 50%");
        output(900, " 100%\r\n");
        index.finish();
        assertThat(commands()).isEmpty();
    }

    @Test
    void a_line_shown_again_below_its_completions_was_not_run() {
        output(0, "old# ");
        output(500, "uname");
        output(900, "\r\nLinux\r\nold# ");
        output(1500, "ls /et");
        output(1600, "\r\n/etc /ethers\r\nold# ls /et");
        output(2500, "c");
        output(2600, "\r\nhosts\r\nold# ");
        index.finish();
        assertThat(commands()).extracting(Found.Command::text).containsExactly("uname", "ls /etc");
    }

    @Test
    void a_line_that_stays_is_found_once_with_its_first_and_last_time() {
        for (int i = 0; i < 100; i++) {
            output(i * 1000L, "the same line\r\n");
        }
        index.finish();
        assertThat(lines())
                .containsExactly(new Found.Line(Duration.ofSeconds(2), Duration.ofSeconds(99), "the same line"));
    }

    @Test
    void a_line_that_scrolls_by_in_one_piece_is_whole() {
        output(0, "x".repeat(70) + "y\r\n" + "z\r\n".repeat(5));
        index.finish();
        assertThat(lines()).extracting(Found.Line::text).containsExactly("x".repeat(70) + "y");
    }

    @Test
    void a_line_of_a_megabyte_is_cut() {
        output(0, "x".repeat(1 << 20) + "\r\n\n\n\n\n\n\n");
        index.finish();
        assertThat(lines()).extracting(l -> l.text().length()).containsExactly(RecordingIndex.LONGEST_LINE);
    }

    @Test
    void lines_beyond_the_bound_are_counted() {
        int more = 1_000;
        for (int i = 0; i < RecordingIndex.MOST_LINES + more; i++) {
            output(i, "line number " + i + "\r\n");
        }
        index.finish();
        assertThat(lines()).hasSize(RecordingIndex.MOST_LINES);
        assertThat(index.leftOut()).isEqualTo(more);
    }

    @Test
    void hostile_output_gives_clean_text_in_bounds() {
        Random random = new Random(7);
        String[] pieces = {
            "\033]133;A\007",
            "\033]133;B\007",
            "\033]133;C;cmdline_url=%1b%00x\007",
            "\033]133;D;99999999999\007",
            "\033[?2004h",
            "\033[?2004l",
            "\033[?1049h",
            "\033[?1049l",
            "\033[2J",
            "\033c",
            "\033]133;",
            "\r\n",
            "$ ",
            "text \u202e",
            "\033[",
            "\033P",
            "\u0018",
            "\033[999B",
            "\033[H",
            "\u0000",
            "\u009b2J"
        };
        for (int round = 0; round < 200; round++) {
            found.clear();
            index = index(StreamKind.TERMINAL, "");
            for (int i = 0; i < 200; i++) {
                output(i * 25L, pieces[random.nextInt(pieces.length)]);
                if (random.nextInt(20) == 0) {
                    index.add(new Event.Resize(
                            Duration.ofMillis(i * 25L), 1 + random.nextInt(50), 1 + random.nextInt(10)));
                }
            }
            index.finish();
            assertThat(found).allSatisfy(one -> {
                assertThat(one.text()).isNotBlank();
                assertThat(one.text().chars())
                        .noneMatch(c -> Character.isISOControl(c) && (c != '\n' || one instanceof Found.Line));
            });
        }
    }
}
