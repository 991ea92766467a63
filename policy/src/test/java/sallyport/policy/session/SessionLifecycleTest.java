package sallyport.policy.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sallyport.policy.Obligations;
import sallyport.policy.PersonName;

class SessionLifecycleTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Obligations NONE = new Obligations(Optional.empty());
    private static final SessionState STARTING = new SessionState.Starting();
    private static final SessionState RUNNING = new SessionState.Running(1);
    private static final SessionState DETACHED = new SessionState.Detached(NOW);
    private static final Ending REVOKED = new Ending.Revoked(new PersonName("manager"), "rm");

    private static SessionState next(SessionState state, SessionEvent event, boolean outlives) {
        return SessionLifecycle.next(state, event, NONE, outlives, NOW);
    }

    @Test
    void a_client_that_leaves_a_terminal_detaches_it() {
        assertThat(next(RUNNING, new SessionEvent.Left(), true)).isEqualTo(DETACHED);
    }

    @Test
    void a_client_that_leaves_an_exec_ends_it() {
        assertThat(next(RUNNING, new SessionEvent.Left(), false))
                .isEqualTo(new SessionState.Ended(new Ending.ClientGone(), NOW));
    }

    @Test
    void the_last_of_several_who_leaves_detaches() {
        SessionState two = next(RUNNING, new SessionEvent.Attached(), true);
        assertThat(two).isEqualTo(new SessionState.Running(2));
        assertThat(next(two, new SessionEvent.Left(), true)).isEqualTo(RUNNING);
    }

    @Test
    void attaching_wakes_a_detached_session() {
        assertThat(next(DETACHED, new SessionEvent.Attached(), true)).isEqualTo(RUNNING);
    }

    @Test
    void opening_leads_to_detached_until_somebody_attaches() {
        assertThat(next(STARTING, new SessionEvent.Opened(), true)).isEqualTo(DETACHED);
    }

    @Test
    void the_first_ending_stands() {
        SessionState revoked = next(RUNNING, new SessionEvent.EndedBy(REVOKED), true);
        for (SessionEvent event : List.of(
                new SessionEvent.Attached(),
                new SessionEvent.Left(),
                new SessionEvent.Opened(),
                new SessionEvent.Ticked(),
                new SessionEvent.EndedBy(new Ending.Exited(0)))) {
            assertThat(next(revoked, event, true)).as("%s", event).isEqualTo(revoked);
        }
    }

    @Test
    void whatever_happens_at_the_end_of_the_grant_ends_the_session() {
        Obligations until = new Obligations(Optional.of(NOW));
        for (SessionEvent event :
                List.of(new SessionEvent.Attached(), new SessionEvent.Left(), new SessionEvent.Ticked())) {
            assertThat(SessionLifecycle.next(RUNNING, event, until, true, NOW))
                    .as("%s", event)
                    .isEqualTo(new SessionState.Ended(new Ending.GrantEnded(), NOW));
            assertThat(SessionLifecycle.next(RUNNING, event, until, true, NOW.minusMillis(1)))
                    .as("%s", event)
                    .isNotInstanceOf(SessionState.Ended.class);
        }
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
