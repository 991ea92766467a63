package sallyport.bastion.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import sallyport.admin.Inert;

/** Hostile text in everything that prints: {@link Printable}, {@link Table}, {@link Card}, {@link JsonText}. */
class PrintableTest {

    @ParameterizedTest
    @MethodSource("sallyport.bastion.console.Hostile#texts")
    void hostile_text_is_inert_and_stays_so(String text) {
        String inert = Inert.of(text);

        assertThat(inert.codePoints().filter(c -> c == '\n' || c == '\r')).isEmpty();
        assertThat(Hostile.isInert(inert)).as(inert).isTrue();
        assertThat(Inert.of(inert)).isEqualTo(inert);
    }

    @ParameterizedTest
    @MethodSource("sallyport.bastion.console.Hostile#texts")
    void hostile_text_neither_breaks_a_table_nor_leaves_its_cell(String text) {
        Table table = new Table("A", "B").row(text, "end").row("x", text);

        List<String> lines = table.lines(Optional.empty());
        List<String> fitted = table.lines(Optional.of(30));

        assertThat(lines).hasSize(3).allMatch(Hostile::isInert);
        assertThat(fitted).hasSize(3).allMatch(Hostile::isInert).allMatch(l -> Printable.columns(l) <= 30);
        assertThat(new Card().line("why", text).lines()).hasSize(1).allMatch(Hostile::isInert);
    }

    @ParameterizedTest
    @MethodSource("sallyport.bastion.console.Hostile#texts")
    void json_says_exactly_the_text_in_plain_ascii(String text) {
        String json = JsonText.of(Map.of("why", text));

        assertThat(json.codePoints()).allMatch(c -> c >= 0x20 && c < 0x80);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "plain|plain",
                "a\033[1;31mb|a\033[1;31mb\033[0m",
                "\033[38:2::1:2:3mx\033[m|\033[38:2::1:2:3mx\033[m\033[0m",
                "\033[31mx\033[2Jy|\033[31mx\\u{1b}[2Jy\033[0m",
                "\033[1\033[31mx|\\u{1b}[1\033[31mx\033[0m",
                "\033]0;t\007\033[7m|\\u{1b}]0;t\\u{7}\033[7m\033[0m",
            })
    void colours_stay_where_they_were_asked_for_and_end_with_the_line(String text, String inert) {
        assertThat(Printable.coloured(text)).isEqualTo(inert);
    }

    @ParameterizedTest
    @MethodSource("sallyport.bastion.console.Hostile#texts")
    void hostile_text_between_colours_is_inert(String text) {
        String shown = Printable.coloured("\033[31m" + text + "\033[0m");

        assertThat(Hostile.isInert(shown.replaceAll("\033\\[[0-9;:]*m", "")))
                .as(shown)
                .isTrue();
    }

    @Test
    void text_in_any_script_stays_as_it_was() {
        for (String text : List.of("añadir índice", "дать доступ", "ディスクが一杯", "été à Noël", "ok 👍", "a\\b")) {
            assertThat(Inert.of(text)).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "abc, 3, abc",
        "abcd, 3, ab…",
        "abcd, 1, …",
        "abcd, 0, ''",
        "日本語, 6, 日本語",
        "日本語, 5, 日本…",
        "日本語, 4, 日…",
        "日本語, 2, …",
        "e\u0301e\u0301e\u0301, 2, e\u0301…"
    })
    void text_is_cut_by_columns(String text, int columns, String cut) {
        assertThat(Printable.cut(text, columns)).isEqualTo(cut);
        assertThat(Printable.columns(cut)).isLessThanOrEqualTo(columns);
    }

    @Test
    void columns_line_up_also_with_wide_characters_and_empty_columns_are_left_out() {
        Table table = new Table("NAME", "NOTHING", "WHY").row("日本", "", "x").row("longer", "", "y");

        assertThat(table.lines(Optional.empty())).containsExactly("NAME    WHY", "日本    x", "longer  y");
    }

    @Test
    void the_widest_column_is_cut_first() {
        Table table = new Table("ID", "WHY", "AGE").row("7F3K", "INC-42 disk filling, rotate postgres logs", "3 m ago");

        assertThat(table.lines(Optional.of(30)))
                .containsExactly("ID    WHY              AGE", "7F3K  INC-42 disk fi…  3 m ago");
    }

    @Test
    void a_table_fits_the_tiniest_terminal() {
        Table table = new Table("ID", "WHY", "AGE").row("7F3K", "INC-42", "3 m ago");

        for (int columns = 1; columns < 20; columns++) {
            int limit = columns;
            assertThat(table.lines(Optional.of(limit))).allMatch(l -> Printable.columns(l) <= limit);
        }
    }

    @Test
    void without_a_terminal_nothing_is_cut() {
        String why = "w".repeat(500);

        assertThat(new Table("WHY").row(why).lines(Optional.empty())).containsExactly("WHY", why);
    }
}
