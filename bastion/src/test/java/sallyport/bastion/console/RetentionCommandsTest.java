package sallyport.bastion.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sallyport.admin.Swept;
import sallyport.policy.session.SessionRow;

class RetentionCommandsTest {

    @TempDir
    private Path folder;

    private Door door;
    private SessionRow row;
    private String code;

    @BeforeEach
    void open() throws Exception {
        door = new Door(folder);
        row = door.over("engineer", "deploy");
        code = row.id().code();
        door.sweep.look();
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
    void a_recording_says_until_when_it_stays_and_by_which_rule() {
        assertThat(door.run("engineer", "recording show deploy")).isZero();
        assertThat(out()).contains("stays", "until 2027-02-19T14:00:00.000Z, in 90 d (staging 90 days)");
        assertThat(door.run("engineer", "recording list")).isZero();
        assertThat(out()).contains("KEPT", "until 2027-02-19");
        assertThat(door.run("engineer", "recording show deploy --json")).isZero();
        assertThat(out())
                .contains("\"keeping\":\"until\",\"keep_rule\":\"staging 90 days\","
                        + "\"kept_until\":\"2027-02-19T14:00:00.000Z\"");
        door.running("engineer", "alive", "prod-db-1");
        assertThat(door.run("engineer", "recording show alive")).isZero();
        assertThat(out()).contains("while its session lives, and then by rule (production 365 days)");
    }

    @Test
    void a_hold_is_seen_with_its_reason_until_it_is_released() {
        assertThat(door.run("manager", "recording hold " + code + " --reason case 7, as counsel asked"))
                .isZero();
        assertThat(out())
                .contains("held: the recording of " + code + " stays until it is released; else until 2027-02-19");
        assertThat(door.run("engineer", "recording show deploy")).isZero();
        assertThat(out()).contains("1, by manager since 2026-11-21T14:00:00.000Z: case 7, as counsel asked");
        assertThat(door.run("engineer", "recording show deploy --json")).isZero();
        assertThat(out())
                .contains("\"keeping\":\"held\"")
                .contains("\"holds\":[\"1: case 7, as counsel asked (manager, 2026-11-21T14:00:00.000Z)\"]");

        assertThat(door.run("manager", "recording release " + code + " --reason closed"))
                .isZero();
        assertThat(out()).contains("released: the recording of " + code + " stays until 2027-02-19");
        assertThat(door.run("manager", "recording release " + code + " --reason closed"))
                .isEqualTo(7);
        assertThat(err()).contains("nobody holds the recording of session " + code);
    }

    @Test
    void of_several_holds_one_must_be_named() {
        door.run("manager", "recording hold " + code + " --reason case 7");
        door.run("manager", "recording hold " + code + " --reason case 8");
        assertThat(door.run("manager", "recording release " + code + " --reason closed"))
                .isEqualTo(6);
        assertThat(err()).contains("  1, by manager since 2026-11-21T14:00:00.000Z: case 7", "case 8");
        assertThat(door.run("manager", "recording release " + code + " --hold 3 --reason closed"))
                .isEqualTo(7);
        assertThat(door.run("manager", "recording release " + code + " --hold one --reason closed"))
                .isEqualTo(2);
        assertThat(err()).contains("\"one\" is no number of a hold");
        assertThat(door.run("manager", "recording release " + code + " --hold 1 --reason closed --json"))
                .isZero();
        assertThat(out()).contains("\"holds\":[\"2: case 8 ");
    }

    @Test
    void holding_needs_the_permission_and_a_reason() {
        assertThat(door.run("engineer", "recording hold deploy --reason mine")).isEqualTo(4);
        assertThat(door.run("auditor", "recording hold " + code + " --reason why"))
                .isEqualTo(4);
        assertThat(err()).contains("holding recordings needs policy.manage, which none of your roles has");
        assertThat(door.run("engineer-2", "recording hold " + code + " --reason why"))
                .isEqualTo(3);
        assertThat(door.run("manager", "recording hold " + code)).isEqualTo(2);
        assertThat(door.run("engineer", "recording release deploy --reason mine"))
                .isEqualTo(4);
        assertThat(door.run("engineer", "retention show")).isEqualTo(4);
        assertThat(door.run("engineer", "retention resume --reason mine --yes")).isEqualTo(4);
    }

    @Test
    void what_was_removed_says_when_and_by_which_rule_and_cannot_be_held() {
        door.pass(Duration.ofDays(90));
        assertThat(door.sweep.look()).isInstanceOf(Swept.Done.class);
        assertThat(door.run("engineer", "recording show deploy")).isZero();
        assertThat(out())
                .contains("recorded  removed", "no more: removed at 2027-02-19T14:00:00.000Z (staging 90 days)");
        assertThat(err()).doesNotContain("take it");
        assertThat(door.run("engineer", "recording list")).isZero();
        assertThat(out()).contains("removed");
        assertThat(door.run("engineer", "recording download deploy")).isEqualTo(7);
        assertThat(err())
                .contains("the recording of session " + code + " was removed at 2027-02-19T14:00:00.000Z"
                        + " (staging 90 days); only its history is left");
        assertThat(door.run("manager", "recording hold " + code + " --reason late"))
                .isEqualTo(7);
        assertThat(door.run("engineer", "session show deploy")).isZero();
    }

    @Test
    void how_retention_stands_is_a_card() {
        assertThat(door.run("manager", "retention show")).isZero();
        assertThat(out().lines().map(String::strip))
                .contains("staging      90 days", "production   365 days", "kept         1 recording");
        assertThat(door.run("manager", "retention show --json")).isZero();
        assertThat(out()).contains("\"production_days\":365,\"kept\":1,\"held\":0,\"due\":0", "\"halted\":false");
        assertThat(door.run("manager", "retention resume --reason sure --yes")).isEqualTo(7);
        assertThat(err()).contains("retention is not halted: the clock is believed");
    }

    @Test
    void a_halt_is_told_with_what_to_do_and_ends_when_somebody_says_that_the_clock_is_right() {
        door.jump(Duration.ofDays(3650));
        assertThat(door.sweep.look()).isInstanceOf(Swept.Halted.class);
        assertThat(door.run("manager", "retention show")).isZero();
        assertThat(err())
                .contains(
                        "bastion: nothing is removed: the clock was set forward by 3650 days while the bastion ran;"
                                + " the bastion's clock says 2036-11-18T14:00:00.000Z",
                        "ssh bastion retention resume --reason WHY");

        assertThat(door.run("manager", "retention resume --reason I looked")).isEqualTo(2);
        assertThat(err()).contains("by this clock 1 recording would be due", "nothing was done; repeat it with --yes");
        assertThat(door.sweep.look()).isInstanceOf(Swept.Halted.class);

        assertThat(door.run("manager", "retention resume --reason I looked --yes"))
                .isZero();
        assertThat(out())
                .contains("resumed: recordings are removed by the clock again, the first in an hour; 1 recording due");
        assertThat(door.sweep.look()).isEqualTo(new Swept.NotYet());
    }
}
