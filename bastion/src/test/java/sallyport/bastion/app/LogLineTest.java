package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LogLineTest {

    static String[][] texts() {
        return new String[][] {
            {"plain ä 中", "plain ä 中"},
            {"two\nlines\r", "two\\nlines\\u000d"},
            {"\u001b[2J\u0000\u009b", "\\u001b[2J\\u0000\\u009b"},
            {"\u2028\u2029\u202e\u0085", "\\u2028\\u2029\\u202e\\u0085"},
            {"\\n", "\\\\n"},
        };
    }

    @ParameterizedTest
    @MethodSource("texts")
    void a_message_is_one_line_that_cannot_be_forged(String text, String line) {
        assertThat(LogLine.escape(text)).isEqualTo(line);
    }

    @Test
    void a_huge_message_is_cut_with_a_mark() {
        assertThat(LogLine.escape("x".repeat(1 << 20)))
                .hasSizeLessThan(LogLine.LONGEST + 40)
                .endsWith("x [cut, " + ((1 << 20) - LogLine.LONGEST) + " more]");
    }
}
