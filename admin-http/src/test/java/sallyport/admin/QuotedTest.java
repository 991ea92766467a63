package sallyport.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotedTest {

    @Test
    void harmless_text_stays_as_it_is() {
        assertThat(Quoted.of("web-1 für 12 €")).isEqualTo("\"web-1 für 12 €\"");
    }

    @Test
    void text_that_moves_a_cursor_or_turns_a_line_round_is_escaped() {
        assertThat(Quoted.of("a\u001b[2Jb\r\nc\u202ed\u2028\""))
                .isEqualTo("\"a\\u{1b}[2Jb\\u{d}\\u{a}c\\u{202e}d\\u{2028}\\u{22}\"");
    }

    @Test
    void long_text_is_cut_and_says_so() {
        assertThat(Quoted.of("x".repeat(81))).isEqualTo("\"" + "x".repeat(80) + "...\"");
        assertThat(Quoted.of("\ud83d\ude00".repeat(100)))
                .startsWith("\"\ud83d\ude00")
                .endsWith("...\"");
    }
}
