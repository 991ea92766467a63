package sallyport.bastion.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sallyport.policy.AccessRequest;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;
import sallyport.policy.session.SessionState;
import sallyport.recorder.store.RecordingFile;

/** Each command over the real operations on a real database. */
class ConsoleTest {

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

    @Test
    void my_sessions_are_a_table_with_the_age_of_each() {
        SessionRow row = door.running("engineer", "deploy", "prod-db-1");
        door.running("engineer-2", "other", "web-1");
        door.pass(Duration.ofMinutes(3));

        assertThat(door.run("engineer", "session list")).isZero();

        assertThat(out()).isEqualTo("""
            SESSION   NAME    WHERE           ENV         STATE    IN  LAST      WHAT
            %s  deploy  root@prod-db-1  PRODUCTION  running  1   runs 3 m  INC-42 disk filling
            """.formatted(row.id().code()));
        assertThat(err()).isEmpty();
    }

    @Test
    void everybodys_sessions_need_a_permission() {
        door.running("engineer", "deploy", "web-1");

        assertThat(door.run("engineer-2", "session list --all")).isEqualTo(4);
        assertThat(out()).isEmpty();
        assertThat(err()).contains("terminal.view_history");
        assertThat(door.run("manager", "session list --all")).isZero();
        assertThat(out()).contains("WHO", "engineer");
    }

    @Test
    void sessions_as_data() {
        SessionRow row = door.running("engineer", "deploy", "web-1");

        door.run("engineer", "session list --json");
        door.run("engineer", "session list --jsonl");
        door.run("engineer", "session list -o id");

        String[] lines = out().split("\n");
        assertThat(lines).hasSize(3);
        assertThat(lines[0])
                .startsWith("{\"items\":[{\"id\":\"" + row.id() + "\"")
                .contains("\"started_at\":\"2026-11-21T14:00:00.000Z\"", "\"state\":\"running\"");
        assertThat(lines[1]).startsWith("{\"id\":\"" + row.id() + "\"");
        assertThat(lines[2]).isEqualTo(row.id().toString());
    }

    @Test
    void a_long_list_comes_in_pages() {
        SessionRow first = door.running("engineer", "one", "web-1");
        door.pass(Duration.ofSeconds(1));
        SessionRow second = door.running("engineer", "two", "web-1");

        door.run("engineer", "session list --limit 1 -o id");
        door.run("engineer", "session list --limit 1 -o id --after " + second.id());

        assertThat(out().lines())
                .containsExactly(second.id().toString(), first.id().toString());
        assertThat(err()).contains("there are more: --after " + second.id());
    }

    @Test
    void nothing_to_show_is_said_beside_the_data() {
        assertThat(door.run("engineer", "session list")).isZero();
        assertThat(door.run("engineer", "recording list")).isZero();
        assertThat(door.run("approver", "approval list")).isZero();
        assertThat(door.run("auditor", "target list")).isZero();

        assertThat(out()).isEmpty();
        assertThat(err().lines())
                .containsExactly(
                        "bastion: no sessions of yours to show",
                        "bastion: no recordings of yours to show",
                        "bastion: nothing waits for a decision",
                        "bastion: no target is open to you yet; ask whoever manages access here");
    }

    @Test
    void a_session_is_shown_to_its_owner_and_absent_for_others() {
        SessionRow row = door.running("engineer", "deploy", "web-1");

        assertThat(door.run("engineer", "session show deploy")).isZero();
        assertThat(out())
                .contains("where    root on web-1, staging", "state    running, 1 client in it, 120x40", "INC-42");
        assertThat(door.run("engineer-2", "session show " + row.id().code())).isEqualTo(3);
        assertThat(door.run("engineer-2", "session show ZZZZ")).isEqualTo(3);
        assertThat(err().lines())
                .containsExactly(
                        "bastion: no session \"" + row.id().code() + "\" for you",
                        "bastion: no session \"ZZZZ\" for you");
    }

    @Test
    void an_ambiguous_code_names_the_candidates() {
        door.stored(
                "engineer",
                "one",
                "web-1",
                "exec",
                "uptime",
                new SessionId(UUID.fromString("019aa000-0000-7000-8000-00aaaaaaaa01")));
        door.stored(
                "engineer",
                "two",
                "web-1",
                "exec",
                "uptime",
                new SessionId(UUID.fromString("019aa000-0000-7000-8000-00aaaaaaaa02")));

        assertThat(door.run(
                        "engineer",
                        "session show "
                                + new SessionId(UUID.fromString("019aa000-0000-7000-8000-00aaaaaaaa02"))
                                        .code()
                                        .substring(0, 4)))
                .isEqualTo(6);
        assertThat(err().lines()).hasSize(3).allMatch(l -> l.startsWith("bastion: "));
        assertThat(err()).contains("fits 2 sessions", "one", "two");
    }

    @Test
    void without_a_terminal_revoking_needs_yes_and_says_what_it_would_do() {
        SessionRow row = door.running("engineer", "deploy", "web-1");

        assertThat(door.run("manager", "session revoke deploy --reason rm outside window"))
                .isEqualTo(2);
        assertThat(door.live.revoked).isEmpty();
        assertThat(err()).contains("this ends engineer's shell on web-1", "nothing was done; repeat it with --yes");

        assertThat(door.run("manager", "session revoke deploy --reason rm outside window --yes"))
                .isZero();
        assertThat(door.live.revoked.get(row.id()).reason()).isEqualTo("rm outside window");
        assertThat(door.live.revoked.get(row.id()).by().value()).isEqualTo("manager");
        assertThat(out()).startsWith("revoked " + row.id().code() + ": engineer's shell on web-1 is ended");

        assertThat(door.run("manager", "session revoke " + row.id() + " --reason again --yes"))
                .isEqualTo(7);
    }

    @Test
    void with_a_terminal_revoking_asks() {
        door.running("engineer", "deploy", "web-1");

        door.client.type("n\r");
        assertThat(door.runAtTerminal("manager", "session revoke deploy --reason why"))
                .isEqualTo(1);
        assertThat(door.live.revoked).isEmpty();
        assertThat(err()).contains("nothing was done\r\n");
        assertThat(out()).contains("End it? [y/N]");

        door.client.type("y\r");
        assertThat(door.runAtTerminal("manager", "session revoke deploy --reason why"))
                .isZero();
        assertThat(door.live.revoked).hasSize(1);
    }

    @Test
    void people_revoke_only_their_own_without_the_permission() {
        door.running("engineer", "deploy", "web-1");

        assertThat(door.run("engineer-2", "session revoke deploy --reason why --yes"))
                .isEqualTo(3);
        assertThat(door.run("auditor", "session revoke deploy --reason why --yes"))
                .isEqualTo(4);
        assertThat(door.run("engineer", "session revoke deploy --reason mine --yes"))
                .isZero();
    }

    @Test
    void requests_are_listed_shown_and_decided() {
        AccessRequest request = door.request("engineer", "INC-42 disk filling");
        String code = request.code().value();
        door.pass(Duration.ofSeconds(22));

        assertThat(door.run("approver", "approval list")).isZero();
        assertThat(out()).isEqualTo("""
            ID    WHO       WHAT               FOR  WHY                  WAITING
            %s  engineer  root on prod-db-1  1h   INC-42 disk filling  22 s ago
            """.formatted(code));
        assertThat(door.run("approver", "approval show " + code.toLowerCase(Locale.ROOT)))
                .isZero();
        assertThat(out())
                .contains("who         engineer from 192.0.2.7", "what        root on prod-db-1, PRODUCTION, for 1h");
        assertThat(door.run("approver", "approval approve " + code + " --note ok, keep wal_archive untouched"))
                .isZero();
        assertThat(out()).contains("approved " + code + ": engineer may open root on prod-db-1 for 1h");
        assertThat(door.run("approver", "approval show " + code + " --json")).isZero();
        assertThat(out())
                .contains(
                        "\"state\":\"approved\"",
                        "\"decided_by\":\"approver\"",
                        "\"note\":\"ok, keep wal_archive untouched\"");
        assertThat(door.run("approver", "approval deny " + code + " --note too late"))
                .isEqualTo(7);
        assertThat(err()).contains("was approved by approver");
    }

    @Test
    void the_asker_can_take_back_but_not_decide() {
        String code = door.request("engineer", "INC-42").code().value();

        assertThat(door.run("engineer", "approval list")).isZero();
        assertThat(out()).contains(code);
        assertThat(door.run("engineer", "approval approve " + code)).isEqualTo(4);
        assertThat(door.run("engineer-2", "approval show " + code)).isEqualTo(3);
        assertThat(door.run("engineer-2", "approval cancel " + code)).isEqualTo(3);
        assertThat(door.run("engineer", "approval cancel " + code)).isZero();
        assertThat(door.run("approver", "approval approve " + code)).isEqualTo(7);
        assertThat(out()).contains("cancelled " + code);
    }

    @Test
    void a_denial_needs_a_note() {
        String code = door.request("engineer", "INC-42").code().value();

        assertThat(door.run("approver", "approval deny " + code)).isEqualTo(2);
        assertThat(err()).contains("--note WORDS is missing.", "usage: ssh bastion approval deny CODE --note WORDS");
        assertThat(door.run("approver", "approval deny " + code + " --note use the replica"))
                .isZero();
        assertThat(out()).isEqualTo("denied " + code + ": engineer will see your note\n");
    }

    @Test
    void targets_say_how_to_open_them() {
        assertThat(door.run("engineer", "target list")).isZero();

        assertThat(out()).isEqualTo("""
            TARGET     ENVIRONMENT  LOGINS       OPEN IT
            prod-db-1  PRODUCTION   root         ssh root+prod-db-1@bastion
            web-1      staging      deploy root  ssh deploy+web-1@bastion
            """);
        door.run("engineer", "target list --json");
        assertThat(out())
                .contains("{\"target\":\"web-1\",\"environment\":\"staging\",\"logins\":[\"deploy\",\"root\"]}");
    }

    @Test
    void a_recording_goes_to_a_file_as_it_is_and_to_a_terminal_only_as_text() throws IOException {
        SessionRow row = door.running("engineer", "deploy", "web-1");
        door.record(row, "one\r\n\033[31mtwo\033[0m\r\n");
        String code = row.id().code();

        assertThat(door.runAtTerminal("engineer", "recording download " + code)).isEqualTo(2);
        assertThat(out()).isEmpty();
        assertThat(err()).contains("--format text");
        assertThat(door.entries.kept).isEmpty();

        assertThat(door.runAtTerminal("engineer", "recording download " + code + " --format text"))
                .isZero();
        assertThat(out()).contains("one\r\ntwo").doesNotContain("\033", "\r\r");

        assertThat(door.run("engineer", "recording download " + code)).isZero();
        assertThat(out()).endsWith(stored(row));
        assertThat(door.run("engineer", "recording download " + code + " --format gif"))
                .isEqualTo(2);
        assertThat(door.run("engineer-2", "recording download " + code)).isEqualTo(3);
        assertThat(door.run("manager", "recording download " + code)).isEqualTo(4);
        assertThat(door.run("auditor", "recording download " + code)).isZero();
    }

    /** The text of its one part, as it lies on the disk: packed or not yet. */
    private String stored(SessionRow row) throws IOException {
        RecordingFile file = door.store.find(row.id().toString()).orElseThrow();
        Path part = file.stored(1).orElseThrow();
        try (InputStream content = file.text(Files.newInputStream(part), String.valueOf(part.getFileName()))) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void recordings_are_listed_and_shown() throws IOException {
        SessionRow row = door.running("engineer", "deploy", "web-1");
        door.record(row, "hello");

        assertThat(door.run("auditor", "recording list --all")).isZero();
        assertThat(out()).contains("SESSION", "WHO", row.id().code(), "growing");
        assertThat(door.run("engineer", "recording show deploy")).isZero();
        assertThat(out()).contains("recorded  growing");
        assertThat(err())
                .contains("recording download " + row.id().code() + " > "
                        + row.id().code() + ".cast");
        assertThat(door.run("engineer", "recording list --json")).isZero();
        assertThat(out()).contains("\"sealed\":false");
        assertThat(door.run("engineer", "recording list --all")).isEqualTo(4);
    }

    @Test
    void the_history_is_a_table_csv_or_json_lines() {
        door.ran("engineer", "job", "uptime");
        door.pass(Duration.ofMinutes(5));

        assertThat(door.run("engineer", "history --since 1h")).isZero();
        assertThat(out())
                .startsWith("TIME (UTC)           WHO           WHAT                SESSION   ABOUT\n")
                .contains("2026-11-21 14:00:00  engineer      exec starting", "root@web-1; uptime; why: INC-42")
                .contains("session.opened");
        assertThat(door.run("engineer", "history --since 1h --format csv")).isZero();
        assertThat(out()).contains("record_type,time,id");
        assertThat(door.run("engineer", "history --since 1h --format jsonl")).isZero();
        assertThat(out()).contains("{\"record_type\":\"session\"");
        assertThat(err()).isEmpty();
        assertThat(door.run("engineer", "history --since 1m")).isZero();
        assertThat(err()).isEqualTo("bastion: nothing happened in that time\n");
    }

    @Test
    void the_history_of_others_needs_a_permission_and_says_so_for_absent_people_too() {
        door.ran("engineer", "job", "uptime");

        assertThat(door.run("engineer-2", "history --all")).isEqualTo(4);
        assertThat(door.run("engineer-2", "history --person engineer")).isEqualTo(4);
        assertThat(door.run("engineer-2", "history --person nobody")).isEqualTo(4);
        assertThat(err().lines().distinct()).hasSize(1);
        assertThat(door.run("auditor", "history --person nobody")).isEqualTo(3);
        assertThat(out()).isEmpty();
        assertThat(door.run("auditor", "history --person engineer")).isZero();
        assertThat(out()).contains("uptime");
        assertThat(door.run("auditor", "history --since yesterday")).isEqualTo(2);
        assertThat(door.run("auditor", "history --format pdf")).isEqualTo(2);
        assertThat(door.run("auditor", "history --all --person engineer")).isEqualTo(2);
    }

    @Test
    void a_token_is_the_only_thing_on_stdout() {
        assertThat(door.run("engineer", "token create --name ci export --for 7d"))
                .isZero();

        assertThat(out()).matches("sly_[0-9A-Za-z]{43}\n");
        assertThat(err())
                .contains("token \"ci export\" works until 2026-11-28T14:00:00.000Z", "keep it like a password");
        assertThat(door.run("engineer", "token create --name x --for 10000d")).isEqualTo(2);
        assertThat(door.run("engineer", "token create --name x --for ever")).isEqualTo(2);
        assertThat(door.run("engineer", "token create")).isEqualTo(2);
    }

    @Test
    void the_overview_of_all_commands_fits_a_usual_terminal() {
        assertThat(door.run("engineer", "")).isZero();

        assertThat(out().lines()).hasSizeGreaterThan(20).allMatch(l -> l.length() <= 79);
        assertThat(out()).contains("  session revoke ", "  recording download ", "  help ", "help shell");
    }

    @Test
    void help_shell_has_the_line_with_which_bash_marks_its_commands() throws Exception {
        assertThat(door.run("engineer", "help shell")).isZero();

        String documented = Files.readAllLines(Path.of("../docs/search.md")).stream()
                .filter(line -> line.startsWith("PS1="))
                .findFirst()
                .orElseThrow();
        assertThat(out().lines().map(String::strip)).contains(documented);
    }

    @Test
    void me_and_version() {
        assertThat(door.run("manager", "me")).isZero();
        assertThat(out())
                .contains("name   manager", "roles  manager", "policy.manage, terminal.revoke, terminal.view_history");
        assertThat(door.run("manager", "me --json")).isZero();
        assertThat(out()).contains("\"key_fingerprint\":\"SHA256:");
        assertThat(door.run("manager", "version")).isZero();
        assertThat(out()).endsWith("sallyport 0.1.0\n");
    }

    @Test
    void at_a_terminal_tables_fit_and_lines_end_as_terminals_need() {
        door.running("engineer", "deploy", "web-1");
        door.client.columns.set(40);

        assertThat(door.runAtTerminal("engineer", "session list")).isZero();

        assertThat(out().replace("\r\n", "")).doesNotContain("\n");
        assertThat(out().lines()).hasSize(2).allMatch(l -> Printable.columns(l) <= 40);
    }

    @Test
    void without_the_database_sessions_are_listed_and_revoked_and_the_rest_is_one_sentence() throws IOException {
        SessionRow row = door.running("engineer", "deploy", "web-1");
        Path elsewhere = Files.createDirectory(folder.resolve("away"));
        try (Door away = door.withoutDatabase(elsewhere)) {
            for (String line : new String[] {"approval list", "recording list", "history", "token create --name x"}) {
                FakeTerminal client = away.client;
                int before = client.err().split("\n").length;
                assertThat(away.run("auditor", line.equals("approval list") ? "approval show 7F3K" : line))
                        .as(line)
                        .isEqualTo(1);
                assertThat(client.out()).as(line).isEmpty();
                assertThat(client.err()).contains("bastion: the database does not answer");
                assertThat(client.err().split("\n").length - before).isLessThanOrEqualTo(1);
            }
            assertThat(away.run("engineer", "session list")).isEqualTo(1);
            assertThat(away.client.out()).contains(row.id().code());
            assertThat(away.run("engineer", "target list")).isZero();
            assertThat(away.run("manager", "session revoke deploy --reason why --yes"))
                    .isZero();
            assertThat(away.live.revoked).containsKey(row.id());
        }
    }

    @Test
    void a_full_audit_journal_stops_what_must_be_written_down() throws IOException {
        SessionRow row = door.running("engineer", "deploy", "web-1");
        door.record(row, "x");
        door.entries.full = true;

        assertThat(door.run("engineer", "recording download deploy")).isEqualTo(1);
        assertThat(out()).isEmpty();
        assertThat(err()).startsWith("bastion: this could not be written into the audit journal, so it was not done");
        assertThat(door.run("engineer", "history")).isEqualTo(7);
    }

    @Test
    void a_client_that_is_gone_is_no_error_of_ours() {
        door.running("engineer", "deploy", "web-1");
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("closed");
            }
        };

        ConsoleChannel channel = door.client.plainChannel();

        assertThat(door.run(
                        "engineer",
                        "session list",
                        new ConsoleChannel(channel.in(), closed, channel.err(), Optional.empty())))
                .isEqualTo(1);
        assertThat(err()).isEmpty();
    }

    @Test
    void hostile_text_is_inert_in_every_answer() throws IOException {
        for (String text : Hostile.TEXTS) {
            String command = text.replace("\0", "").replace("\u007f", "").replaceAll("[\\ud800-\\udfff]", "");
            SessionRow row = door.ran("engineer", "job", command);
            door.live.put(row, new SessionState.Running(1, row.startedAt()));
            String id = row.id().toString();
            for (String line : new String[] {
                "session list",
                "session list --json",
                "session show " + id,
                "session show " + id + " --json",
                "recording list",
                "recording show " + id,
                "history",
                "history --format jsonl",
                "session show '" + text + "'",
                "session list --format csv",
                "session list --person '" + text + "'",
                "session list --workspace '" + text + "'",
                "session list --since '" + text + ".." + text + "'",
                "session list --format '" + text + "'",
                "session show " + id + " --tail '" + text + "'",
                "session show " + id + " --at '" + text + "'",
                "session attach '" + text + "'",
                "session watch '" + text + "'",
                "session create '" + text + "'",
                "session create web-1 --name '" + text + "' --reason '" + text + "' --for '" + text + "'",
                "session rename " + id + " '" + text + "'",
                "session link " + id + " '" + text + "'",
                "session size " + id + " '" + text + "'",
                "session detach '" + text + "'",
                "session destroy '" + text + "' --yes",
                "session destroy --idle '" + text + "'",
                "session clear '" + text + "'",
                "session save '" + text + "' --to -",
                "session save " + id + " --to '" + text + "'",
                "session restore --from '" + text + "'",
                "me set '" + text + "' x",
                "me set detach-key '" + text + "'",
                "approval show '" + text + "'",
                "history --target '" + text + "'",
                "token create --name '" + text + "'",
                "session list --state '" + text + "'",
                "session list --env '" + text + "'",
                "recording download " + id + " --format '" + text + "'",
                "recording hold " + id + " --reason '" + text + "'",
                "recording release '" + text + "' --hold '" + text + "' --reason '" + text + "'",
                "retention resume --reason '" + text + "'",
                "history --since '" + text + "'",
                "history --person '" + text + "'",
                "session list --after '" + text + "'",
                "session list -o '" + text + "'"
            }) {
                door.run("engineer", line);
                door.runAtTerminal("engineer", line);
            }
            door.live.views.clear();
        }

        assertThat(Hostile.isInert(out())).isTrue();
        assertThat(Hostile.isInert(err())).isTrue();
        assertThat(err().lines()).allMatch(l -> l.startsWith("bastion: "));
        assertThat(out().lines()).noneMatch(l -> l.startsWith("bastion: ") || l.startsWith("forged"));
    }
}
