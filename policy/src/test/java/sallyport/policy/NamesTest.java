package sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "web-1", "prod_db.2", "_x", "0", "ROOT"})
    void names_are_letters_digits_and_three_marks(String name) {
        assertThat(new TargetName(name).value()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-x",
                ".x",
                "a+b",
                "a@b",
                "a%b",
                "a b",
                "a/b",
                "a:b",
                "a=b",
                "a\0",
                "a\n",
                "é",
                "ａ",
                "a\u202eb",
                "s",
                "join",
                "share",
                "new",
                "ro"
            })
    void separators_look_alikes_controls_and_reserved_words_are_refused(String name) {
        assertThatThrownBy(() -> new TargetName(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 65_536})
    void long_names_are_refused_with_their_length(int length) {
        assertThatThrownBy(() -> new Login("a".repeat(length)))
                .hasMessage("login has " + length + " characters, 63 at most are allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "a\nb", "a\u001b[31m", "a\u202eb", "a\u2028b", "a\u200bb"})
    void reasons_hold_nothing_that_misleads(String reason) {
        assertThatThrownBy(() -> new Reason(reason)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7f3k", "7F3K", " 7f3k ", "7F-3K"})
    void request_codes_are_read_as_people_type_them(String typed) {
        assertThat(RequestCode.typed(typed)).isEqualTo(new RequestCode("7F3K"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"OIL0", "oil0"})
    void look_alikes_in_codes_are_forgiven(String typed) {
        assertThat(RequestCode.typed(typed)).isEqualTo(new RequestCode("0110"));
    }
}
