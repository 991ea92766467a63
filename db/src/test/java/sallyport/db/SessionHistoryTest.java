package sallyport.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sallyport.db.Samples.NOW;
import static sallyport.db.Samples.attempt;
import static sallyport.db.Samples.house;
import static sallyport.db.Samples.needed;
import static sallyport.db.Samples.opened;
import static sallyport.db.Samples.personOf;
import static sallyport.db.Samples.session;
import static sallyport.db.Samples.targetOf;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sallyport.policy.AccessRequest;
import sallyport.policy.Environment;
import sallyport.policy.Grant;
import sallyport.policy.InputRecording;
import sallyport.policy.Login;
import sallyport.policy.Person;
import sallyport.policy.PersonId;
import sallyport.policy.SessionName;
import sallyport.policy.Target;
import sallyport.policy.TargetName;
import sallyport.policy.WorkspaceName;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;

class SessionHistoryTest {

    private final TestDatabase test = TestDatabase.create();
    private final Database database = test.connect();
    private final AccessStore store = new AccessStore(database, UUID::randomUUID);
    private final AccessRequests requests = new AccessRequests(database, UUID::randomUUID);
    private final SessionHistory history = new SessionHistory(database);
    private Person engineer;
    private Person approver;
    private Target staging;
    private Target production;

    @BeforeEach
    void furnish() {
        store.apply(house(), Samples.applied());
        engineer = personOf(store.snapshot(), "engineer");
        approver = personOf(store.snapshot(), "approver");
        staging = targetOf(store.snapshot(), "web-1");
        production = targetOf(store.snapshot(), "db-7");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private SessionRow open(String name, Instant at) {
        SessionRow row = session(engineer, staging, name, at, Optional.empty());
        assertThat(history.open(row, opened(row))).isEmpty();
        return row;
    }

    private Grant approved() {
        AccessRequest made = requests.make(attempt(engineer, "db-7"), needed(production), NOW);
        requests.decide(made.code(), new Verdict.Approve(""), approver, "", NOW);
        return grant();
    }

    private Grant grant() {
        return store.facts(attempt(engineer, "db-7"), NOW).grant().orElseThrow();
    }

    @Test
    void a_session_is_remembered_as_it_was_opened() {
        SessionRow row = open("deploy", NOW);
        assertThat(history.find(row.id())).contains(row);
        assertThat(history.find(new SessionId(UUID.randomUUID()))).isEmpty();
        assertThat(test.read("select detail from audit_event where action = 'session.opened'"))
                .isEqualTo("{\"name\":\"deploy\",\"target\":\"web-1\",\"login\":\"root\",\"mode\":\"shell\","
                        + "\"command\":\"\",\"reason\":\"INC-42 disk full\",\"rule\":\"engineers\"}");
    }

    @Test
    void text_that_no_column_takes_does_not_stop_a_session() {
        SessionRow plain = session(engineer, staging, "odd", NOW, Optional.empty());
        SessionRow row = new SessionRow(
                plain.id(),
                plain.name(),
                plain.person(),
                plain.personName(),
                plain.key(),
                plain.source(),
                plain.targetId(),
                plain.target(),
                plain.environment(),
                plain.workspace(),
                plain.login(),
                "exec",
                false,
                "echo a\u0000b\ud800 \u2028",
                plain.reason(),
                plain.grant(),
                plain.approvedBy(),
                plain.rule(),
                plain.startedAt(),
                plain.state(),
                plain.endedAt(),
                plain.exitStatus(),
                plain.ending(),
                plain.endingDetail(),
                plain.recordingBytes(),
                plain.recordingSha256(),
                plain.link(),
                plain.origin(),
                InputRecording.FULL,
                Optional.of(4096L));
        history.open(row, opened(row));
        assertThat(history.find(row.id()).orElseThrow().command()).isEqualTo("echo a\ufffdb\ufffd \u2028");
        assertThat(history.find(row.id()).orElseThrow().recordsInput()).isEqualTo(InputRecording.FULL);
        assertThat(test.read("select detail from audit_event where action = 'session.opened'"))
                .contains("\"echo a\\u0000b\\uD800 \\u2028\"");
    }

    @Test
    void a_grant_is_first_used_once_by_fifty_threads() throws Exception {
        Grant grant = approved();
        List<Optional<Instant>> ends = AccessRequestsTest.atOnce(50, i -> () -> {
            SessionRow row = session(engineer, production, "s" + i, NOW.plusSeconds(i), Optional.of(grant.id()));
            return history.open(row, opened(row));
        });
        Instant started = grant().firstUsedAt().orElseThrow();
        assertThat(ends).allMatch(Optional.of(started.plus(grant.duration()))::equals);
        assertThat(history.page(HistoryFilter.everything(), Optional.empty(), 100))
                .hasSize(50);
    }

    @Test
    void a_grant_that_is_over_opens_nothing() {
        Grant grant = approved();
        SessionRow late = session(engineer, production, "late", grant.useBy(), Optional.of(grant.id()));
        assertThatThrownBy(() -> history.open(late, opened(late))).isInstanceOf(GrantGone.class);
        SessionRow first = session(engineer, production, "first", NOW, Optional.of(grant.id()));
        assertThat(history.open(first, opened(first))).contains(NOW.plus(Duration.ofHours(1)));
        SessionRow last = session(
                engineer, production, "last", NOW.plus(grant.duration()).minusMillis(1), Optional.of(grant.id()));
        assertThat(history.open(last, opened(last))).contains(NOW.plus(Duration.ofHours(1)));
        SessionRow after = session(engineer, production, "after", NOW.plus(grant.duration()), Optional.of(grant.id()));
        assertThatThrownBy(() -> history.open(after, opened(after))).isInstanceOf(GrantGone.class);
        test.change("update access_grant set withdrawn_at = now()");
        SessionRow withdrawn = session(engineer, production, "gone", NOW, Optional.of(grant.id()));
        assertThatThrownBy(() -> history.open(withdrawn, opened(withdrawn))).isInstanceOf(GrantGone.class);
        assertThat(history.page(HistoryFilter.everything(), Optional.empty(), 9))
                .extracting(s -> s.name().value())
                .containsExactly("last", "first");
        assertThat(test.read("select count(*) from audit_event where action = 'session.opened'"))
                .isEqualTo("2");
    }

    @Test
    void a_grant_is_for_its_person_target_and_login_only() {
        Grant grant = approved();
        SessionRow otherPerson = session(approver, production, "a", NOW, Optional.of(grant.id()));
        SessionRow otherTarget = session(engineer, staging, "b", NOW, Optional.of(grant.id()));
        test.change("update access_grant set login = 'deploy'");
        SessionRow otherLogin = session(engineer, production, "c", NOW, Optional.of(grant.id()));
        assertThat(otherLogin.login()).isNotEqualTo(new Login("deploy"));
        for (SessionRow row : List.of(otherPerson, otherTarget, otherLogin)) {
            assertThatThrownBy(() -> history.open(row, opened(row))).isInstanceOf(GrantGone.class);
        }
        assertThat(test.read("select first_used_at from access_grant")).isNull();
    }

    @Test
    void a_session_is_found_by_what_people_call_it() {
        SessionRow row = open("deploy", NOW);
        String code = row.id().code();
        assertThat(history.byCode(code)).containsExactly(row);
        assertThat(history.byCode(code.toLowerCase(Locale.ROOT).substring(0, 4)))
                .contains(row);
        assertThat(history.byCode(row.id().toString())).containsExactly(row);
        assertThat(history.byCode(code.substring(0, 3))).isEmpty();
        assertThat(history.byCode("%%%%")).isEmpty();
        assertThat(history.byCode("____")).isEmpty();
        SessionRow later = open("deploy", NOW.plusSeconds(1));
        assertThat(history.byName(engineer.id(), new SessionName("deploy"))).containsExactly(later, row);
        assertThat(history.byName(approver.id(), new SessionName("deploy"))).isEmpty();
    }

    @Test
    void pages_go_from_new_to_old_without_gap_or_repetition() {
        List<SessionRow> all = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            all.addFirst(open("s" + i, NOW.plusSeconds(i)));
        }
        List<SessionRow> seen = new ArrayList<>();
        List<SessionRow> page = history.page(HistoryFilter.everything(), Optional.empty(), 3);
        while (!page.isEmpty()) {
            seen.addAll(page);
            page = history.page(
                    HistoryFilter.everything(), Optional.of(page.getLast().id()), 3);
        }
        assertThat(seen).isEqualTo(all);
        assertThat(history.page(HistoryFilter.everything(), Optional.of(new SessionId(UUID.randomUUID())), 3))
                .isEmpty();
    }

    @Test
    void a_filter_narrows_sessions_and_events() {
        Grant grant = approved();
        SessionRow web = open("web", NOW);
        SessionRow prod = session(engineer, production, "db", NOW.plusSeconds(60), Optional.of(grant.id()));
        history.open(prod, opened(prod));
        HistoryFilter all = HistoryFilter.everything();
        assertThat(sessions(new HistoryFilter(
                        Optional.of(approver.id()),
                        all.target(),
                        all.environment(),
                        all.workspace(),
                        all.state(),
                        all.since(),
                        all.until())))
                .isEmpty();
        assertThat(sessions(new HistoryFilter(
                        all.person(),
                        Optional.of(new TargetName("web-1")),
                        all.environment(),
                        all.workspace(),
                        all.state(),
                        all.since(),
                        all.until())))
                .containsExactly(web);
        assertThat(sessions(new HistoryFilter(
                        all.person(),
                        all.target(),
                        Optional.of(Environment.PRODUCTION),
                        all.workspace(),
                        all.state(),
                        all.since(),
                        all.until())))
                .containsExactly(prod);
        assertThat(sessions(new HistoryFilter(
                        all.person(),
                        all.target(),
                        all.environment(),
                        all.workspace(),
                        Optional.of("ended"),
                        all.since(),
                        all.until())))
                .isEmpty();
        assertThat(sessions(new HistoryFilter(
                        all.person(),
                        all.target(),
                        all.environment(),
                        all.workspace(),
                        all.state(),
                        Optional.of(NOW.plusSeconds(1)),
                        all.until())))
                .containsExactly(prod);
        assertThat(sessions(new HistoryFilter(
                        all.person(),
                        all.target(),
                        all.environment(),
                        all.workspace(),
                        all.state(),
                        all.since(),
                        Optional.of(NOW.plusSeconds(60)))))
                .containsExactly(web);
        assertThat(sessions(new HistoryFilter(
                        all.person(),
                        all.target(),
                        all.environment(),
                        Optional.of(new WorkspaceName("with-db-7")),
                        all.state(),
                        all.since(),
                        all.until())))
                .containsExactly(prod);
        assertThat(actions(new HistoryFilter(
                        all.person(),
                        Optional.of(new TargetName("db-7")),
                        all.environment(),
                        all.workspace(),
                        all.state(),
                        all.since(),
                        all.until())))
                .containsExactly("access.requested", "session.opened");
        assertThat(actions(new HistoryFilter(
                        Optional.of(approver.id()),
                        all.target(),
                        all.environment(),
                        all.workspace(),
                        all.state(),
                        all.since(),
                        all.until())))
                .containsExactly("access.approved");
        assertThat(actions(all))
                .containsExactly(
                        "policy.applied", "access.requested", "access.approved", "session.opened", "session.opened");
    }

    /** The sessions under {@code filter}: the same by page and in the export. */
    private List<SessionRow> sessions(HistoryFilter filter) {
        List<SessionRow> exported = history.records(filter)
                .filter(HistoryRecord.OfSession.class::isInstance)
                .map(r -> ((HistoryRecord.OfSession) r).row())
                .toList();
        assertThat(history.page(filter, Optional.empty(), 100)).isEqualTo(exported.reversed());
        return exported;
    }

    private List<String> actions(HistoryFilter filter) {
        return history.records(filter)
                .filter(HistoryRecord.OfEvent.class::isInstance)
                .map(r -> ((HistoryRecord.OfEvent) r).event().action())
                .toList();
    }

    @Test
    void an_export_over_many_pages_is_in_the_order_of_time() {
        test.change("""
            insert into session (id, code, name, person_id, person_name, key, source, target_id, target_name,
                environment, login, mode, terminal, command, rule, started_at, state)
            select gen_random_uuid(), '00000000', 'many', '%s', 'engineer', 'SHA256:%s', '', '%s', 'web-1',
                'staging', 'root', 'exec', false, '', 'engineers', now() + (n %% 97) * interval '1 second', 'starting'
            from generate_series(1, 1200) n
            """.formatted(engineer.id(), Samples.key(1).value().substring(7), staging.id()));
        test.change("""
            insert into audit_event (id, time, source, action, detail)
            select gen_random_uuid(), now() + (n % 89) * interval '1 second', '', 'test', '{}'
            from generate_series(1, 1700) n
            """);
        List<HistoryRecord> all = history.records(HistoryFilter.everything()).toList();
        assertThat(all).hasSize(1200 + 1700 + 1).doesNotHaveDuplicates();
        assertThat(all).extracting(HistoryRecord::time).isSorted();
    }

    @Test
    void what_is_stored_after_an_export_began_is_not_in_it() {
        var records = history.records(HistoryFilter.everything());
        store.apply(house(), Samples.applied());
        assertThat(records).hasSize(1);
    }

    @Test
    void what_somebody_cleared_is_left_out_of_their_pages_alone_and_only_once_it_is_over() {
        SessionRow first = open("first", NOW);
        SessionRow second = open("second", NOW.plusSeconds(1));
        SessionRow runs = open("runs", NOW.plusSeconds(2));
        end(first);
        end(second);
        PersonId owner = engineer.id();

        assertThat(history.clear(approver.id(), Optional.of(first.id()))).isZero();
        assertThat(history.clear(owner, Optional.of(runs.id()))).isZero();
        assertThat(history.clear(owner, Optional.of(first.id()))).isEqualTo(1);
        assertThat(pageOf(Optional.of(owner))).containsExactly(runs.id(), second.id());
        assertThat(pageOf(Optional.of(approver.id()))).containsExactly(runs.id(), second.id(), first.id());
        assertThat(history.clear(owner, Optional.empty())).isEqualTo(1);
        assertThat(history.clear(owner, Optional.empty())).isZero();
        assertThat(pageOf(Optional.of(owner))).containsExactly(runs.id());
        assertThat(pageOf(Optional.empty())).containsExactly(runs.id(), second.id(), first.id());
    }

    private List<SessionId> pageOf(Optional<PersonId> reader) {
        return history.page(HistoryFilter.everything(), reader, Optional.empty(), 10).stream()
                .map(SessionRow::id)
                .toList();
    }

    private void end(SessionRow row) {
        test.change("update session set state = 'ended', ending = 'exited', ended_at = now() where id = '" + row.id()
                + "'");
    }

    @Test
    void a_restored_session_has_no_target_here_and_says_where_it_came_from() {
        SessionRow row = restored(Optional.of("7F3K9QRS of engineer on bastion-2"));
        history.restore(
                row,
                Samples.entry(new AuditEvent.SessionRestored(
                        row.id(), row.name().value(), row.target(), row.login(), "somewhere")));

        assertThat(history.find(row.id())).contains(row);
        assertThat(actions(HistoryFilter.everything())).containsExactly("policy.applied", "session.restored");
        assertThat(history.unfinished()).isEmpty();
    }

    @Test
    void without_an_origin_nothing_is_restored() {
        SessionRow row = restored(Optional.empty());
        assertThatThrownBy(() -> history.restore(row, Samples.applied())).isInstanceOf(IllegalArgumentException.class);
        assertThat(history.find(row.id())).isEmpty();
    }

    private SessionRow restored(Optional<String> origin) {
        SessionRow plain = session(engineer, staging, "old", NOW, Optional.empty());
        return new SessionRow(
                plain.id(),
                plain.name(),
                plain.person(),
                plain.personName(),
                plain.key(),
                plain.source(),
                Optional.empty(),
                new TargetName("elsewhere-1"),
                plain.environment(),
                plain.workspace(),
                plain.login(),
                "job",
                true,
                "make all",
                plain.reason(),
                Optional.empty(),
                Optional.empty(),
                "restored",
                NOW,
                "ended",
                Optional.of(NOW),
                Optional.empty(),
                Optional.of("restored"),
                Optional.empty(),
                Optional.of(4711L),
                Optional.of("ab12"),
                Optional.of("https://tickets.example/INC-42"),
                origin,
                InputRecording.OFF,
                Optional.empty());
    }

    @Test
    void what_somebody_has_set_is_theirs_and_can_be_changed() {
        PersonSettings settings = new PersonSettings(database);
        assertThat(settings.get(engineer.id(), "detach_keys")).isEmpty();
        settings.set(engineer.id(), "detach_keys", "ctrl-d");
        settings.set(engineer.id(), "detach_keys", "ctrl-x");
        settings.set(engineer.id(), "bell", "off");
        assertThat(settings.get(engineer.id(), "detach_keys")).contains("ctrl-x");
        assertThat(settings.get(approver.id(), "detach_keys")).isEmpty();
        assertThatThrownBy(() -> settings.set(engineer.id(), "bell", "x".repeat(1_001)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sessions_without_an_end_are_unfinished() {
        SessionRow first = open("first", NOW);
        SessionRow second = open("second", NOW.plusSeconds(1));
        SessionRow third = open("third", NOW.plusSeconds(2));
        test.change("update session set state = 'ended', ending = 'exited', ended_at = now() where id = '" + second.id()
                + "'");
        assertThat(history.unfinished()).containsExactly(first, third);
    }

    @Test
    void a_token_is_found_by_its_digest_until_it_expires_or_its_person_is_gone() {
        ApiTokens tokens = new ApiTokens(database);
        byte[] digest = new byte[32];
        digest[0] = 7;
        UUID id = UUID.randomUUID();
        Instant expires = NOW.plusSeconds(60);
        tokens.create(id, digest, engineer.id(), "ci", expires, Samples.applied());
        assertThat(tokens.find(digest, NOW)).contains(new TokenOwner(id, "ci", engineer.id(), expires));
        assertThat(tokens.find(digest, expires)).isEmpty();
        assertThat(tokens.find(new byte[32], NOW)).isEmpty();
        test.change("update person set enabled = false");
        assertThat(tokens.find(digest, NOW)).isEmpty();
    }
}
