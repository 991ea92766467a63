package sallyport.admin.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sallyport.admin.House;
import sallyport.admin.Outcome;

class AccessOperationsTest {

    private static final String NOBODY = "roles: {}\npeople: {}\ntargets: {}\nrules: []\n";

    private final House house = new House();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void applying_needs_the_permission() throws Exception {
        Path file = Files.writeString(folder.resolve("access.yaml"), NOBODY);

        assertThat(house.accessOperations.apply(file, house.caller("auditor")))
                .isEqualTo(new Outcome.NotPermitted<>(
                        "changing people, targets and rules needs policy.manage, which none of your roles has"));
        assertThat(house.access.snapshot().people()).hasSize(5);
    }

    @Test
    void what_is_applied_holds_and_is_written_down_with_who_did_it() throws Exception {
        Path file = Files.writeString(folder.resolve("access.yaml"), NOBODY);

        assertThat(house.accessOperations.apply(file, house.caller("manager")))
                .isInstanceOfSatisfying(
                        Outcome.Done.class,
                        done -> assertThat(done.value()).isInstanceOfSatisfying(Applied.class, applied -> {
                            assertThat(applied.version()).isEqualTo(2);
                            assertThat(applied.people()).isZero();
                            assertThat(applied.sha256()).hasSize(64);
                        }));
        assertThat(house.access.snapshot().people()).isEmpty();
        assertThat(house.server.read("select count(*) from audit_event where action = 'policy.applied'"
                        + " and actor_name = 'manager'"))
                .isEqualTo("1");
    }

    @Test
    void a_file_with_a_problem_changes_nothing() throws Exception {
        Path file = Files.writeString(folder.resolve("access.yaml"), NOBODY.replace("people", "peple"));

        assertThat(house.accessOperations.applyAsBastion(file)).isEqualTo(new Outcome.Invalid<>("""
            access.yaml has 2 problems; nothing was changed.
              the section "people" is missing; if there are none, write "people: {}"
              line 2: the file has an unknown key "peple"; did you mean "people"?\
            """));
        assertThat(house.access.version()).isEqualTo(1);
    }
}
