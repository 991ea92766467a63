package sallyport.recorder.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What functions do, on a screen of 10 by 4. In the tables, {@code ^} stands for ESC, {@code /} in what is seen for the end of
 * a row, and the two numbers are the cursor's column and row, from 0.
 */
class ScreenTest {

    private static Screen screen(String... outputs) {
        Screen screen = new Screen(10, 4);
        for (String output : outputs) {
            screen.feed(spelt(output));
        }
        return screen;
    }

    private static byte[] spelt(String text) {
        return text.replace("^", "\u001b")
                .replace("<BEL>", "\u0007")
                .replace("<BS>", "\b")
                .replace("<CR>", "\r")
                .replace("<LF>", "\n")
                .replace("<TAB>", "\t")
                .replace("<SO>", "\u000e")
                .replace("<SI>", "\u000f")
                .replace("<BAR>", "|")
                .replace("<CAN>", "\u0018")
                .replace("<ACUTE>", "\u0301")
                .replace("<VS16>", "\ufe0f")
                .replace("<ZWJ>", "\u200d")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String seen(Screen screen) {
        return String.join("/", ScreenText.screen(screen)).replaceAll("/+$", "");
    }

    private static void shows(String output, String text, String cursor) {
        Screen screen = screen(output);
        assertThat(seen(screen)).isEqualTo(text);
        assertThat(screen.cursorColumn() + "," + screen.cursorRow()).isEqualTo(cursor);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        abc                        | abc                   | 3,0
        abc<CR><LF>de              | abc/de                | 2,1
        abc<LF>de                  | abc/   de             | 5,1
        ^[20habc<LF>de             | abc/de                | 2,1
        abc<BS>x                   | abx                   | 3,0
        a<TAB>b                    | a       b             | 9,0
        1234567890                 | 1234567890            | 9,0
        1234567890a                | 1234567890/a          | 1,1
        1234567890<CR>a            | a234567890            | 1,0
        1234567890<LF>a            | 1234567890/         a | 9,1
        1234567890<BS>a            | 12345678a0            | 9,0
        ^[?7l12345678901           | 1234567891            | 9,0
        ^[?45h1234567890ab<BS><BS><BS>x | 123456789x/ab    | 9,0
        a<LF>b<LF>c<LF>d<LF>e      | ` b/  c/   d/    e`   | 5,3
        ab^[4hx^[Dy                | abyx                  | 3,0
        abc^[2D^[4hxy              | axybc                 | 3,0
        ab^[5b                     | abbbbbb               | 7,0
        ab^[m^[5b                  | ab                    | 2,0
        """)
    void text_stands_where_it_should(String output, String text, String cursor) {
        shows(output, text, cursor);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        ^[2;3Hx                    | `/  x`                | 3,1
        ^[99;99Hx                  | `///         x`       | 9,3
        ^[2;3H^[Ax                 | `  x`                 | 3,0
        ^[9B^[9Cx                  | `///         x`       | 9,3
        abc^[Dx                    | abx                   | 3,0
        abc^[2Ex                   | `abc//x`              | 1,2
        ^[3;3H^[Fx                 | `/x`                  | 1,1
        ^[5Gx^[2`y                 | ` y  x`               | 2,0
        ^[3dx                      | `//x`                 | 1,2
        ^[2ax^[2ey                 | `  x//   y`           | 4,2
        ^[Ix^[2Zy                  | y       x             | 1,0
        ^[3g<TAB>x                 | `         x`          | 9,0
        ^[3G^[g^H<CR><TAB>x        | `  x`                 | 3,0
        ab^7cd^8x                  | abxd                  | 3,0
        ab^[scd^[ux                | abxd                  | 3,0
        ^Ex                        | `/x`                  | 1,1
        a^Db                       | `a/ b`                | 2,1
        """)
    void the_cursor_goes_where_it_is_told(String output, String text, String cursor) {
        shows(output, text, cursor);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        abcdef^[3D^[Kx             | abcx                  | 4,0
        abcdef^[3D^[1Kx            | `   xef`              | 4,0
        abcdef^[3D^[2Kx            | `   x`                | 4,0
        abcdef^[3D^[2X             | abc  f                | 3,0
        a<CR><LF>bcd<CR><LF>e^[2;2H^[J   | a/b             | 1,1
        a<CR><LF>bcd<CR><LF>e^[2;2H^[1J  | `/  d/e`        | 1,1
        a<CR><LF>bcd<CR><LF>e^[2;2H^[2J  | ``              | 1,1
        abcdef^[3G^[2@             | ab  cdef              | 2,0
        abcdef^[3G^[2P             | abef                  | 2,0
        a<CR><LF>b<CR><LF>c^[2;1H^[L     | a//b/c          | 0,1
        a<CR><LF>b<CR><LF>c^[2;1H^[M     | a/c             | 0,1
        a<CR><LF>b<CR><LF>c^[S     | b/c                   | 1,2
        a<CR><LF>b<CR><LF>c^[T     | /a/b/c                | 1,2
        a<CR><LF>b^[H^M            | /a/b                  | 0,0
        a^[1"qbc^[0"qd<CR>^[?2K    | ` bc`                 | 0,0
        a^[1"qbc^[0"qd<CR>^[?J     | ` bc`                 | 0,0
        a^[1"qbc^[0"qd<CR>^[K      | ``                    | 0,0
        ^#8^[2;2H^[10P             | EEEEEEEEEE/E/EEEEEEEEEE/EEEEEEEEEE | 1,1
        abcdef^[3G^['}             | ab cdef               | 2,0
        abcdef^[3G^['~             | abdef                 | 2,0
        abcdef^[2 @                | cdef                  | 6,0
        abcdef^[2 A                | `  abcdef`            | 6,0
        """)
    void erasing_and_moving_text(String output, String text, String cursor) {
        shows(output, text, cursor);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        a<CR><LF>b<CR><LF>c<CR><LF>d^[2;3r^[3;1H<LF>x     | a/c/x/d   | 1,2
        a<CR><LF>b<CR><LF>c<CR><LF>d^[2;3r^[2;1H^Mx       | a/x/b/d   | 1,1
        a<CR><LF>b<CR><LF>c<CR><LF>d^[2;3r^[4;1H<LF>x     | a/b/c/x   | 1,3
        a<CR><LF>b<CR><LF>c<CR><LF>d^[2;3r^[2;1H^[L       | a//b/d    | 0,1
        a<CR><LF>b<CR><LF>c<CR><LF>d^[2;3r^[1;1H^[L       | a/b/c/d   | 0,0
        a<CR><LF>b<CR><LF>c<CR><LF>d^[2;3r^[S             | a/c//d    | 0,0
        ^[2;3r^[?6h^[9;1Hx^[1;1Hy                         | /y/x      | 1,1
        ^[3;2rx                                           | x         | 1,0
        ^[?69h^[3;5s^[1;3Habcd                            | `  abc/  d` | 3,1
        ^[?69h^[3;5s^[1;3Habc<CR>x                        | `  xbc`   | 3,0
        ^[?69h^[3;5s^[?6h^[1;1Hx^[1;9Hy                   | `  x y`   | 4,0
        0123456789^[?69h^[3;5s^[1;3H^[P                   | `0134 56789` | 2,0
        0123456789<CR><LF>abc^[?69h^[3;5s^[S              | `01c  56789/ab` | 0,0
        ^[?69h^[3;5s^[?69l^[1;1Habcdefghijk               | abcdefghij/k | 1,1
        """)
    void margins_hold(String output, String text, String cursor) {
        shows(output, text, cursor);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        ^(0lqk^(Bq                 | ┌─┐q                  | 4,0
        ^)0a<SO>x<SI>x             | a│x                   | 3,0
        ^*0a^Nxx                   | a│x                   | 3,0
        ^(A#                       | £                     | 1,0
        界a                         | 界a                    | 3,0
        12345678界x                 | 12345678界/x           | 1,1
        123456789界                 | 123456789/界           | 2,1
        界界^[2Gx                    | ` x界`                 | 2,0
        界界^[3Gx                    | 界x                    | 3,0
        e<ACUTE>x                  | e<ACUTE>x             | 2,0
        <ACUTE>x                   | x                     | 1,0
        😀x                         | 😀x                    | 3,0
        ❤<VS16>x                   | ❤<VS16>x              | 2,0
        👩<ZWJ>💻                   | 👩<ZWJ>💻              | 4,0
        """)
    void characters_have_their_width(String output, String text, String cursor) {
        shows(output, new String(spelt(text), StandardCharsets.UTF_8), cursor);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        ^[31<CAN>mx                | mx
        ^[3<LF>1mx                 | /x
        ^[3^[1;2Hx                 | ` x`
        ^[1?5hx                    | x
        ^[1 2qx                    | x
        ^]0;title<BEL>x            | x
        ^]0;title^\\x              | x
        ^]0;title^[1;3Hx           | `  x`
        ^P1;2<BAR>abc<BEL>def^\\x      | x
        ^Xabc<BEL>def^\\x          | x
        ^_Gabc^\\x                 | x
        ^[?99999999999999999999hx  | x
        ^[;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;Hx | x
        ^%Gx^ Fy                   | xy
        """)
    void sequences_end_where_a_terminal_ends_them(String output, String text) {
        assertThat(seen(screen(output))).isEqualTo(text);
    }

    @Test
    void each_byte_means_the_same_wherever_it_stands_in_a_run_of_text() {
        for (int value = 0; value < 0x100; value++) {
            for (int at = 0; at < 18; at++) {
                byte[] bytes = "abcdefghijklmnopqr".getBytes(StandardCharsets.US_ASCII);
                bytes[at] = (byte) value;
                Screen whole = new Screen(80, 2);
                whole.feed(bytes);
                Screen single = new Screen(80, 2);
                for (byte b : bytes) {
                    single.feed(new byte[] {b});
                }
                assertThat(Look.of(whole)).as("%x at %d", value, at).isEqualTo(Look.of(single));
            }
        }
    }

    @Test
    void bytes_that_are_no_character_become_one_mark_for_each_bad_beginning() {
        Screen screen = new Screen(10, 1);
        screen.feed(
                new byte[] {'a', (byte) 0xe2, (byte) 0x82, 'b', (byte) 0xff, (byte) 0xc0, (byte) 0x80, (byte) 0x9b, 'c'
                });

        assertThat(ScreenText.screen(screen)).containsExactly("a\ufffdb\ufffd\ufffd\ufffd\ufffdc");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        1           | 1
        1;2;3       | 1;2;3
        4           | 4
        4:3         | 4:3
        4:0;7       | 7
        21          | 21
        5;8;9;53    | 5;8;9;53
        31;102      | 31;102
        38;5;200    | 38;5;200
        38:5:200    | 38;5;200
        38;2;1;2;3  | 38;2;1;2;3
        38:2:1:2:3  | 38;2;1;2;3
        38:2::1:2:3 | 38;2;1;2;3
        48;5;1;1    | 1;48;5;1
        58:2::1:2:3 | 58:2::1:2:3
        58;5;9      | 58:5:9
        1;2;22;3    | 3
        31;39;41;49;7 | 7
        38;5;256;1  | 1
        31;0;1      | 1
        """)
    void looks_are_told_apart(String given, String told) {
        Pen pen = screen("^[" + given + "m").page.pen;

        assertThat(Sgr.of(pen.style(), pen.extra())).isEqualTo(told);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ^[c              | ^[?62;22c
        ^[>c             | ^[>0;276;0c
        ^[=c             | ^P!<BAR>00000000^\\
        ^[>q             | ^P><BAR>sallyport^\\
        ^[5n             | ^[0n
        ^[2;3H^[6n       | ^[2;3R
        ^[2;3r^[?6h^[6n  | ^[1;1R
        ^[?6n            | ^[?1;1R
        ^[?2004h^[?2004$p| ^[?2004;1$y
        ^[?25l^[?25$p    | ^[?25;2$y
        ^[?1049$p        | ^[?1049;2$y
        ^[?9999$p        | ^[?9999;0$y
        ^[4$p            | ^[4;2$y
        ^[1;31m^P$qm^\\  | ^P1$r0;1;31m^\\
        ^P$qr^\\         | ^P1$r1;4r^\\
        ^P$qecho^\\      | ^P0$r^\\
        ^P+q544e^\\      | ^P0+r^\\
        ^]4;1;?<BEL>     | ^]4;1;rgb:cdcd/0000/0000<BEL>
        ^]11;?^\\        | ^]11;rgb:0000/0000/0000^\\
        ^]10;#123456<BEL>^]10;?<BEL> | ^]10;rgb:1212/3434/5656<BEL>
        ^[>5u^[?u        | ^[?5u
        ^[>4;2m^[?4m     | ^[>4;2m
        ^[18t            | ^[8;4;10t
        ^[?2048h         | ^[48;4;10;0;0t
        """)
    void questions_are_answered(String asked, String answer) {
        Screen screen = new Screen(10, 4);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        screen.answerTo(said::writeBytes);
        screen.feed(spelt(asked));

        assertThat(said.toByteArray()).isEqualTo(spelt(answer));
    }

    @Test
    void what_a_program_wrote_is_never_said_back() {
        Screen screen = new Screen(10, 4);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        screen.answerTo(said::writeBytes);
        screen.feed(spelt("^]2;rm -rf<BEL>^[21t^[20t\u0005^P$qrm -rf^\\^]52;c;?<BEL>^]7;file://rm<BEL>"));

        assertThat(said.toString(StandardCharsets.US_ASCII))
                .doesNotContain("rm")
                .isEqualTo("\u001bP0$r\u001b\\");
    }

    @Test
    void the_alternate_screen_comes_and_goes() {
        Screen screen = screen("main^[?1049h");
        assertThat(screen.alternate()).isTrue();
        assertThat(seen(screen)).isEmpty();
        screen.feed(spelt("^[Hother^[?1049lx"));

        assertThat(screen.alternate()).isFalse();
        assertThat(seen(screen)).isEqualTo("mainx");
    }

    @Test
    void each_screen_has_keyboard_flags_of_its_own() {
        Screen screen = screen("^[>1u^[?1049h^[>8u^[=16;2u");
        assertThat(screen.page.grid.keyboard.entries()).containsExactly(0, 24);
        screen.feed(spelt("^[?1049l"));
        assertThat(screen.page.grid.keyboard.entries()).containsExactly(0, 1);
        screen.feed(spelt("^[<9u"));

        assertThat(screen.page.grid.keyboard.entries()).containsExactly(0);
    }

    @Test
    void one_mouse_mode_takes_the_place_of_another() {
        Screen screen = screen("^[?1000h^[?1006h^[?1003h^[?1016h");

        assertThat(screen.page.modes.has(Mode.MOUSE_BUTTONS)).isFalse();
        assertThat(screen.page.modes.has(Mode.MOUSE_ALL)).isTrue();
        assertThat(screen.page.modes.has(Mode.MOUSE_SGR)).isFalse();
        assertThat(screen.page.modes.has(Mode.MOUSE_PIXELS)).isTrue();
    }

    @Test
    void titles_are_put_aside_and_taken_back() {
        Screen screen = screen("^]0;one<BEL>^[22;0t^]2;two\u202e<BEL>");
        assertThat(screen.title()).isEqualTo("two");
        screen.feed(spelt("^[23;0t"));

        assertThat(screen.title()).isEqualTo("one");
    }

    @Test
    void only_safe_links_are_kept() {
        Screen screen = screen("^]8;id=a;https://example.org/<BEL>a^]8;;javascript:x<BEL>b");

        assertThat(screen.page.grid.row(0).extra(0)).isEqualTo(new Extra(0, new Link("a", "https://example.org/")));
        assertThat(screen.page.grid.row(0).extra(1)).isNull();
    }

    @Test
    void lines_that_scroll_away_are_kept_in_a_bound_and_the_others_counted() {
        Screen screen = new Screen(10, 2, 100);
        for (int i = 0; i < 30; i++) {
            screen.feed(("line " + i + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }

        assertThat(screen.scrollbackLines()).isEqualTo(7);
        assertThat(screen.forgottenLines()).isEqualTo(29 - 7);
        assertThat(screen.scrollbackBytes()).isLessThanOrEqualTo(100);
        assertThat(ScreenText.tail(screen, 3)).containsExactly("line 27", "line 28", "line 29");
        screen.feed(spelt("^[3J"));
        assertThat(screen.scrollbackLines()).isZero();
    }

    @Test
    void wrapped_lines_are_one_in_the_tail() {
        Screen screen = screen("abcdefghijklm<CR><LF>x<CR><LF>", "123456789界y");

        assertThat(ScreenText.tail(screen, 9)).containsExactly("abcdefghijklm", "x", "123456789界y");
        assertThat(ScreenText.tail(screen, 1)).containsExactly("123456789界y");
    }

    @Test
    void colours_end_with_their_line() {
        Screen screen = screen("a^[1;31mb<CR><LF>c^[m d^[44m  ^[m");

        assertThat(ScreenText.screenWithColours(screen).subList(0, 2))
                .containsExactly("a\u001b[0;1;31mb\u001b[0m", "\u001b[0;1;31mc\u001b[0m d\u001b[0;44m  \u001b[0m");
    }

    @Test
    void lines_are_wrapped_anew_at_another_width() {
        Screen screen = screen("abcdefghijklm<CR><LF>end");
        screen.resize(5, 4);
        assertThat(seen(screen)).isEqualTo("abcde/fghij/klm/end");
        screen.resize(20, 4);
        assertThat(seen(screen)).isEqualTo("abcdefghijklm/end");
        assertThat(screen.cursorRow()).isEqualTo(1);
    }

    @Test
    void lines_come_back_when_the_screen_grows() {
        Screen screen = screen("a<CR><LF>b<CR><LF>c<CR><LF>d<CR><LF>e<CR><LF>f");
        assertThat(screen.scrollbackLines()).isEqualTo(2);
        screen.resize(10, 5);
        assertThat(seen(screen)).isEqualTo("b/c/d/e/f");
        screen.resize(10, 2);
        assertThat(seen(screen)).isEqualTo("e/f");
        assertThat(screen.scrollbackLines()).isEqualTo(4);
    }

    @Test
    void the_alternate_screen_is_cut_and_the_main_one_wrapped_while_it_is_hidden() {
        Screen screen = screen("abcdefghij<CR><LF>end^[?1049h^[Hxxxxxxxxxx");
        screen.resize(6, 3);
        assertThat(seen(screen)).isEqualTo("xxxxxx");
        screen.feed(spelt("^[?1049l"));

        assertThat(seen(screen)).isEqualTo("abcdef/ghij/end");
    }

    @Test
    void sizes_are_clamped() {
        Screen screen = new Screen(0, 99_999);
        assertThat(List.of(screen.columns(), screen.rows())).containsExactly(1, Screen.MOST_ROWS);
        screen.resize(99_999, -1);

        assertThat(List.of(screen.columns(), screen.rows())).containsExactly(Screen.MOST_COLUMNS, 1);
    }

    @Test
    void an_idle_screen_is_small() {
        assertThat(new Screen(80, 24).heapBytes()).isLessThan(60 * 1024);
    }
}
