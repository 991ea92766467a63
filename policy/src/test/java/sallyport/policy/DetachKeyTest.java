package sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetachKeyTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "ctrl-", "ctrl-c", "ctrl-m", "ctrl-[", "d", "ctrl-dd", "alt-x"})
    void a_setting_that_cannot_be_a_key_is_refused_in_words(String setting) {
        assertThatThrownBy(() -> DetachKey.parse(setting))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ctrl-\\", "ctrl-]", "ctrl-d", "none", "ctrl-a"})
    void a_setting_reads_as_it_was_written(String setting) {
        assertThat(DetachKey.parse(setting).setting()).isEqualTo(setting);
    }
}
