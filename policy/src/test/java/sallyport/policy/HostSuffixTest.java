package sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostSuffixTest {

    private static final HostSuffix PROD = new HostSuffix(".prod.example");

    private static final List<Target> TARGETS = List.of(
            Example.target("web-1", Environment.STAGING, "root"),
            Example.target("Web-1", Environment.STAGING, "root"),
            Example.target("DB-1", Environment.STAGING, "root"),
            Example.target("web-1.prod.example", Environment.STAGING, "root"));

    @ParameterizedTest
    @CsvSource({
        "web-1, web-1",
        "Web-1, Web-1",
        "WEB-1, web-1",
        "db-1, DB-1",
        "db-1.PROD.example, DB-1",
        "Web-1.prod.example, Web-1",
    })
    void a_host_name_means_the_target_of_that_name(String host, String target) {
        assertThat(PROD.find(TARGETS, host).map(Target::name)).isEqualTo(Optional.of(new TargetName(target)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "web-2",
                "web-1.",
                "web-1.example",
                "web-1.prod.example.prod.example.x",
                "",
                "127.0.0.1",
                ".prod.example"
            })
    void any_other_means_none(String host) {
        assertThat(PROD.find(TARGETS, host)).isEmpty();
    }

    @Test
    void without_a_suffix_the_name_is_all() {
        assertThat(HostSuffix.NONE.hostNames(new TargetName("web-1"))).containsExactly("web-1");
        assertThat(HostSuffix.NONE.find(TARGETS, "db-1.prod.example")).isEmpty();
    }

    @Test
    void a_certificate_names_what_clients_write() {
        assertThat(PROD.certified(new TargetName("DB-1")))
                .containsExactly("DB-1", "db-1", "DB-1.prod.example", "db-1.prod.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod.example", ".", "..x", ".x.", ".-x", ".x-", ".x y", ".*", ".x\n"})
    void what_cannot_end_a_host_name_is_refused(String text) {
        assertThatThrownBy(() -> new HostSuffix(text)).hasMessageContaining("a target suffix is a dot and labels");
    }
}
