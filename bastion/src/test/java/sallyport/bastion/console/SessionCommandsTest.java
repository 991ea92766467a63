package sallyport.bastion.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sallyport.admin.PersonInSession;
import sallyport.admin.ScreenNow;
import sallyport.policy.PersonName;
import sallyport.policy.session.SessionRow;
import sallyport.policy.session.SessionState;

/** The commands on sessions that outlive clients, over the real operations on a real database. */
class SessionCommandsTest {

    @TempDir
    Path folder;

    private Door door;

    @BeforeEach
    void open() {
        door = new Door(folder);
    }

    @AfterEach
    void close() {
        door.close();
    }

    private String out() {
        return door.client.out();
    }

    private String err() {
        return door.client.err();
    }

    private void screen(SessionRow row, long forgotten, String... lines) {
        door.live.screens.put(row.id(), new ScreenNow(List.of(lines), forgotten, lines.length, 120, 40, false));
    }

    // --- list ---

    @Test
    void a_list_tells_jobs_shells_that_are_used_and_shells_that_are_over_apart() {
        SessionRow over = door.over("engineer", "old");
        SessionRow job = door.working("engineer", "dump", "pg_dump orders");
        SessionRow shell = door.running("engineer", "deploy", "prod-db-1");
        door.pass(Duration.ofMinutes(42));
        door.live.put(door.seen(
                shell,
                new SessionState.Running(1, shell.startedAt()),
                Optional.of(shell.startedAt().plus(Duration.ofMinutes(39))),
                new PersonInSession(
                        new PersonName("engineer"), "192.0.2.7", "driver", shell.startedAt(), Optional.empty()),
                new PersonInSession(
                        new PersonName("auditor"), "192.0.2.9", "viewer", shell.startedAt(), Optional.empty())));

        assertThat(door.run("engineer", "session list")).isZero();

        assertThat(out()).isEqualTo("""
            SESSION   NAME    WHERE           ENV         STATE    IN  LAST           WHAT
            %s  deploy  root@prod-db-1  PRODUCTION  running  2   typed 3 m ago  INC-42 disk filling
            %s  dump    root@web-1      staging     running      runs 42 m      pg_dump orders
            %s  old     root@web-1      staging     ended        ran 1 m        INC-42 disk filling
            """.formatted(
                        shell.id().code(), job.id().code(), over.id().code()));
        assertThat(err()).isEmpty();
    }

    @Test
    void a_list_is_narrowed_by_person_workspace_state_and_time() {
        SessionRow early = door.running("engineer", "early", "web-1");
        door.pass(Duration.ofDays(3));
        SessionRow late = door.running("engineer", "late", "prod-db-1");
        SessionRow other = door.running("engineer-2", "other", "web-1");

        door.run("manager", "session list --person engineer --since 1w --target web-1 -o id");
        door.run("manager", "session list --person engineer --since 1d -o id");
        door.run("manager", "session list --all --since 2026-11-20..2026-11-23 -o id");
        door.run("manager", "session list --all --since 2026-11-24.. --env staging -o id");
        door.run("engineer", "session list --person engineer --workspace default --since ..2026-11-22 -o id");
        assertThat(out().lines())
                .containsExactly(
                        early.id().toString(),
                        late.id().toString(),
                        early.id().toString(),
                        other.id().toString(),
                        early.id().toString());
        assertThat(err()).isEmpty();

        assertThat(door.run("engineer", "session list --workspace elsewhere")).isZero();
        assertThat(err()).isEqualTo("bastion: no sessions of yours to show\n");
    }

    @Test
    void other_peoples_sessions_need_a_permission_and_absent_people_read_the_same() {
        assertThat(door.run("engineer-2", "session list --person engineer")).isEqualTo(4);
        assertThat(door.run("engineer-2", "session list --person nobody")).isEqualTo(4);
        assertThat(err().lines().distinct()).hasSize(1);
        assertThat(door.run("auditor", "session list --person nobody")).isEqualTo(3);
        assertThat(door.run("auditor", "session list --person engineer --all")).isEqualTo(2);
    }

    @Test
    void a_list_as_csv_has_a_header_and_every_field_and_runs_nothing_in_a_spreadsheet() {
        SessionRow row = door.ran("engineer", "sum", "=SUM(1)\033[2J, x");

        assertThat(door.run("engineer", "session list --format csv")).isZero();

        List<String> lines = List.of(out().split("\r\n"));
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst()).startsWith("id,code,name,state,person,");
        assertThat(lines.getLast())
                .startsWith(row.id() + "," + row.id().code() + ",sum,starting,engineer,")
                .contains(",\"'=SUM(1)\\u{1b}[2J, x\",INC-42 disk filling,");
    }

    @Test
    void csv_has_a_column_for_all_that_json_says_in_the_same_order() {
        SessionRow row = door.working("engineer", "dump", "pg_dump").withLink(Optional.of("https://chat.example/42"));
        door.live.put(door.seen(
                row,
                new SessionState.Running(1, row.startedAt()),
                Optional.of(row.startedAt()),
                new PersonInSession(
                        new PersonName("engineer"), "192.0.2.7", "driver", row.startedAt(), Optional.empty()),
                new PersonInSession(
                        new PersonName("auditor"), "192.0.2.9", "viewer", row.startedAt(), Optional.empty())));

        door.run("engineer", "session list --jsonl");
        List<String> said = Pattern.compile("\"([a-z0-9_]+)\":")
                .matcher(out())
                .results()
                .map(m -> m.group(1))
                .toList();
        door.run("engineer", "session list --format csv");

        List<String> columns = List.of(out().lines().toList().get(1).split(","));
        assertThat(said).contains("people", "cut_at", "kept_lines", "job");
        assertThat(columns.stream().filter(said::contains)).containsExactlyElementsOf(said);
        assertThat(out()).contains("\"engineer (driver) from 192.0.2.7, auditor (viewer) from 192.0.2.9\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--json --jsonl | say one of --json, --jsonl, --format csv and -o id",
                "--format csv -o id | say one of --json, --jsonl, --format csv and -o id",
                "--format pdf | --format knows only csv",
                "-o code | -o knows only id",
                "--since 1h..x | is not a time",
                "--since 2026-11-21..2026-11-20 | the time range is empty",
                "--workspace '' | workspace",
                "--person '' | person",
            })
    void a_list_that_cannot_be_asked_for_is_refused_in_words(String options, String words) {
        assertThat(door.run("engineer", "session list " + options)).isEqualTo(2);
        assertThat(err()).contains(words);
        assertThat(out()).isEmpty();
    }

    @Test
    void at_a_terminal_the_list_fits() {
        door.working("engineer", "dump", "pg_dump --verbose --format=custom orders | zstd -19 > /srv/out/orders.zst");
        for (int columns : new int[] {40, 80, 132}) {
            door.client.columns.set(columns);
            door.runAtTerminal("engineer", "session list");
        }

        assertThat(out().lines()).hasSize(6).allMatch(l -> Printable.columns(l) <= 132);
        assertThat(out().lines().limit(4)).allMatch(l -> Printable.columns(l) <= 80);
        assertThat(out().lines().limit(2)).allMatch(l -> Printable.columns(l) <= 40);
    }

    // --- show ---

    @Test
    void a_card_says_who_is_in_it_what_is_kept_and_what_happens_next() {
        SessionRow row = door.running("engineer", "deploy", "web-1").withLink(Optional.of("https://chat.example/42"));
        door.live.put(door.seen(
                row,
                new SessionState.Running(1, row.startedAt()),
                Optional.of(row.startedAt()),
                new PersonInSession(
                        new PersonName("engineer"),
                        "192.0.2.7",
                        "driver",
                        row.startedAt(),
                        Optional.of(row.startedAt())),
                new PersonInSession(
                        new PersonName("auditor"), "192.0.2.9", "viewer", row.startedAt(), Optional.empty())));
        door.pass(Duration.ofMinutes(2));

        assertThat(door.run("engineer", "session show deploy")).isZero();

        assertThat(out())
                .contains("state       running, 1 client in it, 120x40\n")
                .contains("""
                    link        https://chat.example/42
                    in it       engineer, driver from 192.0.2.7, came 2 m ago, typed 2 m ago
                                auditor, viewer from 192.0.2.9, came 2 m ago
                    last input  2 m ago
                    output      4.7 kB
                    kept        4,711 lines, 1.2 MB; 1,204 older lines only in the recording
                    until       2026-11-27T14:00:00.000Z, in 5 d; then it ends: nobody came back
                    attach      ssh s+deploy@bastion
                    open in     ssh://s+deploy@bastion
                    """);
        assertThat(err()).isEmpty();
    }

    @Test
    void the_last_lines_are_data_and_what_is_missing_is_said_beside_them() {
        SessionRow row = door.running("engineer", "deploy", "web-1");
        screen(row, 1_204, "one", "\033[31mtwo\033[0m", "three");

        assertThat(door.run("engineer", "session show deploy --tail 2 --ansi")).isZero();

        assertThat(out()).isEqualTo("\033[31mtwo\033[0m\033[0m\nthree\n");
        assertThat(err())
                .isEqualTo("bastion: 1,204 older lines are not kept; the recording has them: ssh bastion recording"
                        + " download " + row.id().code() + " --format text\n");
    }

    @Test
    void without_ansi_nothing_that_a_terminal_obeys_comes_through() {
        SessionRow row = door.running("engineer", "deploy", "web-1");
        screen(row, 0, "\033[31mred\u202e", "plain");

        assertThat(door.run("engineer", "session show deploy --tail 10")).isZero();

        assertThat(out()).isEqualTo("\\u{1b}[31mred\\u{202e}\nplain\n");
        assertThat(err()).isEmpty();
    }

    @Test
    void lines_as_data_are_part_of_the_session() {
        SessionRow row = door.running("engineer", "deploy", "web-1");
        screen(row, 7, "one", "two");

        assertThat(door.run("engineer", "session show deploy --tail 10 --json")).isZero();

        assertThat(out())
                .startsWith("{\"id\":\"" + row.id() + "\"")
                .contains(
                        "\"text\":{\"at\":\"2026-11-21T14:00:00.000Z\",\"columns\":120,\"rows\":40,\"missing_lines\":7,"
                                + "\"lines\":[\"one\",\"two\"]}")
                .hasLineCount(1);
    }

    @Test
    void following_leaves_the_last_lines_and_what_comes_to_the_way_into_the_session() {
        SessionRow row = door.running("engineer", "deploy", "web-1");
        screen(row, 0, "one", "two");
        door.doors.printed = "three\nfour\n";

        assertThat(door.run("engineer", "session show deploy --follow --tail 1"))
                .isZero();
        assertThat(out()).isEqualTo("three\nfour\n");
        assertThat(door.runAtTerminal("auditor", "session show deploy --follow"))
                .isZero();
        assertThat(out()).endsWith("three\r\nfour\r\n");
        assertThat(door.run("engineer-2", "session show deploy --follow")).isEqualTo(3);
        assertThat(door.run("manager", "session show deploy --follow")).isEqualTo(4);

        assertThat(door.doors.calls)
                .containsExactly(
                        "follow " + row.id().code() + " 1", "follow " + row.id().code() + " 20");
    }

    @Test
    void the_screen_of_then_is_read_from_the_recording() throws Exception {
        SessionRow row = door.running("engineer", "deploy", "web-1");
        door.record(row, "first\r\nsecond\r\n");
        door.live.views.clear();
        door.pass(Duration.ofHours(4));

        assertThat(door.run("engineer", "session show deploy --at 4h")).isZero();
        assertThat(out()).startsWith("first\nsecond\n");
        assertThat(door.run("engineer", "session show deploy --at 23:00")).isEqualTo(2);
        assertThat(door.run("engineer", "session show deploy --screen --follow"))
                .isEqualTo(2);
        assertThat(door.run("engineer", "session show deploy --follow")).isZero();
        assertThat(err()).endsWith("bastion: session " + row.id().code() + " is over; this is how it ended\n");
        assertThat(door.doors.calls).isEmpty();
    }

    @Test
    void damage_of_a_recording_is_said_beside_what_came_before_it() throws Exception {
        SessionRow row = door.running("engineer", "deploy", "web-1");
        door.record(row, "first\r\n");
        door.live.views.clear();
        Path cast = door.unpacked(row);
        Files.writeString(cast, Files.readString(cast).replace("\"x\"", "\"x"));

        assertThat(door.run("engineer", "session show deploy --tail 5")).isZero();
        assertThat(out()).isEqualTo("first\n");
        assertThat(err()).startsWith("bastion: the recording is damaged at byte ");
        assertThat(door.run("engineer", "session show deploy --screen --json")).isZero();
        assertThat(out()).contains("\"gap\":\"the recording is damaged at byte ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--tail 5 --screen | say one of --tail, --screen and --at",
                "--at 1h --screen | say one of --tail, --screen and --at",
                "--tail 0 | --tail takes 1 to 10,000 lines, not \"0\"",
                "--tail 10001 | --tail takes 1 to 10,000 lines",
                "--tail all | --tail takes 1 to 10,000 lines, not \"all\"",
                "--at noon | is not a time",
                "--ansi | --ansi goes with --tail, --screen or --at",
                "--follow --json | with it goes only --tail",
                "--follow --at 1h | with it goes only --tail",
                "--follow --ansi | with it goes only --tail",
            })
    void text_that_cannot_be_asked_for_is_refused_in_words(String options, String words) {
        door.running("engineer", "deploy", "web-1");

        assertThat(door.run("engineer", "session show deploy " + options)).isEqualTo(2);
        assertThat(err()).contains(words);
        assertThat(out()).isEmpty();
    }

    // --- attach, watch, create ---

    @Test
    void going_into_a_session_needs_a_terminal() {
        door.running("engineer", "deploy", "web-1");

        assertThat(door.run("engineer", "session attach deploy")).isEqualTo(2);
        assertThat(door.run("engineer", "session watch deploy")).isEqualTo(2);

        assertThat(door.doors.calls).isEmpty();
        assertThat(err().lines())
                .containsExactly(
                        "bastion: going into a session needs a terminal: ssh -t bastion session attach ID; without one"
                                + " you can read along: ssh bastion session show ID --follow",
                        "bastion: going into a session needs a terminal: ssh -t bastion session watch ID; without one"
                                + " you can read along: ssh bastion session show ID --follow");
    }

    @Test
    void one_goes_into_ones_own_sessions_and_ends_as_they_end() {
        String code = door.running("engineer", "deploy", "web-1").id().code();
        door.doors.status = 254;

        assertThat(door.runAtTerminal("engineer", "session attach deploy")).isEqualTo(254);
        door.runAtTerminal("engineer", "session attach " + code + " --takeover");
        door.runAtTerminal("engineer", "session attach " + code + " --read-only");
        door.runAtTerminal("engineer", "session watch deploy");

        assertThat(door.doors.calls)
                .containsExactly(
                        "attach " + code,
                        "attach " + code + " takeover",
                        "attach " + code + " read-only",
                        "attach " + code + " read-only");
        assertThat(door.runAtTerminal("engineer", "session attach deploy --takeover --read-only"))
                .isEqualTo(2);
        assertThat(door.doors.calls).hasSize(4);
    }

    @Test
    void sessions_of_others_are_watched_with_a_permission_and_never_typed_in() {
        String code = door.running("engineer", "deploy", "web-1").id().code();

        assertThat(door.runAtTerminal("engineer-2", "session watch deploy")).isEqualTo(3);
        assertThat(door.runAtTerminal("engineer-2", "session attach deploy")).isEqualTo(3);
        assertThat(door.runAtTerminal("manager", "session watch deploy")).isEqualTo(4);
        assertThat(door.runAtTerminal("auditor", "session attach deploy")).isEqualTo(4);
        assertThat(err().lines())
                .containsExactly(
                        "bastion: no session \"deploy\" for you",
                        "bastion: no session \"deploy\" for you",
                        "bastion: seeing other people's recordings needs terminal.view_recording, which none of your"
                                + " roles has",
                        "bastion: only engineer types in " + code + "; look on: ssh -t bastion session watch " + code);
        assertThat(door.doors.calls).isEmpty();

        assertThat(door.runAtTerminal("auditor", "session watch deploy")).isZero();
        assertThat(door.doors.calls).containsExactly("attach " + code + " read-only");
    }

    @Test
    void what_is_over_or_has_no_terminal_cannot_be_gone_into() {
        SessionRow over = door.over("engineer", "old");
        SessionRow exec = door.ran("engineer", "tail", "tail -f log");
        door.live.put(exec, new SessionState.Running(1, exec.startedAt()));

        assertThat(door.runAtTerminal("engineer", "session attach old")).isEqualTo(7);
        assertThat(door.runAtTerminal("engineer", "session watch tail")).isEqualTo(7);

        assertThat(err().lines())
                .containsExactly(
                        "bastion: session " + over.id().code() + " is over; what it showed last: ssh bastion session"
                                + " show " + over.id().code() + " --screen",
                        "bastion: session " + exec.id().code() + " has no terminal to go into; read along: ssh bastion"
                                + " session show " + exec.id().code() + " --follow");
        assertThat(door.doors.calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "web-1 | create - on web-1",
                "root+web-1 | create root on web-1",
                "root@web-1 | create root on web-1",
                "root%web-1 --name dump | create root on web-1 name[dump]",
                "web-1 --reason INC-42 disk is full --for 2h | create - on web-1 reason[INC-42 disk is full] for[PT2H]",
                "root+web-1 --reason INC-42 -- sh -c 'a  \"b\"' --help"
                        + " | create root on web-1 reason[INC-42] command[sh -c 'a  \"b\"' --help]",
            })
    void a_session_is_created_as_it_was_asked_for(String arguments, String asked) {
        door.doors.status = 5;

        assertThat(door.run("engineer", "session create " + arguments)).isEqualTo(5);
        assertThat(door.doors.calls).containsExactly(asked);
        assertThat(err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'' | target",
                "+web-1 | login",
                "root+ | target",
                "root+web-1+x | target",
                "web-1 --name 'a b' | session name",
                "web-1 --reason ' ' | the reason is empty",
                "web-1 --for ever | length of time",
                "web-1 -- | COMMAND is missing behind --.",
                "web-1 uptime | \"uptime\" is one word too many for session create.",
                "-- uptime | TARGET is missing.",
            })
    void a_session_that_cannot_be_asked_for_is_refused_in_words(String arguments, String words) {
        assertThat(door.run("engineer", "session create " + arguments)).isEqualTo(2);
        assertThat(err()).contains(words);
        assertThat(door.doors.calls).isEmpty();
    }

    // --- detach, rename, size, link, clear ---

    @Test
    void people_are_sent_out_of_a_session_and_it_runs_on() {
        String code = door.running("engineer", "deploy", "web-1").id().code();

        assertThat(door.run("engineer", "session detach deploy")).isZero();
        assertThat(out()).isEqualTo("detached " + code + ": nobody is in it, it runs on\n");
        assertThat(door.run("engineer", "session detach deploy")).isEqualTo(7);
        assertThat(door.run("engineer-2", "session detach deploy")).isEqualTo(3);
        assertThat(door.run("auditor", "session detach deploy")).isEqualTo(4);
    }

    @Test
    void a_session_gets_another_name_unless_it_is_taken() {
        String code = door.running("engineer", "deploy", "web-1").id().code();
        door.running("engineer", "other", "web-1");

        assertThat(door.run("engineer", "session rename deploy rollout")).isZero();
        assertThat(out()).isEqualTo("renamed " + code + ": it is called rollout\n");
        assertThat(door.run("engineer", "session rename rollout other")).isEqualTo(7);
        assertThat(door.run("engineer", "session rename rollout 'a b'")).isEqualTo(2);
        assertThat(door.run("engineer", "session rename deploy x")).isEqualTo(3);
    }

    @Test
    void a_terminal_has_a_size_of_its_own_or_follows_whoever_types() {
        String code = door.running("engineer", "deploy", "web-1").id().code();

        assertThat(door.run("engineer", "session size deploy 120x40")).isZero();
        assertThat(door.run("engineer", "session size deploy auto")).isZero();

        assertThat(door.live.sizes).containsExactly("120x40", "0x0");
        assertThat(out())
                .isEqualTo("sized " + code + ": it stays 120x40, whoever is in it\n" + "sized " + code
                        + ": it has the size of whoever types last\n");
        for (String size : List.of("120", "x", "120x40x2", "-1x5", "0x40", "99999x1", "120000x40")) {
            assertThat(door.run("engineer", "session size deploy " + size))
                    .as(size)
                    .isEqualTo(2);
        }
        assertThat(door.live.sizes).hasSize(2);
    }

    @Test
    void a_session_points_at_a_ticket_or_nowhere() {
        SessionRow row = door.running("engineer", "deploy", "web-1");
        String code = row.id().code();

        assertThat(door.run("engineer", "session link deploy https://chat.example/42"))
                .isZero();
        assertThat(door.live.views.get(row.id()).row().link()).contains("https://chat.example/42");
        assertThat(door.run("engineer", "session link deploy none")).isZero();
        assertThat(door.live.views.get(row.id()).row().link()).isEmpty();
        assertThat(door.run("engineer", "session link deploy javascript:alert(1)"))
                .isEqualTo(2);

        assertThat(out())
                .isEqualTo("linked " + code + ": it points at https://chat.example/42\n" + "linked " + code
                        + ": it points nowhere\n");
    }

    @Test
    void what_is_over_can_be_hidden_from_ones_list_and_shown_again() {
        SessionRow over = door.over("engineer", "old");
        door.over("engineer", "older");
        door.running("engineer", "deploy", "web-1");

        assertThat(door.run("engineer", "session clear old")).isZero();
        assertThat(door.run("engineer", "session list --state ended")).isZero();
        assertThat(out())
                .startsWith("cleared 1 session: hidden from your list, nothing is deleted; session list --cleared shows"
                        + " them\n")
                .doesNotContain(over.id().code())
                .contains("older");
        assertThat(door.run("engineer", "session list --cleared -o id")).isZero();
        assertThat(out()).contains(over.id().toString());
        assertThat(door.run("auditor", "session list --all -o id")).isZero();
        assertThat(out()).endsWith(over.id() + "\n");

        assertThat(door.run("engineer", "session clear")).isZero();
        assertThat(door.run("engineer", "session clear")).isZero();
        assertThat(err()).isEqualTo("bastion: there was nothing left to hide\n");
        assertThat(door.run("engineer", "session clear deploy")).isEqualTo(7);
        assertThat(door.run("engineer-2", "session clear old")).isEqualTo(3);
    }

    // --- destroy ---

    @Test
    void without_a_terminal_destroying_needs_yes_and_says_what_it_would_do() {
        SessionRow row = door.running("engineer", "deploy", "web-1");
        String code = row.id().code();

        assertThat(door.run("engineer", "session destroy deploy")).isEqualTo(2);
        assertThat(door.live.destroyed).isEmpty();
        assertThat(err().lines())
                .containsExactly(
                        "bastion: this ends engineer's shell on web-1 (" + code + "); the recording is kept",
                        "bastion: nothing was done; repeat it with --yes");
        assertThat(door.run("engineer-2", "session destroy deploy --yes")).isEqualTo(3);
        assertThat(door.run("auditor", "session destroy deploy --yes")).isEqualTo(4);

        assertThat(door.run("engineer", "session destroy deploy --yes")).isZero();
        assertThat(door.live.destroyed).containsOnlyKeys(row.id());
        assertThat(out())
                .isEqualTo("destroyed " + code + ": engineer's shell on web-1 is ended; the recording is kept\n");
    }

    @Test
    void all_that_nobody_uses_is_listed_and_ended() {
        SessionRow forgotten = door.running("engineer", "forgotten", "web-1");
        door.live.put(forgotten, new SessionState.Detached(forgotten.startedAt(), true));
        door.pass(Duration.ofHours(25));
        SessionRow used = door.running("engineer", "used", "web-1");
        String code = forgotten.id().code();

        assertThat(door.run("engineer", "session destroy --idle 24h")).isEqualTo(2);
        assertThat(err().lines())
                .containsExactly(
                        "bastion: this ends " + code + ", forgotten, root on web-1, never typed in",
                        "bastion: nothing was done; repeat it with --yes");
        assertThat(door.live.views).hasSize(2);

        door.client.type("n\r");
        assertThat(door.runAtTerminal("engineer", "session destroy --idle 24h")).isEqualTo(1);
        assertThat(out()).contains("End it? [y/N]");
        assertThat(door.live.views).hasSize(2);

        door.client.type("y\r");
        assertThat(door.runAtTerminal("engineer", "session destroy --idle 24h")).isZero();
        assertThat(door.live.views).containsOnlyKeys(used.id());

        assertThat(door.run("engineer", "session destroy --idle 24h --yes")).isZero();
        assertThat(err()).endsWith("bastion: no session of yours has been unused for 1d\n");
    }

    @Test
    void what_is_used_again_while_the_question_is_open_is_left_alone() throws Exception {
        SessionRow row = door.running("engineer", "deploy", "web-1");
        door.live.put(row, new SessionState.Detached(row.startedAt(), true));
        door.pass(Duration.ofHours(25));
        try (ExecutorService visit = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> exit = visit.submit(() -> door.runAtTerminal("engineer", "session destroy --idle 24h"));
            await().until(() -> out().contains("End it? [y/N]"));
            door.live.put(row, new SessionState.Running(1, row.startedAt().plus(Duration.ofHours(25))));
            door.client.type("y\r");
            assertThat(exit.get(10, TimeUnit.SECONDS)).isEqualTo(7);
        }

        assertThat(door.live.views).hasSize(1);
        assertThat(err()).contains("session " + row.id().code() + " was left alone");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--yes | say which session, or --idle TIME for all that nobody uses",
                "x --idle 24h | say which session, or --idle TIME, not both",
                "--idle often | is not a length of time",
            })
    void what_to_destroy_must_be_said(String arguments, String words) {
        assertThat(door.run("engineer", "session destroy " + arguments)).isEqualTo(2);
        assertThat(err()).contains(words);
    }

    // --- save and restore ---

    @Test
    void a_session_goes_through_a_pipe_and_comes_back_as_a_record() {
        SessionRow row = door.running("engineer", "deploy", "web-1");
        screen(row, 3, "one", "two");

        assertThat(door.run("engineer", "session save deploy --to -")).isZero();
        String document = out();
        assertThat(document).startsWith("{").contains("sallyport-session", "one", "two");
        assertThat(err()).isEmpty();

        ConsoleChannel channel = door.client.plainChannel();
        assertThat(door.run(
                        "engineer",
                        "session restore --from -",
                        new ConsoleChannel(
                                new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)),
                                channel.out(),
                                channel.err(),
                                Optional.empty())))
                .isZero();
        String code = out().substring(document.length()).strip();
        assertThat(code).matches("[0-9A-Z]{8}").isNotEqualTo(row.id().code());
        assertThat(err())
                .isEqualTo("bastion: restored as " + code + "; look at it: ssh bastion session show " + code + "\n");
        assertThat(door.run("engineer", "session show " + code)).isZero();
        assertThat(out()).contains("origin");
        assertThat(door.run("engineer", "session show " + code + " --tail 9")).isZero();
        assertThat(out()).contains("\none\ntwo\n");
    }

    @Test
    void documents_go_to_standard_streams_alone_and_not_through_a_terminal() {
        door.running("engineer", "deploy", "web-1");

        assertThat(door.run("engineer", "session save deploy --to /etc/passwd")).isEqualTo(2);
        assertThat(door.run("engineer", "session restore --from /etc/passwd")).isEqualTo(2);
        assertThat(door.runAtTerminal("engineer", "session save deploy --to -")).isEqualTo(2);
        assertThat(door.runAtTerminal("engineer", "session restore --from -")).isEqualTo(2);
        assertThat(door.run("engineer", "session save deploy")).isEqualTo(2);

        assertThat(out()).isEmpty();
        assertThat(err().lines())
                .startsWith(
                        "bastion: --to knows only -, not \"/etc/passwd\": files here are the bastion's. For one of"
                                + " yours: ssh bastion session save ID --to - > x.json",
                        "bastion: --from knows only -, not \"/etc/passwd\": files here are the bastion's. For one of"
                                + " yours: ssh bastion session restore --from - < x.json",
                        "bastion: a document does not go through a terminal; leave out ssh's -t: ssh bastion session"
                                + " save ID --to - > x.json");
    }

    // --- all of them ---

    @Test
    void every_command_on_sessions_is_in_the_help_for_scripts() {
        assertThat(door.run("engineer", "help --json")).isZero();

        assertThat(Pattern.compile("\"command\":\"((?:session|me)[^\"]*)\"")
                        .matcher(out())
                        .results()
                        .map(m -> m.group(1)))
                .containsExactly(
                        "session list",
                        "session show",
                        "session attach",
                        "session watch",
                        "session create",
                        "session detach",
                        "session rename",
                        "session size",
                        "session link",
                        "session clear",
                        "session save",
                        "session restore",
                        "session destroy",
                        "session revoke",
                        "me",
                        "me show",
                        "me set");
    }

    // --- me ---

    @Test
    void the_key_to_detach_with_is_set_and_shown() {
        assertThat(door.run("engineer", "me show")).isZero();
        assertThat(door.run("engineer", "me set detach-key CTRL-]")).isZero();
        assertThat(door.run("engineer", "me show")).isZero();
        assertThat(door.run("engineer", "me show --json")).isZero();
        assertThat(door.run("engineer-2", "me show --json")).isZero();

        assertThat(out()).isEqualTo("""
            detach key  ctrl-\\ (as if not set)
            set detach-key to ctrl-]: it counts when you next go into a session
            detach key  ctrl-]
            {"detach_key":"ctrl-]"}
            {"detach_key":"ctrl-\\\\"}
            """);
        assertThat(err()).isEmpty();
    }

    @Test
    void what_is_no_key_and_what_is_no_setting_is_refused_in_words() {
        assertThat(door.run("engineer", "me set detach-key q")).isEqualTo(2);
        assertThat(door.run("engineer", "me set colour red")).isEqualTo(2);

        assertThat(err().lines())
                .containsExactly(
                        "bastion: a detach key is ctrl- and a letter or one of \\ ] ^ _, or ctrl-d, or none",
                        "bastion: nothing that you can set is called \"colour\"; there is: detach-key");
        assertThat(door.run("engineer", "me show")).isZero();
        assertThat(out()).contains("as if not set");
    }
}
