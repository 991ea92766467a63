package sallyport.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.policy.Environment;
import sallyport.policy.audit.AuditEvent;
import sallyport.policy.retention.Retention;
import sallyport.policy.session.SessionRow;

/** T45, on a real database and real files; both clocks are moved by hand. */
class RetentionSweepTest {

    private static final Duration TEN_YEARS = Duration.ofDays(3650);

    private final House house = new House();

    @AfterEach
    void close() {
        house.close();
    }

    private RetentionSweep sweep(Shredder shredder, Retention rules) {
        return RetentionSweep.prepare(house.kept, shredder, rules, house.journal, house.nanos::get);
    }

    /** Another run of the bastion: what it knew of time is what is stored. */
    private RetentionSweep restarted() {
        house.nanos.set(-17);
        return sweep((id, _) -> house.store.delete(id, "test"), house.rules);
    }

    private boolean there(SessionRow row) throws IOException {
        return house.store.find(row.id().toString()).isPresent();
    }

    private static Swept.Done done(Swept swept) {
        if (swept instanceof Swept.Done done) {
            return done;
        }
        throw new AssertionError(swept.toString());
    }

    private long purgedInAudit() {
        return Long.parseLong(house.server.read("select count(*) from audit_event where action = 'recording.purged'"));
    }

    /** Each recording that is not there any more is explained by one audit event, and none that is there. */
    private void assertEveryDeletionIsExplained(List<SessionRow> rows) throws IOException {
        for (SessionRow row : rows) {
            assertThat(house.server.read("select count(*) from audit_event where action = 'recording.purged'"
                            + " and session_id = '" + row.id() + "'"))
                    .isEqualTo(there(row) ? "0" : "1");
            assertThat(house.history.find(row.id())).isPresent();
        }
    }

    @Test
    void a_recording_goes_on_its_day_and_not_an_hour_before() throws Exception {
        SessionRow staging = house.recorded("engineer", "one", "web-1");
        Instant until = house.clock.instant().plus(Duration.ofDays(90));
        SessionRow production = house.recorded("engineer", "two", "db-7");
        house.pass(Duration.ofDays(90).minusHours(1));
        assertThat(done(house.sweep.look())).isEqualTo(new Swept.Done(0, 0, Optional.empty(), 0, 0));
        assertThat(there(staging)).isTrue();
        assertThat(house.entries.events()).isEmpty();

        house.pass(Duration.ofHours(1));
        Swept.Done done = done(house.sweep.look());

        assertThat(there(staging)).isFalse();
        assertThat(there(production)).isTrue();
        assertThat(done.recordings()).isEqualTo(1);
        assertThat(done.bytes()).isPositive();
        assertThat(done.oldestEnd()).contains(until.minus(Duration.ofDays(90)));
        assertThat(house.entries.events())
                .containsExactly(new AuditEvent.RetentionSwept(1, done.bytes(), done.oldestEnd(), 0, 0));
        assertThat(house.server.read(
                        "select detail::json->>'kept_until' from audit_event where action = 'recording.purged'"))
                .isEqualTo(until.toString());
        assertThat(house.sweep.purged(Environment.STAGING)).isEqualTo(1);
        assertThat(house.sweep.purgedBytes()).isEqualTo(done.bytes());
        assertEveryDeletionIsExplained(List.of(staging, production));
    }

    @Test
    void what_lives_is_never_removed() throws Exception {
        SessionRow row = house.recorded("engineer", "one", "web-1");
        house.server.change("update session set state = 'running', ending = null, exit_status = null, ended_at = null");
        house.pass(TEN_YEARS);
        assertThat(done(house.sweep.look()).recordings()).isZero();
        assertThat(there(row)).isTrue();
    }

    @Test
    void a_hold_stops_it_and_a_release_lets_it_go_on() throws Exception {
        SessionRow row = house.recorded("engineer", "one", "web-1");
        Caller manager = house.caller("manager");
        assertThat(house.retention.hold(manager, row.id().toString(), "case 7")).isInstanceOf(Outcome.Done.class);
        house.pass(TEN_YEARS);
        assertThat(done(house.sweep.look()).recordings()).isZero();
        assertThat(there(row)).isTrue();

        assertThat(house.retention.release(manager, row.id().toString(), Optional.empty(), "closed"))
                .isInstanceOf(Outcome.Done.class);
        house.pass(RetentionSweep.EVERY);
        assertThat(done(house.sweep.look()).recordings()).isEqualTo(1);
        assertThat(there(row)).isFalse();
        assertEveryDeletionIsExplained(List.of(row));
    }

    @Test
    void one_sweep_takes_a_twentieth_and_the_next_goes_on() throws Exception {
        List<SessionRow> rows = new ArrayList<>();
        for (int i = 0; i < 45; i++) {
            rows.add(house.recorded("engineer", "s" + i, "web-1"));
        }
        house.pass(Duration.ofDays(90));

        assertThat(done(house.sweep.look()))
                .extracting(Swept.Done::recordings, Swept.Done::left)
                .containsExactly(2L, 43L);
        assertThat(house.sweep.look()).isEqualTo(new Swept.NotYet());
        assertThat(house.sweep.left()).isEqualTo(43);
        assertThat(there(rows.get(0)) || there(rows.get(1))).isFalse();
        assertThat(there(rows.get(2))).isTrue();
        house.pass(RetentionSweep.EVERY);
        assertThat(done(house.sweep.look()).recordings()).isEqualTo(2);
        int sweeps = 2;
        while (purgedInAudit() < rows.size()) {
            long kept = rows.size() - purgedInAudit();
            house.pass(RetentionSweep.EVERY);
            assertThat(done(house.sweep.look()).recordings()).isEqualTo(kept >= 40 ? 2 : 1);
            sweeps++;
        }
        assertThat(sweeps).isGreaterThan(20);
        assertThat(house.recordingFiles()).isZero();
        assertEveryDeletionIsExplained(rows);
    }

    @Test
    void a_clock_ten_years_ahead_removes_nothing_and_raises_an_alarm() throws Exception {
        SessionRow row = house.recorded("engineer", "one", "web-1");
        house.sweep.look();
        house.clock.pass(TEN_YEARS);

        Swept swept = house.sweep.look();

        String words = "the clock was set forward by 3650 days while the bastion ran";
        assertThat(swept).isEqualTo(new Swept.Halted(words));
        assertThat(house.sweep.isHalted()).isTrue();
        house.pass(Duration.ofHours(5));
        assertThat(house.sweep.look()).isInstanceOf(Swept.Halted.class);
        assertThat(there(row)).isTrue();
        assertThat(house.entries.events()).containsExactly(new AuditEvent.RetentionHalted(words));

        house.clock.pass(TEN_YEARS.negated());
        house.pass(RetentionSweep.EVERY);
        assertThat(done(house.sweep.look()).recordings()).isZero();
        assertThat(house.sweep.isHalted()).isFalse();
        assertThat(house.entries.events())
                .containsExactly(
                        new AuditEvent.RetentionHalted(words),
                        new AuditEvent.RetentionResumed("the clock was put right"));
    }

    @Test
    void after_a_restart_too_and_also_if_there_was_never_a_sweep() throws Exception {
        SessionRow row = house.recorded("engineer", "one", "web-1");
        house.clock.pass(TEN_YEARS);
        RetentionSweep neverSwept = restarted();
        assertThat(neverSwept.look()).isInstanceOf(Swept.Halted.class);
        house.clock.pass(TEN_YEARS.negated());
        assertThat(done(neverSwept.look()).recordings()).isZero();

        house.clock.pass(TEN_YEARS);
        RetentionSweep swept = restarted();
        assertThat(((Swept.Halted) swept.look()).words())
                .contains("is 3650 days ahead of what was known last")
                .contains("or the clock is wrong");
        assertThat(there(row)).isTrue();
        assertThat(purgedInAudit()).isZero();
    }

    @Test
    void whoever_manages_the_policy_can_say_that_the_clock_is_right() throws Exception {
        SessionRow row = house.recorded("engineer", "one", "web-1");
        house.sweep.look();
        house.clock.pass(Duration.ofDays(120));
        RetentionSweep sweep = restarted();
        assertThat(sweep.look()).isInstanceOf(Swept.Halted.class);
        RetentionOperations retention = new RetentionOperations(
                house.history, house.live, house.kept, house.keepings, sweep, House.DOOR, house.journal);
        assertThat(retention.resume(house.caller("engineer"), "because"))
                .isEqualTo(new Outcome.NotPermitted<>(
                        "seeing how retention stands needs policy.manage, which none of your roles has"));
        assertThat(sweep.look()).isInstanceOf(Swept.Halted.class);

        assertThat(retention.resume(house.caller("manager"), "we were closed for four months"))
                .isInstanceOf(Outcome.Done.class);

        assertThat(house.server.read(
                        "select actor_name || ': ' || detail from audit_event" + " where action = 'retention.resumed'"))
                .isEqualTo("manager: {\"cause\":\"we were closed for four months\"}");
        assertThat(sweep.look()).isEqualTo(new Swept.NotYet());
        house.pass(RetentionSweep.EVERY);
        assertThat(done(sweep.look()).recordings()).isEqualTo(1);
        assertThat(there(row)).isFalse();
        assertThat(retention.resume(house.caller("manager"), "again"))
                .isEqualTo(new Outcome.Refused<>("retention is not halted: the clock is believed"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_crash_between_the_row_and_the_files_is_finished_by_the_next_run(boolean filesWereGone) throws Exception {
        SessionRow row = house.recorded("engineer", "one", "web-1");
        RetentionSweep dies = sweep(
                (id, _) -> {
                    if (filesWereGone) {
                        house.store.delete(id, "test");
                    }
                    throw new IllegalStateException("killed");
                },
                house.rules);
        assertThat(done(dies.look()).recordings()).isZero();
        house.pass(Duration.ofDays(90));
        assertThatThrownBy(dies::look).hasMessage("killed");

        assertThat(there(row)).isNotEqualTo(filesWereGone);
        assertThat(purgedInAudit()).isEqualTo(1);
        assertThat(house.recordings.open(house.caller("engineer"), "one", "v3")).isInstanceOf(Outcome.Refused.class);

        // Whatever is next does it, not only the sweep of the next hour.
        assertThat(restarted().look()).isEqualTo(new Swept.NotYet());
        assertThat(there(row)).isFalse();
        assertThat(purgedInAudit()).isEqualTo(1);
        assertThat(house.kept.unremoved(9)).isEmpty();
        assertEveryDeletionIsExplained(List.of(row));
    }

    @Test
    void a_crash_before_the_row_leaves_the_recording() throws Exception {
        SessionRow row = house.recorded("engineer", "one", "web-1");
        house.pass(Duration.ofDays(90));
        house.server.change("alter table audit_event add constraint broken check (action <> 'recording.purged')");
        assertThatThrownBy(house.sweep::look).isInstanceOf(IllegalStateException.class);
        assertThat(there(row)).isTrue();
        assertThat(house.server.read("select count(*) from session where recording_purged_at is not null"))
                .isEqualTo("0");
    }

    @Test
    void what_the_disk_keeps_is_reported_and_tried_again() throws Exception {
        SessionRow row = house.recorded("engineer", "one", "web-1");
        List<String> tried = new ArrayList<>();
        RetentionSweep sweep = sweep(
                (id, rule) -> {
                    tried.add(rule);
                    if (tried.size() < 3) {
                        throw new IOException("read-only file system");
                    }
                    return house.store.delete(id, "test");
                },
                house.rules);
        assertThat(done(sweep.look()).recordings()).isZero();
        house.pass(Duration.ofDays(90));
        assertThat(done(sweep.look()).failed()).isEqualTo(1);
        house.pass(RetentionSweep.EVERY);
        assertThat(done(sweep.look()).failed()).isEqualTo(1);
        assertThat(sweep.unremoved()).isEqualTo(1);
        house.pass(Duration.ofMinutes(5));
        assertThat(sweep.look()).isEqualTo(new Swept.NotYet());
        assertThat(sweep.unremoved()).isZero();
        assertThat(there(row)).isFalse();
        assertThat(tried).containsOnly("staging 90 days").hasSize(3);
        assertThat(purgedInAudit()).isEqualTo(1);
    }

    @Test
    void with_no_days_what_ended_since_the_last_sweep_goes_whole_and_what_is_older_by_the_share() throws Exception {
        RetentionSweep sweep = sweep((id, _) -> house.store.delete(id, "test"), Retention.of(365, 0));
        List<SessionRow> rows = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            rows.add(house.recorded("engineer", "old" + i, "web-1"));
        }
        rows.add(house.recorded("engineer", "production", "db-7"));
        house.pass(Duration.ofMinutes(1));
        assertThat(done(sweep.look()))
                .extracting(Swept.Done::recordings, Swept.Done::left)
                .containsExactly(1L, 4L);
        for (int i = 0; i < 7; i++) {
            rows.add(house.recorded("engineer", "new" + i, "web-1"));
        }
        house.pass(RetentionSweep.EVERY);
        assertThat(done(sweep.look()))
                .extracting(Swept.Done::recordings, Swept.Done::left)
                .containsExactly(8L, 3L);
        assertThat(house.recordingFiles()).isEqualTo(4);
        assertEveryDeletionIsExplained(rows);
    }

    @Test
    void of_two_bastions_one_sweeps_in_an_hour() {
        house.recorded("engineer", "one", "web-1");
        house.recorded("engineer", "two", "web-1");
        RetentionSweep other = sweep((id, _) -> house.store.delete(id, "test"), house.rules);
        house.pass(Duration.ofDays(90));
        assertThat(done(house.sweep.look()).recordings()).isEqualTo(1);
        assertThat(other.look()).isEqualTo(new Swept.NotYet());
        house.pass(RetentionSweep.EVERY);
        assertThat(done(other.look()).recordings()).isEqualTo(1);
        assertThat(house.sweep.look()).isEqualTo(new Swept.NotYet());
    }

    @Test
    void a_sweep_that_is_told_to_stop_removes_no_more() throws Exception {
        SessionRow row = house.recorded("engineer", "one", "web-1");
        house.pass(Duration.ofDays(90));
        house.sweep.stop();
        assertThat(done(house.sweep.look()).recordings()).isZero();
        assertThat(there(row)).isTrue();
    }
}
