package sallyport.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlFilterTest {

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String filtered(ControlFilter filter, String text) {
        return new String(filter.filter(bytes(text)), StandardCharsets.UTF_8);
    }

    /** In the table, E stands for ESC, B for BEL, and so on; see {@link #spelt}. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        plain text            | plain text                 | plain text
        <E>[31mred<E>[0m      | <E>[31mred<E>[0m           | red
        <E>[1;38:5:9mx        | <E>[1;38:5:9mx             | x
        <E>[mx                | <E>[mx                     | x
        a<E>[2J<E>[1;1Hb      | ab                         | ab
        <E>[?25lx<E>[?2004hy  | xy                         | xy
        <E>[>4;1mx            | x                          | x
        <E>[3 mx              | x                          | x
        <E>[1<2mx             | x                          | x
        <E>[2147483648mx      | x                          | x
        <E>]0;title<B>x       | x                          | x
        <E>]52;c;cm0=<E>\\x   | x                          | x
        <E>]8;;http://a<E>\\l | l                          | l
        <E>Pq#0<B>~<E>\\x     | x                          | x
        <E>_G a=T<E>\\x       | x                          | x
        <E>^pm<E>\\x          | x                          | x
        <E>Xsos<E>\\x         | x                          | x
        <E>(Bx<E>7y<E>cz      | xyz                        | xyz
        <E>]Rx                | x                          | x
        <E>]P0123456x         | x                          | x
        <E>[31<C>mx           | mx                         | mx
        <E>]0;a<C>x           | x                          | x
        <E>[3<N>1mx           | <N><E>[31mx                | <N>x
        <E>]0;a<E>[31mx       | <E>[31mx                   | x
        <9b>31mx              | <E>[31mx                   | x
        <9d>0;t<9c>x          | x                          | x
        <90>q<9c>x<85>y       | xy                         | xy
        é€😀                  | é€😀                       | é€😀
        <E>[3é1m              | é1m                        | é1m
        <E>]0;é€<B>x          | x                          | x
        a<8>b<B>c<0>d<7f>e    | abcde                      | abcde
        <E>[0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0mx | x | x
        """)
    void sequences_go_and_text_stays(String given, String withColours, String plain) {
        assertThat(filtered(ControlFilter.keepingColours(), spelt(given))).isEqualTo(spelt(withColours));
        assertThat(filtered(ControlFilter.plain(), spelt(given))).isEqualTo(spelt(plain));
        ControlFilter oneByOne = ControlFilter.keepingColours();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte b : spelt(given).getBytes(StandardCharsets.UTF_8)) {
            out.writeBytes(oneByOne.filter(ByteBuffer.wrap(new byte[] {b})));
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(spelt(withColours));
    }

    private static String spelt(String text) {
        return text.replace("<E>", "\u001b")
                .replace("<B>", "\u0007")
                .replace("<C>", "\u0018")
                .replace("<N>", "\n")
                .replace("<0>", "\u0000")
                .replace("<8>", "\b")
                .replace("<7f>", "\u007f")
                .replace("<85>", "\u0085")
                .replace("<90>", "\u0090")
                .replace("<9b>", "\u009b")
                .replace("<9c>", "\u009c")
                .replace("<9d>", "\u009d");
    }

    @Test
    void bytes_that_are_no_text_go() {
        byte[] bytes = {
            'a',
            (byte) 0xff,
            'b',
            (byte) 0xe2,
            (byte) 0x82,
            'c',
            (byte) 0x9b,
            '3',
            '1',
            'm',
            (byte) 0xc3,
            (byte) 0xc3,
            (byte) 0xa9
        };
        assertThat(new String(ControlFilter.plain().filter(ByteBuffer.wrap(bytes)), StandardCharsets.UTF_8))
                .isEqualTo("abc31mé");
    }

    @Test
    void whatever_comes_in_only_harmless_text_comes_out() throws CharacterCodingException {
        Random random = new Random(42);
        byte[] alphabet = "\u001b\u001b\u001b[]P^_X\\0123;:?> m\u0007\n\r\tabc\u009b\u009d\u009cé€"
                .getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 300; round++) {
            byte[] bytes = new byte[random.nextInt(4000)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] =
                        random.nextInt(8) == 0 ? (byte) random.nextInt(256) : alphabet[random.nextInt(alphabet.length)];
            }
            ControlFilter filter = ControlFilter.keepingColours();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (int from = 0; from < bytes.length; ) {
                int length = Math.min(bytes.length - from, random.nextInt(100) + 1);
                out.writeBytes(filter.filter(ByteBuffer.wrap(bytes, from, length)));
                from += length;
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(out.toByteArray()))
                    .toString();
            assertThat(text.replaceAll("\u001b\\[[0-9;:]*m", "")).matches("[\\n\\r\\t\\x20-\\x7e\\xa0-\\x{10ffff}]*");
            // Filtering again changes nothing.
            assertThat(ControlFilter.keepingColours().filter(ByteBuffer.wrap(out.toByteArray())))
                    .isEqualTo(out.toByteArray());
        }
    }

    @Test
    void an_endless_sequence_costs_neither_memory_nor_time() {
        ControlFilter filter = ControlFilter.keepingColours();
        byte[] digits = "9".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        filter.filter(bytes("\u001b["));
        for (int i = 0; i < 64; i++) {
            assertThat(filter.filter(ByteBuffer.wrap(digits))).isEmpty();
        }
        assertThat(filtered(filter, "mstill here")).isEqualTo("still here");
    }
}
