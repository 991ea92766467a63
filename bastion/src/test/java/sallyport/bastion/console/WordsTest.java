package sallyport.bastion.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WordsTest {

    static Stream<Arguments> lines() {
        return Stream.of(
                Arguments.of("", List.of()),
                Arguments.of("  \t ", List.of()),
                Arguments.of("session  list", List.of("session", "list")),
                Arguments.of("a 'b c' d", List.of("a", "b c", "d")),
                Arguments.of("a \"b c\" d", List.of("a", "b c", "d")),
                Arguments.of("--reason=\"b c\"", List.of("--reason=b c")),
                Arguments.of("--reason='b c'", List.of("--reason=b c")),
                Arguments.of("'it'\\''s'", List.of("it's")),
                Arguments.of("\"a\\\"b\\\\c\\d\"", List.of("a\"b\\c\\d")),
                Arguments.of("a\\ b", List.of("a b")),
                Arguments.of("''", List.of("")),
                Arguments.of("it's broken", List.of("it's", "broken")),
                Arguments.of("it's bob's", List.of("it's", "bob's")),
                Arguments.of("'tis broken", List.of("'tis", "broken")),
                Arguments.of("5\" disk", List.of("5\"", "disk")),
                Arguments.of("regex \\d+ C:\\temp end\\", List.of("regex", "\\d+", "C:\\temp", "end\\")),
                Arguments.of(
                        "$(id) `id` $HOME ~ * a|b >x ;ls &",
                        List.of("$(id)", "`id`", "$HOME", "~", "*", "a|b", ">x", ";ls", "&")),
                Arguments.of("one\ntwo", List.of("one", "two")));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void a_line_is_split_as_the_user_of_ssh_meant_it(String line, List<String> words) {
        assertThat(Words.of(line)).extracting(Words.Word::text).containsExactlyElementsOf(words);
    }

    @Test
    void a_quoted_word_is_never_an_option() {
        assertThat(Words.of("--yes '--yes' -- --- -y"))
                .extracting(Words.Word::isOption)
                .containsExactly(true, false, false, false, false);
    }
}
