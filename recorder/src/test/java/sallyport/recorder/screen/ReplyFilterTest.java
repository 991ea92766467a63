package sallyport.recorder.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyFilterTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^[[24;80R",
                "^[[2;5R",
                "^[[1;1R",
                "^[[1;17R",
                "^[[?24;80R",
                "^[[?24;80;1R",
                "^[[?62;22c",
                "^[[>41;354;0c",
                "^[[=1c",
                "^[[?2026;2$y",
                "^[[4;2$y",
                "^[[0n",
                "^[[3n",
                "^[[?997;1n",
                "^[P1$r0m^[\\",
                "^[P0$r^[\\",
                "^[P1+r544e=787465726d^[\\",
                "^[P>|XTerm(390)^[\\",
                "^[P!|00000000^[\\",
                "^[P1!~FFFF^[\\",
                "^[]11;rgb:0000/0000/0000^[\\",
                "^[]4;1;rgb:cdcd/0000/0000^G",
                "^[]52;c;aGVsbG8=^G",
                "^[[?1u",
                "^[[?0u",
                "^[[8;24;80t",
                "^[[4;600;800t",
                "^[[48;24;80;600;800t",
                "^[[?1;0;256S",
                "^[[>4;2m",
                "^[[2;1;1;112;112;1;0x",
                "^[_Gi=1;OK^[\\"
            })
    void answers_of_a_terminal_are_removed_and_the_keys_around_them_stay(String answer) {
        byte[] bytes = raw("ls" + answer + "^M");

        assertThat(filtered(bytes, bytes.length)).isEqualTo("ls\r");
        for (int cut = 5; cut < bytes.length; cut++) {
            assertThat(cut(bytes, cut)).as("cut at %d", cut).isEqualTo("ls\r");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text",
                "^C^D^Z",
                "^[",
                "^[^[",
                "^[[A",
                "^[OA",
                "^[OP",
                "^[OR",
                "^[[R",
                "^[[1;2R",
                "^[[1;16R",
                "^[[1;5S",
                "^[[13~",
                "^[[15;2~",
                "^[[200~",
                "^[[Z",
                "^[[97;5u",
                "^[[27;5;97~",
                "^[[I",
                "^[[O",
                "^[[<0;10;20M",
                "^[[<0;10;20m",
                "^[[<64;1;1M",
                "^[[M !!",
                "^[[32;10;20M",
                "^[P",
                "^[]",
                "^[_",
                "^[Pa",
                "^[P1a",
                "^[]a",
                "^[]1x",
                "^[];",
                "^[_x",
                "^[a",
                "^[[",
                "^[[[A",
                "café 漢",
                "^[[1;5A",
                "^[^[[A",
                "^[[57399;1:3u",
                "^[[c"
            })
    void keys_and_the_mouse_pass_however_they_are_cut(String keys) {
        byte[] bytes = raw(keys);

        for (int piece = 1; piece <= bytes.length; piece++) {
            assertThat(filtered(bytes, piece)).isEqualTo(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"^[", "^[[", "^[]", "^[P", "^[_", "^[O"})
    void what_may_be_a_key_by_itself_is_not_held_back(String key) {
        ReplyFilter filter = new ReplyFilter();
        byte[] bytes = raw(key);

        assertThat(filter.filter(bytes, 0, bytes.length)).isEqualTo(bytes);
        assertThat(filter.held()).isZero();
        assertThat(filter.rest()).isEmpty();
    }

    @Test
    void an_answer_whose_beginning_passed_as_a_key_loses_the_rest() {
        byte[] bytes = raw("^[[24;80R");

        assertThat(cut(bytes, 1)).isEqualTo("\u001b");
        assertThat(cut(bytes, 2)).isEqualTo("\u001b[");
    }

    @Test
    void half_a_sequence_waits_and_is_let_go_on_demand() {
        ReplyFilter filter = new ReplyFilter();
        byte[] half = raw("a^[[24;");

        assertThat(filter.filter(half, 0, half.length)).isEqualTo(raw("a"));
        assertThat(filter.held()).isEqualTo(5);
        assertThat(filter.rest()).isEqualTo(raw("^[[24;"));
        assertThat(filter.held()).isZero();
        assertThat(filter.filter(raw("80R"), 0, 3)).isEqualTo(raw("80R"));
    }

    @Test
    void nothing_is_removed_from_a_paste() {
        String paste = "^[[200~text ^[[24;80R ^[]11;rgb:0/0/0^G ^[[201 ^[^[[201~";
        byte[] bytes = raw(paste + "^[[24;80Rx");
        String expected = new String(raw(paste + "x"), StandardCharsets.UTF_8);

        assertThat(filtered(bytes, bytes.length)).isEqualTo(expected);
        for (int cut = 3; cut <= raw(paste).length; cut++) {
            assertThat(cut(bytes, cut)).isEqualTo(expected);
        }
    }

    @Test
    void an_answer_without_an_end_does_not_swallow_what_is_typed() {
        assertThat(filtered(raw("^[P1$r0m^Cls^M"), 100)).isEqualTo("\u0003ls\r");
        assertThat(filtered(raw("^[]11;rgb:^[[Als"), 100)).isEqualTo("\u001b[Als");
        assertThat(filtered(raw("^[]11;" + "x".repeat(ReplyFilter.LONGEST_ANSWER) + "ls"), 1000))
                .isEqualTo("ls");
    }

    @Test
    void a_sequence_longer_than_any_answer_is_typed() {
        assertThat(filtered(raw("^[[" + "1".repeat(100) + "R"), 1000)).hasSize(103);
    }

    @Test
    void keys_alone_are_not_even_copied() {
        byte[] keys = raw("ls -l^M");

        assertThat(new ReplyFilter().filter(keys, 0, keys.length)).isSameAs(keys);
    }

    private static String cut(byte[] bytes, int at) {
        ReplyFilter filter = new ReplyFilter();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(filter.filter(bytes, 0, at));
        out.writeBytes(filter.filter(bytes, at, bytes.length - at));
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String filtered(byte[] bytes, int piece) {
        ReplyFilter filter = new ReplyFilter();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < bytes.length; at += piece) {
            out.writeBytes(filter.filter(bytes, at, Math.min(piece, bytes.length - at)));
        }
        out.writeBytes(filter.rest());
        return out.toString(StandardCharsets.UTF_8);
    }

    /** {@code ^X} is a control character. */
    private static byte[] raw(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            out.append(text.charAt(i) == '^' ? (char) (text.charAt(++i) & 0x1f) : text.charAt(i));
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }
}
