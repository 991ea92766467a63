package sallyport.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sallyport.db.HistoryRecord;

class FormulaGuardTest {

    private static final String TRICKS =
            "=+-@\t\r\n ,;\"'\u00a0\u2003\u202f\u200b\ufeff\u0000\u000b\f\u0085\u2028\u2029\uff1d\uff20aZ0";

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            quoteCharacter = '`',
            value = {
                "fix disk,fix disk",
                "=1+1,'=1+1",
                "+49,'+49",
                "-rf,'-rf",
                "@SUM(A1),'@SUM(A1)",
                "  =1,'  =1",
                "a=1,a=1",
                "'=1,'=1",
            })
    void a_cell_that_begins_a_formula_gets_an_apostrophe(String cell, String guarded) {
        assertThat(FormulaGuard.guard(cell)).isEqualTo(guarded);
    }

    @Test
    void spaces_of_any_kind_do_not_hide_a_formula() {
        assertThat(FormulaGuard.guard("\u00a0=1")).isEqualTo("'\u00a0=1");
        assertThat(FormulaGuard.guard("\u200b\ufeff \uff1d1")).isEqualTo("'\u200b\ufeff \uff1d1");
        assertThat(FormulaGuard.guard("\t=1")).isEqualTo("'\t=1");
    }

    @Test
    void each_line_of_a_cell_is_guarded() {
        assertThat(FormulaGuard.guard("ok\n=1\r\n  -2\nfine")).isEqualTo("ok\n'=1\r\n'  -2\nfine");
        assertThat(FormulaGuard.guard("")).isEmpty();
    }

    @Test
    void any_export_parses_back_to_the_same_rows_and_no_line_begins_a_formula() throws Exception {
        Random random = new Random(34);
        for (int round = 0; round < 300; round++) {
            List<HistoryRecord> records = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                records.add(Rows.event(text(random), text(random)));
            }
            StringWriter csv = new StringWriter();
            CsvHistory writer = new CsvHistory(csv);
            for (HistoryRecord record : records) {
                writer.write(record);
            }
            writer.flush();

            List<CSVRecord> rows = parse(csv.toString());
            assertThat(rows.getFirst().toList()).isEqualTo(HistoryColumns.NAMES);
            assertThat(rows).hasSize(1 + records.size());
            for (int i = 0; i < records.size(); i++) {
                List<String> expected = HistoryColumns.NAMES.stream()
                        .map(HistoryColumns.of(records.get(i))::get)
                        .map(v -> v == null ? "" : FormulaGuard.guard(v.toString()))
                        .toList();
                assertThat(rows.get(i + 1).toList()).isEqualTo(expected);
                expected.forEach(FormulaGuardTest::beginsNoFormula);
            }
        }
    }

    /** Written from the words of the threat, apart from the guard. */
    private static void beginsNoFormula(String cell) {
        for (String line : cell.split("[\\n\\r\\x0b\\f\\u0085\\u2028\\u2029]", -1)) {
            String visible = line.replaceAll("^[ \\u00a0\\u2003\\u202f\\u200b\\ufeff\\x00]+", "");
            assertThat(visible).doesNotMatch("(?s)^[=+\\-@\\t\\uff1d\\uff0b\\uff0d\\uff20].*");
        }
        assertThat(cell).doesNotStartWith("\r");
    }

    private static List<CSVRecord> parse(String csv) throws Exception {
        try (CSVParser parser = CSVParser.parse(new StringReader(csv), CSVFormat.RFC4180)) {
            return parser.getRecords();
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            if (random.nextInt(4) > 0) {
                text.append(TRICKS.charAt(random.nextInt(TRICKS.length())));
            } else {
                text.appendCodePoint(random.ints(1, 0x110000)
                        .filter(c -> Character.isDefined(c) && (c < 0xd800 || c > 0xdfff))
                        .findFirst()
                        .orElseThrow());
            }
        }
        return text.toString();
    }
}
