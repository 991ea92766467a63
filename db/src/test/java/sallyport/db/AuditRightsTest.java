package sallyport.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** T44: what is in the audit table stays as it was written, also if the application is taken over. */
class AuditRightsTest {

    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private static final TestDatabase TEST = TestDatabase.create();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE audit_event SET detail = '{}'",
                "DELETE FROM audit_event",
                "TRUNCATE audit_event",
                "DROP TABLE audit_event",
                "ALTER TABLE audit_event DISABLE TRIGGER ALL",
                "UPDATE evidence_leaf SET data = ''",
                "DELETE FROM evidence_leaf",
                "TRUNCATE evidence_leaf",
                "UPDATE evidence_node SET hash = ''",
                "DELETE FROM evidence_node",
                "TRUNCATE evidence_node",
                "UPDATE evidence_checkpoint SET note = ''",
                "DELETE FROM evidence_checkpoint",
                "TRUNCATE evidence_checkpoint",
                "DELETE FROM session",
                "TRUNCATE session",
                "DELETE FROM access_request",
                "DELETE FROM recording_hold",
                "TRUNCATE recording_hold",
                "UPDATE recording_hold SET reason = 'another'",
                "DELETE FROM retention",
                "INSERT INTO retention (only_row) VALUES (false)",
                "UPDATE access_version SET version = 1",
                "CREATE TABLE mine (x int)",
                "UPDATE flyway_schema_history SET success = false",
                "SET ROLE sallyport_owner",
            })
    void the_application_is_refused(String sql) {
        assertThatThrownBy(() -> TestDatabase.update(TEST.application(), sql))
                .hasMessageContaining(INSUFFICIENT_PRIVILEGE);
    }

    @Test
    void the_application_may_add_to_the_audit_table() {
        assertThat(TestDatabase.update(
                        TEST.application(),
                        "INSERT INTO audit_event (id, time, source, action, detail)"
                                + " VALUES (gen_random_uuid(), now(), '', 'test', '{}')"))
                .isEqualTo(1);
    }

    @Test
    void migrating_again_changes_nothing_and_takes_back_rights_that_somebody_added() {
        TestDatabase other = TestDatabase.create();
        other.change("GRANT ALL ON audit_event TO sallyport");
        Migrations.run(other.owner(), "sallyport");
        assertThatThrownBy(() -> TestDatabase.update(other.application(), "DELETE FROM audit_event"))
                .hasMessageContaining(INSUFFICIENT_PRIVILEGE);
    }

    @Test
    void the_owner_cannot_be_the_application() {
        assertThatThrownBy(() -> Migrations.run(TEST.owner(), "sallyport_owner"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("could rewrite it");
        assertThatThrownBy(() -> Migrations.run(TEST.owner(), "x\"; drop table person; --"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void an_application_role_that_does_not_exist_is_said_in_words() {
        DatabaseSettings empty = TestServer.shared().emptyDatabase();
        assertThatThrownBy(() -> Migrations.run(empty, "nobody_here"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("CREATE ROLE nobody_here");
    }

    @Test
    void passwords_are_not_printed() {
        assertThat(TEST.toString())
                .contains("password=***")
                .doesNotContain(TEST.owner().password());
    }
}
