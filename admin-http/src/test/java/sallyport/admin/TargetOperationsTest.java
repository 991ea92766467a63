package sallyport.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sallyport.policy.Environment;
import sallyport.policy.Login;
import sallyport.policy.TargetName;

class TargetOperationsTest {

    private final House house = new House();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void people_see_their_own_targets_with_the_logins_they_may_use() {
        TreeSet<Login> root = new TreeSet<>(Set.of(new Login("root")));

        assertThat(house.targets.list(house.caller("engineer")))
                .isEqualTo(new Outcome.Done<>(List.of(
                        new TargetView(new TargetName("db-7"), Environment.PRODUCTION, root),
                        new TargetView(new TargetName("web-1"), Environment.STAGING, root))));
        assertThat(house.targets.list(house.caller("auditor"))).isEqualTo(new Outcome.Done<>(List.of()));
    }
}
