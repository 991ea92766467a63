package sallyport.bastion.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyboardTest {

    private final FakeTerminal client = FakeTerminal.xterm();
    private final Keyboard keyboard = new Keyboard(client.channel().in());

    @ParameterizedTest
    @CsvSource({
        "[A, UP",
        "[B, DOWN",
        "[C, RIGHT",
        "[D, LEFT",
        "OA, UP",
        "OB, DOWN",
        "[H, HOME",
        "[F, END",
        "[1~, HOME",
        "[4~, END",
        "[3~, DELETE",
        "[5~, PAGE_UP",
        "[6~, PAGE_DOWN",
        "[200~, PASTE_BEGINS",
        "[201~, PASTE_ENDS",
        "[1;5C, RIGHT",
        "x, OTHER",
        "[?1;2c, OTHER"
    })
    void sequences_of_keys_are_understood(String sequence, Key.Named key) {
        client.type("\033" + sequence + "z");

        assertThat(keyboard.next()).isEqualTo(key);
        assertThat(keyboard.next()).isEqualTo(new Key.Typed('z'));
    }

    @Test
    void a_lone_escape_is_escape() {
        client.type("\033");

        assertThat(keyboard.next()).isEqualTo(Key.Named.ESCAPE);
    }

    @Test
    void characters_beyond_ascii_are_one_key() {
        client.type("é語👍");

        assertThat(keyboard.next()).isEqualTo(new Key.Typed('é'));
        assertThat(keyboard.next()).isEqualTo(new Key.Typed('語'));
        assertThat(keyboard.next()).isEqualTo(new Key.Typed(0x1f44d));
    }

    @Test
    void a_hung_up_line_is_gone_also_within_a_sequence() {
        client.type("\033[").hangUp();

        assertThat(keyboard.next()).isEqualTo(Key.Named.GONE);
    }

    @Test
    void an_endless_sequence_is_given_up() {
        client.type("\033[" + "1".repeat(1000));

        assertThat(keyboard.next()).isEqualTo(Key.Named.OTHER);
        assertThat(client.unread().length()).isGreaterThan(900);
    }
}
