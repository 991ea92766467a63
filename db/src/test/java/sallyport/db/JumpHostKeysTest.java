package sallyport.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class JumpHostKeysTest {

    private static final Instant NOW = Instant.parse("2026-11-21T09:00:00Z");

    @Test
    void the_first_key_stays_for_every_bastion_and_every_start() {
        TestDatabase database = TestDatabase.create();
        try (Database one = database.connect();
                Database other = database.connect()) {
            assertThat(new JumpHostKeys(one).keptOr(() -> "first", NOW)).isEqualTo("first");
            assertThat(new JumpHostKeys(one).keptOr(() -> "second", NOW)).isEqualTo("first");
            assertThat(new JumpHostKeys(other).keptOr(() -> "third", NOW)).isEqualTo("first");
        }
    }

    @Test
    void of_two_that_start_at_once_both_have_the_key_of_the_quicker() {
        try (Database database = TestDatabase.create().connect()) {
            JumpHostKeys keys = new JumpHostKeys(database);
            assertThat(keys.keptOr(() -> keys.keptOr(() -> "quicker", NOW) + ", not this", NOW))
                    .isEqualTo("quicker");
        }
    }
}
