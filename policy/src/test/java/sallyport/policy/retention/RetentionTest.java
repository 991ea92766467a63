package sallyport.policy.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sallyport.policy.Environment;
import sallyport.policy.PersonName;
import sallyport.policy.Reason;

class RetentionTest {

    private static final Instant END = Instant.parse("2026-11-21T14:00:00Z");
    private static final Hold HOLD = new Hold(1, new Reason("INC-42"), new PersonName("manager"), END);

    private final Retention retention = Retention.of(365, 90);

    private Keeping keeping(Environment environment, Optional<Instant> endedAt, List<Hold> holds) {
        return retention.keeping(new RecordingFacts(environment, endedAt, holds, Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({
        "PRODUCTION, 2027-11-21T14:00:00Z",
        "STAGING, 2027-02-19T14:00:00Z",
        "TEST, 2027-02-19T14:00:00Z",
        "DEVELOPMENT, 2027-02-19T14:00:00Z"
    })
    void the_days_of_the_environment_count_from_the_end(Environment environment, Instant until) {
        assertThat(keeping(environment, Optional.of(END), List.of()))
                .isEqualTo(new Keeping.Until(until, retention.rule(environment)));
    }

    @Test
    void it_is_due_at_that_moment_and_not_a_nanosecond_before() {
        Keeping.Until keeping = (Keeping.Until) keeping(Environment.STAGING, Optional.of(END), List.of());
        assertThat(keeping.isDueAt(keeping.until().minusNanos(1))).isFalse();
        assertThat(keeping.isDueAt(keeping.until())).isTrue();
    }

    @Test
    void while_the_session_lives_there_is_no_end() {
        assertThat(keeping(Environment.PRODUCTION, Optional.empty(), List.of()))
                .isEqualTo(new Keeping.WhileLive(new RetentionRule(Environment.PRODUCTION, 365)));
    }

    @Test
    void a_hold_goes_before_the_rule_and_says_what_comes_after_it() {
        assertThat(keeping(Environment.STAGING, Optional.of(END), List.of(HOLD)))
                .isEqualTo(new Keeping.Held(List.of(HOLD), keeping(Environment.STAGING, Optional.of(END), List.of())));
        assertThat(keeping(Environment.STAGING, Optional.empty(), List.of(HOLD)))
                .isEqualTo(new Keeping.Held(List.of(HOLD), keeping(Environment.STAGING, Optional.empty(), List.of())));
    }

    @Test
    void what_is_gone_is_gone_whatever_else_is_said() {
        Purge purge = new Purge(END, "staging 90 days");
        assertThat(retention.keeping(
                        new RecordingFacts(Environment.STAGING, Optional.of(END), List.of(HOLD), Optional.of(purge))))
                .isEqualTo(new Keeping.Gone(purge));
    }

    @Test
    void zero_days_end_with_the_session_but_never_in_production() {
        Retention none = Retention.of(1, 0);
        assertThat(none.keeping(new RecordingFacts(Environment.TEST, Optional.of(END), List.of(), Optional.empty())))
                .isEqualTo(new Keeping.Until(END, new RetentionRule(Environment.TEST, 0)));
        assertThatThrownBy(() -> Retention.of(0, 90))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("recordings of production cannot be kept for 0 days; 1 to 36500 are possible");
    }

    @Test
    void impossible_days_and_a_missing_environment_are_refused_in_words() {
        assertThatThrownBy(() -> Retention.of(365, -1)).hasMessageContaining("0 to 36500 are possible");
        assertThatThrownBy(() -> Retention.of(36_501, 1)).hasMessageContaining("1 to 36500 are possible");
        assertThatThrownBy(() -> new Retention(Map.of(Environment.PRODUCTION, 365)))
                .hasMessageContaining("nothing says how long");
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "39, 1", "40, 2", "1000, 50", "1019, 50"})
    void a_sweep_takes_one_in_twenty_but_at_least_one(long kept, long most) {
        assertThat(Retention.mostOfASweep(kept)).isEqualTo(most);
    }

    @Test
    void rules_read_as_words() {
        assertThat(retention.rule(Environment.PRODUCTION).words()).isEqualTo("production 365 days");
        assertThat(new RetentionRule(Environment.TEST, 1).words()).isEqualTo("test 1 day");
        assertThat(Duration.between(END, new RetentionRule(Environment.TEST, 1).keepsUntil(END)))
                .isEqualTo(Duration.ofHours(24));
    }
}
