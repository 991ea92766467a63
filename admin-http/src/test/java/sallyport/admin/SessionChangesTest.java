package sallyport.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.db.HistoryFilter;
import sallyport.policy.PersonName;
import sallyport.policy.SessionName;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.Ending;
import sallyport.policy.session.SessionRow;
import sallyport.policy.session.SessionState;

class SessionChangesTest {

    private static final SessionName NEW = new SessionName("deploy-42");
    private static final String TICKET = "https://tickets.example/INC-42";

    private final House house = new House();
    private Caller engineer;
    private Caller manager;
    private Caller auditor;

    @BeforeEach
    void people() {
        engineer = house.caller("engineer");
        manager = house.caller("manager");
        auditor = house.caller("auditor");
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void a_live_session_gets_another_name_at_once() {
        SessionRow row = house.running("engineer", "deploy");

        SessionView renamed = done(house.sessions.rename(engineer, "deploy", NEW));

        assertThat(renamed.row().name()).isEqualTo(NEW);
        assertThat(done(house.sessions.show(engineer, "deploy-42")).id()).isEqualTo(row.id());
        assertThat(house.sessions.show(engineer, "deploy")).isInstanceOf(Outcome.NotFound.class);
        assertThat(house.entries.events())
                .containsExactly(new AuditEvent.SessionRenamed(row.id(), "deploy", "deploy-42"));
    }

    @Test
    void a_name_that_another_live_session_of_the_person_has_is_taken() {
        SessionRow row = house.running("engineer", "deploy");
        house.running("engineer", "deploy-42");
        house.running("engineer-2", "theirs");

        assertThat(house.sessions.rename(engineer, "deploy", NEW))
                .isEqualTo(new Outcome.Refused<>(
                        "another of your live sessions is called \"deploy-42\"; nothing was changed"));
        assertThat(house.entries.kept).isEmpty();
        assertThat(done(house.sessions.rename(engineer, "deploy", new SessionName("theirs")))
                        .id())
                .isEqualTo(row.id());
    }

    @Test
    void what_cannot_be_written_down_is_not_renamed() {
        house.running("engineer", "deploy");
        house.entries.broken.set(true);

        assertThatThrownBy(() -> house.sessions.rename(engineer, "deploy", NEW))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(done(house.sessions.show(engineer, "deploy")).isLive()).isTrue();
    }

    @Test
    void an_ended_session_can_be_renamed_and_linked_too() {
        SessionRow row = house.stored("engineer", "deploy", "web-1", Optional.empty());
        house.end(row);

        assertThat(done(house.sessions.rename(engineer, "deploy", NEW)).row().name())
                .isEqualTo(NEW);
        assertThat(done(house.sessions.link(engineer, row.id().code(), Optional.of(TICKET)))
                        .row()
                        .link())
                .contains(TICKET);
        assertThat(house.entries.events())
                .containsExactly(
                        new AuditEvent.SessionRenamed(row.id(), "deploy", "deploy-42"),
                        new AuditEvent.SessionLinked(row.id(), TICKET));
    }

    @Test
    void a_link_is_on_the_live_session_at_once_and_can_be_taken_away() {
        SessionRow row = house.running("engineer", "deploy");

        done(house.sessions.link(engineer, "deploy", Optional.of(TICKET)));
        assertThat(done(house.sessions.show(engineer, "deploy")).row().link()).contains(TICKET);
        done(house.sessions.link(engineer, "deploy", Optional.empty()));
        assertThat(done(house.sessions.show(engineer, "deploy")).row().link()).isEmpty();
        assertThat(house.entries.events())
                .containsExactly(
                        new AuditEvent.SessionLinked(row.id(), TICKET), new AuditEvent.SessionLinked(row.id(), ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "INC-42",
                "javascript:alert(1)",
                "file:///etc/passwd",
                "https:///nowhere",
                "https://tickets.example/a b",
                "https://tickets.example/\u001b[31m",
                "https://tickets.example/\u202egpj",
                "data:text/html,x",
            })
    void a_link_that_is_not_safe_to_follow_is_refused(String url) {
        house.running("engineer", "deploy");

        assertThat(house.sessions.link(engineer, "deploy", Optional.of(url))).isInstanceOf(Outcome.Invalid.class);
        assertThat(house.entries.kept).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://wiki.example",
                "HTTPS://chat.example/t/1?x=%20#2",
                "ssh://web-1",
                "mailto:team@example.org"
            })
    void links_to_pages_terminals_and_letters_are_taken(String url) {
        house.running("engineer", "deploy");

        assertThat(done(house.sessions.link(engineer, "deploy", Optional.of(url)))
                        .row()
                        .link())
                .contains(url);
    }

    @Test
    void a_link_has_a_longest_length() {
        house.running("engineer", "deploy");
        String longest = "https://x/" + "a".repeat(1_990);

        done(house.sessions.link(engineer, "deploy", Optional.of(longest)));
        assertThat(house.sessions.link(engineer, "deploy", Optional.of(longest + "a")))
                .isEqualTo(new Outcome.Invalid<>("the link has 2001 characters, 2000 at most are allowed"));
    }

    @Test
    void a_terminal_gets_a_fixed_size_and_loses_it_again() {
        SessionRow row = house.running("engineer", "deploy");

        assertThat(done(house.sessions.size(engineer, "deploy", 132, 43)).size())
                .contains("132x43");
        done(house.sessions.size(engineer, "deploy", 0, 0));
        assertThat(house.entries.events())
                .containsExactly(
                        new AuditEvent.SessionSized(row.id(), 132, 43), new AuditEvent.SessionSized(row.id(), 0, 0));
    }

    @ParameterizedTest
    @CsvSource({"0, 24", "80, 0", "1001, 24", "80, 501", "-1, 24"})
    void a_size_that_no_terminal_has_is_refused(int columns, int rows) {
        house.running("engineer", "deploy");

        assertThat(house.sessions.size(engineer, "deploy", columns, rows)).isInstanceOf(Outcome.Invalid.class);
        assertThat(house.entries.kept).isEmpty();
    }

    @Test
    void detaching_sends_people_out_and_a_second_time_finds_nobody() {
        SessionRow row = house.running("engineer", "deploy");

        assertThat(done(house.sessions.detach(engineer, "deploy")).state()).isEqualTo("detached");
        assertThat(house.sessions.detach(engineer, "deploy"))
                .isEqualTo(
                        new Outcome.Refused<>("nobody is in session " + row.id().code() + "; nothing was changed"));
    }

    @Test
    void who_sent_others_out_is_written_down() {
        SessionRow row = house.running("engineer", "deploy");

        done(house.sessions.detach(manager, row.id().code()));

        assertThat(house.entries.kept).singleElement().satisfies(entry -> {
            assertThat(entry.actorName()).contains(new PersonName("manager"));
            assertThat(entry.event())
                    .isEqualTo(new AuditEvent.SessionDetached(row.id(), "everybody was sent away by manager"));
        });
    }

    @Test
    void destroying_ends_a_session_and_says_by_whom() {
        SessionRow row = house.running("engineer", "deploy");

        assertThat(done(house.sessions.destroy(engineer, "deploy")).id()).isEqualTo(row.id());
        assertThat(house.live.destroyed).containsEntry(row.id(), new Ending.Destroyed(new PersonName("engineer")));
        assertThat(house.entries.events()).containsExactly(new AuditEvent.SessionDestroyed(row.id(), "by engineer"));
    }

    @Test
    void what_is_over_cannot_be_destroyed_detached_or_sized() {
        SessionRow row = house.stored("engineer", "deploy", "web-1", Optional.empty());
        house.end(row);
        Outcome<SessionView> over = new Outcome.Refused<>(
                "session " + row.id().code() + " is over since 2026-11-21T14:00:01.000Z (exited); nothing was changed");

        assertThat(house.sessions.destroy(engineer, "deploy")).isEqualTo(over);
        assertThat(house.sessions.detach(engineer, "deploy")).isEqualTo(over);
        assertThat(house.sessions.size(engineer, "deploy", 80, 24)).isEqualTo(over);
        assertThat(house.entries.kept).isEmpty();
    }

    @Test
    void others_may_end_and_detach_with_the_permission_and_only_owners_name_link_and_size() {
        SessionRow row = house.running("engineer", "deploy");
        String code = row.id().code();
        String revoke = " needs terminal.revoke, which none of your roles has";

        assertThat(house.sessions.destroy(auditor, code))
                .isEqualTo(new Outcome.NotPermitted<>("ending other people's sessions" + revoke));
        assertThat(house.sessions.detach(auditor, code))
                .isEqualTo(new Outcome.NotPermitted<>("sending people out of other people's sessions" + revoke));
        for (Caller other : List.of(auditor, manager)) {
            assertThat(house.sessions.rename(other, code, NEW))
                    .isEqualTo(new Outcome.NotPermitted<>(
                            "session " + code + " belongs to engineer; only its owner renames it"));
            assertThat(house.sessions.link(other, code, Optional.of(TICKET))).isInstanceOf(Outcome.NotPermitted.class);
            assertThat(house.sessions.size(other, code, 80, 24)).isInstanceOf(Outcome.NotPermitted.class);
        }
        assertThat(house.entries.kept).isEmpty();
        done(house.sessions.destroy(manager, code));
        assertThat(house.live.destroyed).containsKey(row.id());
    }

    @Test
    void foreign_and_absent_sessions_read_the_same() {
        SessionRow foreign = house.running("engineer-2", "foreign");
        List<BiFunction<Caller, String, Outcome<?>>> all = List.of(
                (who, which) -> house.sessions.rename(who, which, NEW),
                (who, which) -> house.sessions.link(who, which, Optional.empty()),
                (who, which) -> house.sessions.size(who, which, 80, 24),
                house.sessions::detach,
                house.sessions::destroy,
                (who, which) -> house.sessions.clear(who, Optional.of(which)));

        for (BiFunction<Caller, String, Outcome<?>> operation : all) {
            for (String word : List.of(foreign.id().toString(), foreign.id().code(), "foreign", "absent")) {
                assertThat(operation.apply(engineer, word))
                        .isEqualTo(new Outcome.NotFound<>("no session \"" + word + "\" for you"));
            }
        }
        assertThat(house.live.destroyed).isEmpty();
        assertThat(house.entries.kept).isEmpty();
    }

    @Test
    void unused_are_shells_that_nobody_was_in_or_typed_in_for_so_long() {
        Instant now = house.clock.instant().plus(Duration.ofHours(30));
        SessionRow typed = house.running("engineer", "typed");
        house.live.put(
                typed,
                new SessionState.Running(1, now.minus(Duration.ofHours(1))),
                Optional.of(now.minus(Duration.ofHours(1))),
                80,
                24);
        SessionRow left = house.running("engineer", "left");
        house.live.put(
                left, new SessionState.Detached(now.minus(Duration.ofHours(25)), false), Optional.empty(), 80, 24);
        SessionRow watched = house.running("engineer", "watched");
        SessionRow foreign = house.running("engineer-2", "foreign");
        house.clock.pass(Duration.between(house.clock.instant(), now));

        assertThat(done(house.sessions.idle(engineer, Duration.ofHours(24))))
                .extracting(SessionView::id)
                .containsExactly(watched.id(), left.id())
                .doesNotContain(typed.id(), foreign.id());
        assertThat(done(house.sessions.idle(engineer, Duration.ofHours(26))))
                .extracting(SessionView::id)
                .containsExactly(watched.id());
        assertThat(house.sessions.idle(engineer, Duration.ofHours(-1))).isInstanceOf(Outcome.Invalid.class);
    }

    @Test
    void a_command_that_runs_alone_is_not_unused() {
        SessionRow job = house.job("engineer", "backup", "pg_dump orders");
        house.live.put(job, new SessionState.Detached(job.startedAt(), false), Optional.empty(), 80, 24);
        house.clock.pass(Duration.ofDays(3));

        assertThat(done(house.sessions.idle(engineer, Duration.ofHours(24)))).isEmpty();
    }

    @Test
    void cleared_sessions_leave_ones_own_list_and_nothing_else() {
        SessionRow over = house.stored("engineer", "over", "web-1", Optional.empty());
        house.end(over);
        SessionRow runs = house.running("engineer", "runs");

        assertThat(house.sessions.clear(engineer, Optional.of("runs")))
                .isEqualTo(new Outcome.Refused<>(
                        "session " + runs.id().code() + " still runs; only ended ones can be cleared"));
        assertThat(done(house.sessions.clear(engineer, Optional.empty()))).isEqualTo(1);
        assertThat(done(house.sessions.clear(engineer, Optional.empty()))).isZero();

        assertThat(names(engineer, false, false)).containsExactly("runs");
        assertThat(names(engineer, false, true)).containsExactly("runs", "over");
        assertThat(names(manager, true, false)).containsExactly("runs", "over");
        assertThat(done(house.sessions.show(engineer, "over")).id()).isEqualTo(over.id());
        assertThat(house.entries.events()).containsExactly(new AuditEvent.SessionsCleared(1));
    }

    private List<String> names(Caller caller, boolean all, boolean cleared) {
        return done(house.sessions.list(caller, all, cleared, HistoryFilter.everything(), Optional.empty(), 10))
                .items()
                .stream()
                .map(view -> view.row().name().value())
                .toList();
    }

    @Test
    void a_live_session_says_how_to_get_in_who_is_in_and_what_cuts_it() {
        house.running("engineer", "deploy");

        assertThat(SessionFields.of(done(house.sessions.show(engineer, "deploy"))))
                .containsEntry("workspace", "default")
                .containsEntry("attach_command", "ssh s+deploy@bastion.example -p 2222")
                .containsEntry("deep_link", "ssh://s+deploy@bastion.example:2222")
                .containsEntry("people", List.of("engineer (driver) from 192.0.2.7", "auditor (viewer) from 192.0.2.9"))
                .containsEntry("cut_at", "2026-11-28T14:00:01.000Z")
                .containsEntry("cut", "detached_too_long")
                .containsEntry("kept_bytes", 2048L)
                .containsEntry("kept_lines", 17L)
                .containsEntry("missing_lines", 3L)
                .containsEntry("runtime_seconds", 0L)
                .doesNotContainKeys("link", "origin", "job");
    }

    @Test
    void a_job_is_running_completed_or_failed() {
        SessionRow job = house.job("engineer", "backup", "pg_dump orders");
        house.live.add(job);
        house.clock.pass(Duration.ofSeconds(90));
        assertThat(SessionFields.of(done(house.sessions.show(engineer, "backup"))))
                .containsEntry("job", "running")
                .containsEntry("runtime_seconds", 90L);

        house.live.views.clear();
        house.end(job);
        assertThat(SessionFields.of(done(house.sessions.show(engineer, "backup"))))
                .containsEntry("job", "completed")
                .containsEntry("runtime_seconds", 0L)
                .doesNotContainKeys("attach_command", "deep_link", "people");

        house.server.change("update session set state = 'failed', exit_status = 3");
        assertThat(SessionFields.of(done(house.sessions.show(engineer, "backup"))))
                .containsEntry("job", "failed");
        house.server.change("update session set state = 'ended', exit_status = null, ending = 'destroyed'");
        assertThat(SessionFields.of(done(house.sessions.show(engineer, "backup"))))
                .containsEntry("job", "failed");
    }

    @ParameterizedTest
    @CsvSource({
        "bastion, 22, ssh s+x@bastion, ssh://s+x@bastion",
        "127.0.0.1, 2222, ssh s+x@127.0.0.1 -p 2222, ssh://s+x@127.0.0.1:2222",
        "2001:db8::1, 22, ssh s+x@2001:db8::1, ssh://s+x@[2001:db8::1]",
    })
    void the_way_in_is_written_as_clients_take_it(String host, int port, String command, String link) {
        PublicAddress address = new PublicAddress(host, port);

        assertThat(address.command("s+x")).isEqualTo(command);
        assertThat(address.link("s+x")).isEqualTo(link);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-oProxyCommand=x", "a b", "bastion;reboot", "[::1]"})
    void a_way_in_that_a_shell_or_ssh_would_misread_is_refused(String host) {
        assertThatThrownBy(() -> new PublicAddress(host, 22)).isInstanceOf(IllegalArgumentException.class);
    }

    private static <T> T done(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Done<T>(T value)) {
            return value;
        }
        throw new AssertionError(outcome.toString());
    }
}
