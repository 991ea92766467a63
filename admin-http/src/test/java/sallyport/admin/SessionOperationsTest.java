package sallyport.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.db.Database;
import sallyport.db.DatabaseAway;
import sallyport.db.HistoryFilter;
import sallyport.db.SessionHistory;
import sallyport.policy.PersonName;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.Ending;
import sallyport.policy.session.SessionId;
import sallyport.policy.session.SessionRow;

class SessionOperationsTest {

    private final House house = new House();
    private Caller engineer;
    private Caller second;
    private Caller manager;
    private Caller auditor;

    @BeforeEach
    void people() {
        engineer = house.caller("engineer");
        second = house.caller("engineer-2");
        manager = house.caller("manager");
        auditor = house.caller("auditor");
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void people_see_their_own_sessions_newest_first() {
        SessionRow old = house.stored("engineer", "old", "web-1", Optional.empty());
        SessionRow young = house.running("engineer", "young");
        house.running("engineer-2", "foreign");

        assertThat(ids(house.sessions.list(engineer, false, HistoryFilter.everything(), Optional.empty(), 10)))
                .containsExactly(young.id(), old.id());
        assertThat(done(house.sessions.live(engineer, false))).singleElement().satisfies(view -> {
            assertThat(view.id()).isEqualTo(young.id());
            assertThat(view.state()).isEqualTo("running");
            assertThat(view.attachments()).isEqualTo(2);
            assertThat(view.size()).contains("120x40");
            assertThat(view.outputBytes()).contains(4711L);
        });
    }

    @Test
    void seeing_those_of_everybody_needs_the_permission() {
        house.running("engineer", "one");
        house.running("engineer-2", "two");

        assertThat(house.sessions.list(engineer, true, HistoryFilter.everything(), Optional.empty(), 10))
                .isEqualTo(new Outcome.NotPermitted<>(
                        "seeing other people's sessions needs terminal.view_history, which none of your roles has"));
        assertThat(house.sessions.live(engineer, true)).isInstanceOf(Outcome.NotPermitted.class);
        assertThat(done(house.sessions.live(manager, true))).hasSize(2);
        assertThat(ids(house.sessions.list(auditor, true, HistoryFilter.everything(), Optional.empty(), 10)))
                .hasSize(2);
    }

    @Test
    void a_filter_for_somebody_else_without_all_shows_ones_own() {
        SessionRow own = house.running("engineer", "one");
        house.running("engineer-2", "two");
        HistoryFilter foreign = new HistoryFilter(
                Optional.of(second.person().id()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());

        assertThat(ids(house.sessions.list(engineer, false, foreign, Optional.empty(), 10)))
                .containsExactly(own.id());
    }

    @Test
    void pages_follow_each_other_without_a_gap() {
        for (int i = 0; i < 5; i++) {
            house.stored("engineer", "s" + i, "web-1", Optional.empty());
        }
        SessionPage first = page(Optional.empty());
        SessionPage next = page(first.next());
        SessionPage last = page(next.next());

        assertThat(List.of(first, next, last))
                .flatExtracting(SessionPage::items)
                .extracting(v -> v.row().name().value())
                .containsExactly("s4", "s3", "s2", "s1", "s0");
        assertThat(last.next()).isEmpty();
    }

    private SessionPage page(Optional<SessionId> after) {
        return done(house.sessions.list(engineer, false, HistoryFilter.everything(), after, 2));
    }

    @Test
    void arguments_that_cannot_be_used_are_refused_in_words() {
        HistoryFilter sleeping = new HistoryFilter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("sleeping"),
                Optional.empty(),
                Optional.empty());
        assertThat(house.sessions.list(engineer, false, sleeping, Optional.empty(), 10))
                .isEqualTo(new Outcome.Invalid<>(
                        "no state is called \"sleeping\"; there are: starting, running, detached, ended, failed"));
        assertThat(house.sessions.list(engineer, false, HistoryFilter.everything(), Optional.empty(), 501))
                .isEqualTo(new Outcome.Invalid<>("a page has 1 to 500 sessions, not 501"));
    }

    @Test
    void a_session_is_found_by_id_code_or_name() {
        SessionRow row = house.running("engineer", "deploy");
        SessionRow over = house.stored("engineer", "yesterday", "web-1", Optional.empty());

        for (String word : List.of(
                row.id().toString(),
                row.id().code(),
                row.id().code().substring(0, 4).toLowerCase(Locale.ROOT),
                "deploy")) {
            assertThat(done(house.sessions.show(engineer, word)).id()).isEqualTo(row.id());
        }
        for (String word : List.of(over.id().toString(), over.id().code(), "yesterday")) {
            assertThat(done(house.sessions.show(engineer, word)).id()).isEqualTo(over.id());
        }
        assertThat(house.sessions.show(engineer, row.id().code().substring(0, 3)))
                .isInstanceOf(Outcome.NotFound.class);
    }

    @Test
    void a_name_means_ones_own_live_session_before_any_other() {
        house.stored("engineer", "deploy", "web-1", Optional.empty());
        SessionRow own = house.running("engineer", "deploy");
        SessionRow foreign = house.running("engineer-2", "deploy");

        assertThat(done(house.sessions.show(engineer, "deploy")).id()).isEqualTo(own.id());
        assertThat(done(house.sessions.show(second, "deploy")).id()).isEqualTo(foreign.id());
    }

    @Test
    void a_name_that_two_others_use_is_ambiguous_and_lists_codes() {
        SessionRow one = house.running("engineer", "deploy");
        SessionRow two = house.running("engineer-2", "deploy");

        Outcome.Ambiguous<SessionView> ambiguous =
                (Outcome.Ambiguous<SessionView>) house.sessions.show(manager, "deploy");
        assertThat(ambiguous.words()).isEqualTo("\"deploy\" fits 2 sessions; say which by its code");
        assertThat(ambiguous.candidates())
                .containsExactly(
                        two.id().code()
                                + "  deploy, engineer-2 as root on web-1, running since 2026-11-21T14:00:02.000Z",
                        one.id().code()
                                + "  deploy, engineer as root on web-1, running since 2026-11-21T14:00:01.000Z");
    }

    @Test
    void foreign_and_absent_sessions_read_the_same_to_the_byte() {
        SessionRow live = house.running("engineer-2", "foreign");
        SessionRow over = house.stored("engineer-2", "gone", "web-1", Optional.empty());
        String absent = new UUID(1, 1).toString();

        for (String word : List.of(
                live.id().toString(),
                live.id().code(),
                "foreign",
                over.id().toString(),
                over.id().code(),
                "gone")) {
            assertThat(house.sessions.show(engineer, word))
                    .isEqualTo(new Outcome.NotFound<>("no session \"" + word + "\" for you"));
            assertThat(house.sessions.revoke(engineer, word, "why"))
                    .isEqualTo(new Outcome.NotFound<>("no session \"" + word + "\" for you"));
        }
        assertThat(house.sessions.show(engineer, absent))
                .isEqualTo(new Outcome.NotFound<>("no session \"" + absent + "\" for you"));
        assertThat(house.live.revoked).isEmpty();
    }

    @Test
    void people_end_their_own_sessions() {
        SessionRow row = house.running("engineer", "deploy");

        assertThat(done(house.sessions.revoke(engineer, "deploy", "left it open"))
                        .session()
                        .id())
                .isEqualTo(row.id());
        assertThat(house.live.revoked)
                .containsEntry(row.id(), new Ending.Revoked(new PersonName("engineer"), "left it open"));
        assertThat(house.entries.events()).containsExactly(new AuditEvent.SessionRevoked(row.id(), "left it open"));
        assertThat(house.entries.kept.getFirst().actorName()).contains(new PersonName("engineer"));
    }

    @Test
    void ending_those_of_others_needs_the_permission() {
        SessionRow row = house.running("engineer", "deploy");

        assertThat(house.sessions.revoke(auditor, row.id().code(), "why"))
                .isEqualTo(new Outcome.NotPermitted<>(
                        "ending other people's sessions needs terminal.revoke, which none of your roles has"));
        assertThat(house.live.revoked).isEmpty();
        assertThat(house.entries.kept).isEmpty();

        done(house.sessions.revoke(manager, row.id().code(), "why"));
        assertThat(house.live.revoked).containsKey(row.id());
    }

    @Test
    void the_grant_is_withdrawn_with_the_session() {
        SessionRow row = house.runningInProduction("engineer", "deploy");

        Revocation revocation = done(house.sessions.revoke(manager, row.id().code(), "outside the window"));

        assertThat(revocation.grantWithdrawn()).isTrue();
        assertThat(revocation.warning()).isEmpty();
        assertThat(house.grants.withdrawn).containsExactly(row.grant().orElseThrow());
    }

    @Test
    void a_session_that_is_over_is_refused_in_words() {
        SessionRow row = house.stored("engineer", "deploy", "web-1", Optional.empty());
        house.server.change(
                "update session set state = 'ended', ending = 'client_gone', ended_at = '2026-11-21T13:59:00Z'");

        assertThat(house.sessions.revoke(engineer, "deploy", "why"))
                .isEqualTo(new Outcome.Refused<>("session " + row.id().code()
                        + " is over since 2026-11-21T13:59:00.000Z (client gone); nothing was changed"));
        assertThat(house.entries.kept).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "a\u202eb", "two\nlines"})
    void a_revocation_needs_a_reason_that_people_can_read(String reason) {
        house.running("engineer", "deploy");

        assertThat(house.sessions.revoke(engineer, "deploy", reason)).isInstanceOf(Outcome.Invalid.class);
        assertThat(house.live.revoked).isEmpty();
    }

    @Test
    void a_live_session_ends_while_the_database_is_away() {
        SessionRow row = house.runningInProduction("engineer", "deploy");
        DatabaseAway failure = databaseAway();
        house.grants.failure = Optional.of(failure);
        try (Database away = house.away()) {
            SessionOperations sessions = new SessionOperations(
                    new SessionHistory(away), house.live, house.store, house.grants, House.DOOR, house.journal);

            Revocation revocation = done(sessions.revoke(manager, row.id().code(), "now"));

            assertThat(house.live.revoked).containsKey(row.id());
            assertThat(house.entries.events()).containsExactly(new AuditEvent.SessionRevoked(row.id(), "now"));
            assertThat(revocation.grantWithdrawn()).isTrue();
            assertThat(revocation.warning()).isEmpty();
            assertThat(done(sessions.live(manager, true))).isEmpty();
            assertThatThrownBy(() -> sessions.revoke(manager, "absent", "now")).isInstanceOf(DatabaseAway.class);
        }
    }

    @Test
    void an_approval_that_nobody_could_take_back_is_said_to_stand() {
        SessionRow row = house.runningInProduction("engineer", "deploy");
        house.grants.failure = Optional.of(databaseAway());
        house.entries.full.set(true);

        Revocation revocation = done(house.sessions.revoke(manager, row.id().code(), "now"));

        assertThat(house.live.revoked).containsKey(row.id());
        assertThat(revocation.grantWithdrawn()).isFalse();
        assertThat(revocation.warning())
                .contains("the audit journal did not take the entry about who ended it, and the database is away, so"
                        + " the approval it rested on still stands; tell the operator");
    }

    @Test
    void live_sessions_are_shown_while_the_database_is_away() {
        SessionRow row = house.running("engineer", "deploy");
        try (Database away = house.away()) {
            SessionOperations sessions = new SessionOperations(
                    new SessionHistory(away), house.live, house.store, house.grants, House.DOOR, house.journal);

            assertThat(done(sessions.show(engineer, "deploy")).id()).isEqualTo(row.id());
            assertThat(done(sessions.live(engineer, false))).hasSize(1);
        }
    }

    @Test
    void a_full_journal_does_not_keep_a_session_alive() {
        SessionRow row = house.running("engineer", "deploy");
        house.entries.full.set(true);

        Revocation revocation = done(house.sessions.revoke(manager, "deploy", "now"));

        assertThat(house.live.revoked).containsKey(row.id());
        assertThat(revocation.warning())
                .contains("the audit journal did not take the entry about who ended it; tell the operator");
    }

    private DatabaseAway databaseAway() {
        try (Database away = house.away()) {
            new SessionHistory(away).unfinished();
            throw new AssertionError("somebody answered");
        } catch (DatabaseAway expected) {
            return expected;
        }
    }

    private static List<SessionId> ids(Outcome<SessionPage> page) {
        return done(page).items().stream().map(SessionView::id).toList();
    }

    private static <T> T done(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Done<T>(T value)) {
            return value;
        }
        throw new AssertionError(outcome.toString());
    }
}
