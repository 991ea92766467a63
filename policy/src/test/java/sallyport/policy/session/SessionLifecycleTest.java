package sallyport.policy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sallyport.policy.Command;
import sallyport.policy.Mode;
import sallyport.policy.PersonName;

class SessionLifecycleTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration INACTIVITY = Duration.ofMinutes(30);
    private static final Duration DETACHED_LIFE = Duration.ofDays(7);
    private static final Duration GRACE = Duration.ofMinutes(10);
    private static final SessionLimits DETACHES =
            new SessionLimits(INACTIVITY, SessionLimits.WhenInactive.DETACH, DETACHED_LIFE, GRACE);
    private static final SessionLimits ENDS =
            new SessionLimits(INACTIVITY, SessionLimits.WhenInactive.END, DETACHED_LIFE, GRACE);
    private static final SessionTerms SHELL = terms(new Mode.Shell(true), DETACHES);
    private static final SessionTerms EXEC = terms(new Mode.Exec(command("uptime"), false), DETACHES);
    private static final SessionState STARTING = new SessionState.Starting();
    private static final SessionState RUNNING = new SessionState.Running(1, NOW);
    private static final SessionState DETACHED = new SessionState.Detached(NOW, false);
    private static final SessionState DROPPED = new SessionState.Detached(NOW, true);
    private static final Ending REVOKED = new Ending.Revoked(new PersonName("manager"), "rm");

    private static Command command(String text) {
        return new Command(text.getBytes(StandardCharsets.UTF_8));
    }

    private static SessionTerms terms(Mode mode, SessionLimits limits) {
        return new SessionTerms(mode, Optional.empty(), limits);
    }

    private static SessionState next(SessionState state, SessionEvent event, SessionTerms terms) {
        return SessionLifecycle.next(state, event, terms, NOW);
    }

    private static SessionState after(Duration span, SessionState state, SessionTerms terms) {
        return SessionLifecycle.next(state, new SessionEvent.Ticked(), terms, NOW.plus(span));
    }

    @Test
    void a_client_that_leaves_a_terminal_detaches_it() {
        assertThat(next(RUNNING, new SessionEvent.Left(false), SHELL)).isEqualTo(DETACHED);
        assertThat(next(RUNNING, new SessionEvent.Left(true), SHELL)).isEqualTo(DROPPED);
    }

    @Test
    void a_client_that_leaves_an_exec_ends_it() {
        assertThat(next(RUNNING, new SessionEvent.Left(true), EXEC))
                .isEqualTo(new SessionState.Ended(new Ending.ClientGone(), NOW));
    }

    @Test
    void the_last_of_several_who_leaves_detaches() {
        SessionState two = next(RUNNING, new SessionEvent.Attached(), SHELL);
        assertThat(two).isEqualTo(new SessionState.Running(2, NOW));
        assertThat(next(two, new SessionEvent.Left(true), SHELL)).isEqualTo(RUNNING);
    }

    @Test
    void attaching_wakes_a_detached_session() {
        assertThat(next(DROPPED, new SessionEvent.Attached(), SHELL)).isEqualTo(RUNNING);
    }

    @Test
    void opening_leads_to_detached_until_somebody_attaches() {
        assertThat(next(STARTING, new SessionEvent.Opened(), SHELL)).isEqualTo(DETACHED);
    }

    @Test
    void typing_winds_the_inactivity_clock_up_again() {
        SessionState typed =
                SessionLifecycle.next(RUNNING, new SessionEvent.Typed(), SHELL, NOW.plus(INACTIVITY.minusMillis(1)));
        assertThat(after(INACTIVITY.multipliedBy(2).minusMillis(2), typed, SHELL))
                .isInstanceOf(SessionState.Running.class);
        assertThat(after(INACTIVITY.multipliedBy(2), typed, SHELL)).isInstanceOf(SessionState.Detached.class);
    }

    @Test
    void inactivity_detaches_or_ends_as_the_environment_says() {
        assertThat(after(INACTIVITY.minusMillis(1), RUNNING, SHELL)).isEqualTo(RUNNING);
        assertThat(after(INACTIVITY, RUNNING, SHELL)).isEqualTo(new SessionState.Detached(NOW.plus(INACTIVITY), false));
        assertThat(after(INACTIVITY, RUNNING, terms(new Mode.Shell(true), ENDS)))
                .isEqualTo(new SessionState.Ended(new Ending.Inactive(INACTIVITY), NOW.plus(INACTIVITY)));
    }

    @Test
    void a_job_is_never_ended_by_inactivity() {
        assertThat(after(INACTIVITY, RUNNING, terms(new Mode.Job(command("make")), ENDS)))
                .isInstanceOf(SessionState.Detached.class);
    }

    @Test
    void an_exec_has_no_clock_but_the_grants() {
        assertThat(after(Duration.ofDays(400), RUNNING, EXEC)).isEqualTo(RUNNING);
    }

    @Test
    void nobody_comes_back_and_the_life_after_detaching_runs_out() {
        assertThat(after(DETACHED_LIFE.minusMillis(1), DETACHED, SHELL)).isEqualTo(DETACHED);
        assertThat(after(DETACHED_LIFE, DETACHED, SHELL))
                .isEqualTo(new SessionState.Ended(new Ending.DetachedTooLong(DETACHED_LIFE), NOW.plus(DETACHED_LIFE)));
    }

    @Test
    void a_dropped_session_has_the_grace_window_alone() {
        assertThat(after(GRACE.minusMillis(1), DROPPED, SHELL)).isEqualTo(DROPPED);
        assertThat(after(GRACE, DROPPED, SHELL))
                .isEqualTo(new SessionState.Ended(new Ending.GraceOver(GRACE), NOW.plus(GRACE)));
    }

    @Test
    void nobody_slips_in_behind_a_clock_that_has_run_out() {
        assertThat(SessionLifecycle.next(DROPPED, new SessionEvent.Attached(), SHELL, NOW.plus(GRACE)))
                .isInstanceOf(SessionState.Ended.class);
    }

    @Test
    void the_first_ending_stands() {
        SessionState revoked = next(RUNNING, new SessionEvent.EndedBy(REVOKED), SHELL);
        for (SessionEvent event : List.of(
                new SessionEvent.Attached(),
                new SessionEvent.Typed(),
                new SessionEvent.Left(true),
                new SessionEvent.Opened(),
                new SessionEvent.Ticked(),
                new SessionEvent.EndedBy(new Ending.Exited(0)))) {
            assertThat(next(revoked, event, SHELL)).as("%s", event).isEqualTo(revoked);
        }
    }

    @Test
    void whatever_happens_at_the_end_of_the_grant_ends_the_session() {
        SessionTerms granted = new SessionTerms(new Mode.Shell(true), Optional.of(NOW), DETACHES);
        for (SessionEvent event : List.of(
                new SessionEvent.Attached(),
                new SessionEvent.Typed(),
                new SessionEvent.Left(false),
                new SessionEvent.Ticked())) {
            assertThat(SessionLifecycle.next(RUNNING, event, granted, NOW))
                    .as("%s", event)
                    .isEqualTo(new SessionState.Ended(new Ending.GrantEnded(), NOW));
            assertThat(SessionLifecycle.next(RUNNING, event, granted, NOW.minusMillis(1)))
                    .as("%s", event)
                    .isNotInstanceOf(SessionState.Ended.class);
        }
    }

    @Test
    void the_cut_that_is_foretold_is_the_earliest_one() {
        Instant until = NOW.plus(GRACE).minusSeconds(1);
        SessionTerms granted = new SessionTerms(new Mode.Shell(true), Optional.of(until), DETACHES);
        assertThat(SessionLifecycle.cut(DROPPED, granted).orElseThrow().at()).isEqualTo(until);
        assertThat(SessionLifecycle.cut(DROPPED, SHELL).orElseThrow().at()).isEqualTo(NOW.plus(GRACE));
        assertThat(SessionLifecycle.cut(RUNNING, EXEC)).isEmpty();
    }

    @Test
    void clocks_that_make_no_sense_are_refused() {
        assertThatThrownBy(
                        () -> new SessionLimits(Duration.ZERO, SessionLimits.WhenInactive.DETACH, DETACHED_LIFE, GRACE))
                .hasMessageContaining("longer than nothing");
        assertThatThrownBy(() -> new SessionLimits(INACTIVITY, SessionLimits.WhenInactive.DETACH, GRACE, DETACHED_LIFE))
                .hasMessageContaining("grace");
    }

    @Test
    void a_program_that_failed_reads_failed_and_one_that_was_revoked_reads_ended() {
        assertThat(new SessionState.Ended(new Ending.Exited(0), NOW).word()).isEqualTo("ended");
        assertThat(new SessionState.Ended(new Ending.Exited(3), NOW).word()).isEqualTo("failed");
        assertThat(new SessionState.Ended(REVOKED, NOW).word()).isEqualTo("ended");
        assertThat(new SessionState.Ended(new Ending.TargetLost("gone"), NOW).word())
                .isEqualTo("failed");
    }
}
