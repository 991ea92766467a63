package sallyport.recorder.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryFilterTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^[[c",
                "^[[0c",
                "^[[>c",
                "^[[>0c",
                "^[[=c",
                "^[Z",
                "^[[5n",
                "^[[6n",
                "^[[?6n",
                "^[[?996n",
                "^[[0;6n",
                "^[[?2026$p",
                "^[[4$p",
                "^[P$qm^[\\",
                "^[P+q544e^[\\",
                "^[[>q",
                "^[[>0q",
                "^[[11t",
                "^[[13t",
                "^[[14t",
                "^[[14;2t",
                "^[[15t",
                "^[[16t",
                "^[[18t",
                "^[[19t",
                "^[[20t",
                "^[[21t",
                "^[[3;0;0t",
                "^[[8;30;100t",
                "^[[36t",
                "^[]4;1;?^G",
                "^[]4;1;#fff;2;?^G",
                "^[]5;0;?^[\\",
                "^[]10;?^G",
                "^[]11;?^[\\",
                "^[]10;#000;?^G",
                "^[]19;?^G",
                "^[]12;?^G",
                "^[]52;c;aGVsbG8=^G",
                "^[]52;c;?^[\\",
                "^[]052;c;aGVsbG8=^G",
                "^[[?u",
                "^E",
                "^[[1;1;1;1;2;2*y",
                "^[[1$w",
                "^[[2$w",
                "^[_Ga=q,i=1;AAAA^[\\",
                "^[]21;fg=?^G",
                "^[]22;?^G",
                "^[]1337;File=:AAAA^G",
                "^[]777;notify;a;b^G",
                "^[]9;text^G",
                "^[]99;;text^G",
                "^[[x",
                "^[[1x",
                "^[[5i",
                "^[[?5i",
                "^[[4;1y",
                "^[[?4m",
                "^[[?1;1;0S",
                "^[[#R",
                "^[[1;1;2;2#|",
                "^[[1'|",
                "^[[+x",
                "^[[&u",
                "^[[\"v",
                "^[[?2048h",
                "^[[?2031h",
                "^[Ptmux;^[^[[6n",
                "^[P1|17/41^[\\",
                "^[P+p544e=41^[\\",
                "^[Xtext^[\\",
                "^[^^text^[\\",
                "^[]50;?^G",
                "^[]3;?name^G",
                "^[]l^G",
                "^[]^G",
                "^[]60^G"
            })
    void what_asks_or_acts_is_removed_and_the_text_around_it_stays(String sequence) {
        assertThat(texts("before " + raw(sequence) + "after ü")).containsOnly("before after ü");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "^[[1;31mred^[[m",
                "^[[38:2::1:2:3m",
                "^[[2J^[[H",
                "^[[?1049h",
                "^[[?25l",
                "^[[?1000;1006h",
                "^[[4h",
                "^[[22;0t",
                "^[[23;0t",
                "^[]0;title ü?^G",
                "^[]2;title^[\\",
                "^[]7;file:///tmp^G",
                "^[]8;;https://example.org/?q^[\\text^[]8;;^[\\",
                "^[]133;A^G",
                "^[]4;1;rgb:1/2/3^G",
                "^[]10;#fff^[\\",
                "^[]104^G",
                "^[]104;1^G",
                "^[]112^G",
                "^[]22;pointer^G",
                "^[7^[8^[M",
                "^[(0lqk^[(B",
                "^[#8",
                "^[c",
                "^[=^[>",
                "^[[>1u",
                "^[[<u",
                "^[[=1;2u",
                "^[[>4;2m",
                "^[[>4m",
                "^[[2 q",
                "^[[!p",
                "^[[1;5r",
                "^[[?69h^[[1;5s",
                "^[[s^[[u",
                "^[[5b",
                "^[[1\"q",
                "^[[?1c",
                "^[[2;1;1;5;5$r",
                "^[P0;0;0q\"1;1;1;1#0~~^[\\",
                "^[P=1s^[\\",
                "^[[?2026h",
                "a^Mb^Jc^Hd^Ie^Gf",
                "café 漢字 😀",
                "^[ F"
            })
    void what_draws_passes_byte_for_byte(String sequence) {
        assertThat(texts(raw(sequence))).containsOnly(raw(sequence));
    }

    @Test
    void plain_text_is_not_even_copied() {
        byte[] text = bytes("a line of text, with é and 漢\r\n");

        assertThat(new QueryFilter().filter(text, 0, text.length)).isSameAs(text);
    }

    @Test
    void controls_inside_a_removed_sequence_still_act() {
        assertThat(texts(raw("a^[[6^M^Jnb"))).containsOnly("a\r\nb");
    }

    @Test
    void other_modes_of_the_same_sequence_are_kept() {
        assertThat(texts(raw("^[[?1049;2048;25h"))).containsOnly(raw("^[[?1049;25h"));
    }

    @Test
    void eight_bit_controls_ask_no_questions_either() {
        assertThat(texts("a\u009b6nb\u009ac\u009d52;c;QUJD\u009cd\u0090$qm\u009ce"))
                .allSatisfy(text -> assertThat(text.replace("\u009c", "")).isEqualTo("abcde"));
    }

    @Test
    void nothing_hides_in_a_string_that_is_cut_short() {
        assertThat(texts(raw("^[]2;title^[[6nmore"))).containsOnly(raw("^[]2;title^[\\more"));
        assertThat(texts(raw("^[]52;c;x^[[6nmore"))).containsOnly("more");
        assertThat(texts(raw("^[]2;ti^Etle^Gmore"))).containsOnly(raw("^[]2;title^Gmore"));
    }

    @Test
    void a_sequence_too_long_to_be_judged_is_removed() {
        QueryFilter filter = new QueryFilter();
        byte[] zeros = bytes("0".repeat(100_000));
        for (String opening : List.of("\u001b[", "\u001b]4;", "\u001b]52;", "\u001b]0", "\u001bP", "\u001b_G")) {
            assertThat(filter.filter(bytes(opening), 0, opening.length())).isEmpty();
            assertThat(filter.filter(zeros, 0, zeros.length)).isEmpty();
            String end = opening.equals("\u001b[") ? "n" : "n\u001b\\";
            assertThat(filter.filter(bytes(end + "ok"), 0, end.length() + 2)).isEqualTo(bytes("ok"));
        }
    }

    @Test
    void whatever_passes_makes_no_terminal_answer() {
        Random random = new Random(20);
        String[] parts = {
            "\u001b",
            "\u001b[6n",
            "\u001b[c",
            "\u001b]11;?\u0007",
            "[",
            "]",
            "P",
            "_",
            "?",
            ">",
            "=",
            "6",
            "n",
            "c",
            "5",
            "2",
            "4",
            ";",
            "$",
            "q",
            "p",
            "u",
            "t",
            "18",
            "\u0005",
            "\u0018",
            "\u0007",
            "\\",
            "x",
            "\u009b",
            "\u009c",
            "\u009d",
            "漢",
            "\n",
            "10;?",
            "1",
            "\u001b[",
            "\u001b]",
            "\u001bP",
            "\u001b\\",
            " ",
            "*y",
            "Z"
        };
        int asked = 0;
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(24); i >= 0; i--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            byte[] bytes = bytes(text.toString());
            asked += answers(bytes).isEmpty() ? 0 : 1;
            byte[] passed = filtered(bytes, random.nextInt(1, bytes.length + 1));
            assertThat(answers(passed))
                    .as(text.toString().replace('\u001b', '^'))
                    .isEmpty();
        }
        assertThat(asked).isGreaterThan(500);
    }

    private static List<String> answers(byte[] bytes) {
        List<String> answers = new ArrayList<>();
        Screen screen = new Screen(20, 5);
        screen.answerTo(answer -> answers.add(new String(answer, StandardCharsets.US_ASCII)));
        screen.feed(bytes);
        return answers;
    }

    /** What is left, for each way to cut the text. */
    private static List<String> texts(String text) {
        byte[] bytes = bytes(text);
        List<String> texts = new ArrayList<>();
        for (int piece = 1; piece <= bytes.length; piece++) {
            texts.add(new String(filtered(bytes, piece), StandardCharsets.UTF_8));
        }
        return texts;
    }

    private static byte[] filtered(byte[] bytes, int piece) {
        QueryFilter filter = new QueryFilter();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < bytes.length; at += piece) {
            out.writeBytes(filter.filter(bytes, at, Math.min(piece, bytes.length - at)));
        }
        return out.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** {@code ^X} is a control character, and {@code ^^} one circumflex. */
    private static String raw(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '^') {
                i++;
                out.append(text.charAt(i) == '^' ? '^' : (char) (text.charAt(i) & 0x1f));
            } else {
                out.append(text.charAt(i));
            }
        }
        return out.toString();
    }
}
