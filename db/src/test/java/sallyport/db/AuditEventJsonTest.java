package sallyport.db;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import sallyport.policy.audit.AuditEvent;

class AuditEventJsonTest {

    @Test
    void controls_and_line_separators_are_escapes() {
        String json = AuditEventJson.text(AuditEventJson.detail(
                new AuditEvent.LoginRefused("\u001b[2J\n\u2028\u202e\u0000ü", "unknown \"key\"")));
        assertThat(json)
                .isEqualTo(
                        "{\"user\":\"\\u001B[2J\\n\\u2028\\u202E\\u0000\\u00FC\",\"cause\":\"unknown \\\"key\\\"\"}");
        assertThat(AuditEventJson.read(json).get("user").textValue()).isEqualTo("\u001b[2J\n\u2028\u202e\u0000ü");
    }

    @Test
    void a_field_of_a_mebibyte_is_cut_and_says_so() {
        String json = AuditEventJson.text(
                AuditEventJson.detail(new AuditEvent.LoginRefused("x".repeat(1 << 20), "unknown key")));
        assertThat(json)
                .contains("xxx[cut: 1040384 of 1048576 characters]\"")
                .contains("\"cause\":\"unknown key\"")
                .hasSizeLessThan(9_000);
    }

    @Test
    void a_cut_does_not_split_a_character() {
        String text = "x".repeat(AuditEventJson.LONGEST_TEXT - 1) + "\ud83d\ude00 and more";
        assertThat(AuditEventJson.cut(text)).startsWith("x".repeat(AuditEventJson.LONGEST_TEXT - 1) + "[cut: 11 of ");
    }

    @Test
    void a_row_survives_its_journal_line() {
        AuditRow row = AuditRow.of(Samples.entry(new AuditEvent.AccessDenied("db-7\n", "root", "shell", "no \u2028")));
        byte[] line = JournalLine.encode(row.json());
        assertThat(line).containsOnlyOnce('\n').endsWith('\n');
        assertThat(JournalRow.read(JournalLine.decode(line, 0, line.length - 1).orElseThrow()))
                .isEqualTo(row);
    }

    @Test
    void any_flipped_bit_of_a_line_is_noticed() {
        byte[] line = JournalLine.encode(AuditRow.of(Samples.applied()).json());
        for (int bit = 0; bit < (line.length - 1) * 8; bit++) {
            byte[] flipped = line.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(JournalLine.decode(flipped, 0, line.length - 1))
                    .as("bit %d", bit)
                    .isEmpty();
        }
    }
}
