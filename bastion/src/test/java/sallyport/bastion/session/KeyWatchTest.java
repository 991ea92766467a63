package sallyport.bastion.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.policy.DetachKey;

class KeyWatchTest {

    private boolean fullScreen;
    private final KeyWatch usual = new KeyWatch(DetachKey.USUAL, () -> fullScreen);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\034d",
                "\033[92;5ud",
                "\033[92;5u\033[100u",
                "\033[92;5u\033[100;1u",
                "\033[92::92;5:1ud",
                "\033[92;69ud",
                "\033[92;133ud",
                "\033[92;197:1u\033[92;197:3ud",
                "\033[92;5:2ud",
                "\033[27;5;92~d",
                "\033[57442;5u\033[92;5u\033[57442;1:3u\033[100u"
            })
    void the_key_is_known_in_every_form(String typed) {
        String passed = typed.startsWith("\033[57442") ? "\033[57442;5u" : "";
        assertThat(read(usual, typed)).isEqualTo(passed + "<DETACH>");
        assertThat(usual.patience()).isEmpty();
    }

    @Test
    void the_key_is_known_however_it_is_split() {
        String typed = "ab\033[92;5ud";
        for (int cut = 1; cut < typed.length(); cut++) {
            KeyWatch watch = new KeyWatch(DetachKey.USUAL, () -> false);
            String seen = read(watch, typed.substring(0, cut)) + read(watch, typed.substring(cut));
            // Behind ESC or ESC [ alone nothing is held back, so a key cut there is the program's.
            boolean inIntroducer = cut == 3 || cut == 4;
            assertThat(seen).as("cut at %d", cut).isEqualTo(inIntroducer ? typed : "ab<DETACH>");
        }
    }

    @ParameterizedTest
    @CsvSource({"i,INFO", "w,KEYBOARD", "r,REDRAW", "?,HELP"})
    void other_keys_behind_the_prefix_mean_other_things(String second, String wish) {
        assertThat(read(usual, "\034" + second)).isEqualTo("<" + wish + ">");
    }

    @Test
    void twice_is_once_for_the_program() {
        assertThat(read(usual, "\034\034x")).isEqualTo("\034x");
        assertThat(read(usual, "\033[92;5u\033[92;5ux")).isEqualTo("\033[92;5ux");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\034\016",
                "\034x",
                "\034\033[A",
                "\034\r",
                "\033[92;5u\033[A",
                "\033[92;6u",
                "\033[92;7u",
                "\034\033"
            })
    void any_other_key_behind_it_releases_both(String typed) {
        assertThat(read(usual, typed)).isEqualTo(typed);
        assertThat(usual.held()).isZero();
    }

    @Test
    void what_is_held_goes_to_the_program_when_nothing_follows() {
        assertThat(read(usual, "\034")).isEmpty();
        assertThat(usual.patience()).contains(KeyWatch.SECOND_KEY);
        assertThat(text(usual.lapse())).isEqualTo("\034");
        assertThat(usual.held()).isZero();
        assertThat(read(usual, "d")).isEqualTo("d");
    }

    @Test
    void escape_alone_never_waits() {
        assertThat(read(usual, "\033")).isEqualTo("\033");
        assertThat(read(usual, ":wq\r")).isEqualTo(":wq\r");
    }

    @Test
    void nothing_inside_a_bracketed_paste_is_a_key() {
        String paste = "\033[200~a\034d\033[92;5ud\033[201~";
        assertThat(read(usual, paste)).isEqualTo(paste);
        assertThat(read(usual, "\034d")).isEqualTo("<DETACH>");
    }

    @Test
    void a_paste_ends_where_it_ends_however_it_is_split() {
        String paste = "\033[200~a\034d\033[201~";
        for (int cut = 1; cut < paste.length(); cut++) {
            KeyWatch watch = new KeyWatch(DetachKey.USUAL, () -> false);
            String seen =
                    read(watch, paste.substring(0, cut)) + text(watch.lapse()) + read(watch, paste.substring(cut));
            assertThat(seen).as("cut at %d", cut).isEqualTo(paste);
            assertThat(read(watch, "\034d")).as("cut at %d", cut).isEqualTo("<DETACH>");
        }
    }

    @Test
    void ctrl_d_on_an_empty_line_leaves_and_the_second_one_is_the_programs() {
        KeyWatch watch = new KeyWatch(DetachKey.parse("ctrl-d"), () -> fullScreen);
        assertThat(read(watch, "ls\r\004")).isEqualTo("ls\r<LEAVING>");
        assertThat(read(watch, "\004")).isEqualTo("\004");
        assertThat(read(watch, "\004")).isEqualTo("<LEAVING>");
        assertThat(watch.patience()).contains(KeyWatch.SECOND_CTRL_D);
        assertThat(text(watch.lapse())).isEqualTo("<DETACH>");
    }

    @Test
    void ctrl_d_behind_something_typed_or_in_a_full_screen_program_is_the_programs() {
        KeyWatch watch = new KeyWatch(DetachKey.parse("ctrl-d"), () -> fullScreen);
        assertThat(read(watch, "cat\004")).isEqualTo("cat\004");
        fullScreen = true;
        assertThat(read(watch, "\004")).isEqualTo("\004");
    }

    @Test
    void another_key_may_be_set_and_none() {
        assertThat(read(new KeyWatch(DetachKey.parse("ctrl-]"), () -> false), "\034d\035d\033[93;5ud"))
                .isEqualTo("\034d<DETACH><DETACH>");
        assertThat(read(new KeyWatch(DetachKey.parse("ctrl-a"), () -> false), "\001d\033[97;5ud"))
                .isEqualTo("<DETACH><DETACH>");
        assertThat(read(new KeyWatch(DetachKey.NONE, () -> false), "\034d")).isEqualTo("\034d");
    }

    @Test
    void whatever_is_typed_without_the_key_reaches_the_program_unchanged() {
        Random random = new Random(7);
        String parts = "abc\r\033[;0123456789~uA\177\t";
        for (int round = 0; round < 20_000; round++) {
            KeyWatch watch = new KeyWatch(DetachKey.USUAL, () -> false);
            StringBuilder typed = new StringBuilder();
            StringBuilder seen = new StringBuilder();
            for (int chunk = 0; chunk < 4; chunk++) {
                StringBuilder some = new StringBuilder();
                for (int i = random.nextInt(12); i > 0; i--) {
                    some.append(parts.charAt(random.nextInt(parts.length())));
                }
                typed.append(some);
                seen.append(read(watch, some.toString()));
            }
            seen.append(text(watch.lapse()));
            if (!typed.toString().contains("92") && !seen.toString().contains("<")) {
                assertThat(seen).hasToString(typed.toString());
            }
            assertThat(watch.held()).isZero();
        }
    }

    private static String read(KeyWatch watch, String typed) {
        return text(watch.read(typed.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static String text(List<KeyWatch.Typed> all) {
        StringBuilder text = new StringBuilder();
        for (KeyWatch.Typed typed : all) {
            switch (typed) {
                case KeyWatch.Pass pass -> text.append(new String(pass.bytes, StandardCharsets.ISO_8859_1));
                case KeyWatch.Pressed(KeyWatch.Wish wish) ->
                    text.append('<').append(wish).append('>');
            }
        }
        return text.toString();
    }
}
