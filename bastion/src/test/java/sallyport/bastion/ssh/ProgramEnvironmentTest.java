package sallyport.bastion.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramEnvironmentTest {

    private final ProgramEnvironment environment = new ProgramEnvironment();

    @ParameterizedTest
    @ValueSource(strings = {"LANG", "LC_ALL", "LC_CTYPE", "GIT_PROTOCOL"})
    void locale_and_git_go_on_to_the_program(String name) {
        assertThat(environment.offer(name, "x")).isTrue();
        assertThat(environment.forProgram()).containsEntry(name, "x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LD_PRELOAD",
                "BASH_ENV",
                "ENV",
                "PATH",
                "HOME",
                "SSH_AUTH_SOCK",
                "JAVA_TOOL_OPTIONS",
                "LC_x",
                "TERM",
                "lang",
                "LANG\0",
                "LC_ALL=1"
            })
    void code_in_disguise_does_not(String name) {
        assertThat(environment.offer(name, "x")).isFalse();
        assertThat(environment.forProgram()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"BASTION_REASON", "BASTION_TICKET", "LC_BASTION_REASON"})
    void what_is_addressed_to_the_bastion_stays_with_it(String name) {
        assertThat(environment.offer(name, "INC-42")).isTrue();
        assertThat(environment.reason()).contains("INC-42");
        assertThat(environment.forProgram()).isEmpty();
    }

    @Test
    void there_is_a_limit_to_their_number() {
        for (int i = 0; i < 10_000; i++) {
            environment.offer("LC_" + letters(i), "x");
        }
        assertThat(environment.forProgram()).hasSize(ProgramEnvironment.MOST_VARIABLES);
    }

    @Test
    void a_long_one_and_one_with_nul_are_refused() {
        assertThat(environment.offer("LANG", "x".repeat(4096))).isFalse();
        assertThat(environment.offer("LANG", "a\0b")).isFalse();
    }

    private static String letters(int number) {
        return String.valueOf(number)
                .chars()
                .collect(StringBuilder::new, (s, c) -> s.append((char) (c - '0' + 'A')), StringBuilder::append)
                .toString();
    }
}
