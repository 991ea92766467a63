package sallyport.recorder.typed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.recorder.screen.Screen;
import sallyport.recorder.screen.ScreenText;

/** What is typed unseen is not kept. The terminal is a real model; the program and the person are told here. */
class EchoMaskTest {

    private final Screen screen = new Screen(80, 24);
    private final EchoMask mask = new EchoMask();
    private final List<Typed> kept = new ArrayList<>();
    private long now = 1;

    private Cursor cursor() {
        return new Cursor(ScreenText.cursorLine(screen).before(), screen.alternate());
    }

    private EchoMaskTest types(String keys) {
        return types("engineer", keys.getBytes(StandardCharsets.UTF_8));
    }

    private EchoMaskTest types(String who, byte[] keys) {
        kept.addAll(mask.typed(who, keys, cursor(), now));
        return this;
    }

    private EchoMaskTest shows(String output) {
        return shows(output.getBytes(StandardCharsets.UTF_8));
    }

    private EchoMaskTest shows(byte[] bytes) {
        screen.feed(bytes);
        kept.addAll(mask.shown(bytes, this::cursor, now));
        return this;
    }

    private EchoMaskTest waits(Duration wait) {
        now += wait.toNanos();
        kept.addAll(mask.lapse(cursor(), now));
        return this;
    }

    /** Each key by itself, and shown at once as {@code shown}. */
    private EchoMaskTest typesOneByOne(String keys, String shown) {
        for (int i = 0; i < keys.length(); i++) {
            types(keys.substring(i, i + 1)).shows(shown.isEmpty() ? keys.substring(i, i + 1) : shown);
        }
        return this;
    }

    private String kept() {
        StringBuilder text = new StringBuilder();
        kept.forEach(typed -> text.append(typed.hidden() ? "<hidden>" : typed.text()));
        return text.toString();
    }

    @Test
    void what_a_shell_echoes_is_kept() {
        shows("\033[?2004h$ ").typesOneByOne("ls -l", "").types("\r").shows("\r\n\033[?2004l\rtotal 0\r\n$ ");
        assertThat(kept()).isEqualTo("ls -l\r");
    }

    @Test
    void a_line_that_is_sent_in_one_piece_is_kept_once_it_was_shown_with_its_end() {
        shows("$ ").types("ls -l\r");
        assertThat(kept()).isEmpty();
        shows("ls -l");
        assertThat(kept()).isEmpty();
        shows("\r\ntotal 0\r\n$ ");
        assertThat(kept()).isEqualTo("ls -l\r");
    }

    @Test
    void a_password_that_is_not_shown_is_one_token_however_it_is_typed() {
        shows("[sudo] password for engineer: ");
        for (String key : "hunter2".split("")) {
            types(key);
        }
        types("\177\177x\r").shows("\r\nok\r\n$ ");
        assertThat(kept()).isEqualTo("<hidden>\r");
        typesOneByOne("id", "").types("\r").shows("\r\n");
        assertThat(kept()).isEqualTo("<hidden>\rid\r");
    }

    @Test
    void what_is_read_silently_behind_any_prompt_is_hidden() {
        shows("$ ")
                .types("read -s x\r")
                .shows("read -s x\r\n")
                .types("hunter2\r")
                .shows("\r\n$ ");
        assertThat(kept()).isEqualTo("read -s x\r<hidden>\r");

        shows("Say friend> ")
                .types("mel")
                .types("lon")
                .waits(EchoMask.PATIENCE)
                .types("more\r")
                .shows("\r\n$ ");
        assertThat(kept()).isEqualTo("read -s x\r<hidden>\r<hidden>\r");
    }

    @Test
    void what_is_shown_as_asterisks_is_hidden_also_if_it_has_some() {
        shows("Say friend> ").typesOneByOne("*a*b", "*").types("\r").shows("\r\n$ ");
        assertThat(kept()).isEqualTo("<hidden>\r");
        kept.clear();
        shows("Say friend> ").typesOneByOne("***", "*").types("\r").shows("\r\n$ ");
        assertThat(kept()).isEqualTo("<hidden>\r");
        kept.clear();
        typesOneByOne("ls *", "").types("\r").shows("\r\n$ ");
        assertThat(kept()).isEqualTo("ls *\r");
    }

    @Test
    void an_echo_may_be_slow_up_to_a_limit() {
        shows("$ ")
                .types("l")
                .types("s")
                .waits(Duration.ofMillis(1900))
                .shows("l")
                .waits(Duration.ofMillis(1900));
        assertThat(kept()).isEmpty();
        shows("s");
        assertThat(kept()).isEqualTo("ls");

        types("x").waits(EchoMask.PATIENCE).shows("x");
        assertThat(kept()).isEqualTo("ls<hidden>");
        assertThat(mask.due()).isEmpty();
    }

    @Test
    void an_echo_may_be_cut_anywhere() {
        shows("$ ").types("grün\r");
        for (byte b : "gr\033[1mün\033[m\r\n".getBytes(StandardCharsets.UTF_8)) {
            shows(new byte[] {b});
        }
        assertThat(kept()).isEqualTo("grün\r");
    }

    @Test
    void keys_may_be_cut_anywhere() {
        shows("$ ");
        byte[] keys = "日本\033[D\r".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 6; i++) {
            types("engineer", new byte[] {keys[i]});
        }
        shows("日本");
        assertThat(kept()).isEqualTo("日本");
        types("\033[").types("D");
        assertThat(kept()).isEqualTo("日本\033[D");
    }

    @Test
    void what_is_typed_ahead_of_a_prompt_for_a_secret_is_hidden() {
        types("hunter2").shows("Password: ").types("\r").shows("\r\n$ ");
        assertThat(kept()).isEqualTo("<hidden>\r");
    }

    @Test
    void its_first_letter_may_be_the_prompts() {
        types("P").shows("Password: ").types("ass\r").shows("\r\n$ ");
        assertThat(kept()).isEqualTo("<hidden>\r");
    }

    @Test
    void other_output_hides_and_output_elsewhere_does_not() {
        shows("$ ").types("ls").shows("\r\nconnection lost\r\n$ ");
        assertThat(kept()).isEqualTo("<hidden>");
        types("\r").shows("\r\n$ ");
        kept.clear();
        types("id").shows("\0337\033[24;70H12:30\0338").shows("id");
        assertThat(kept()).isEqualTo("id");
    }

    @Test
    void what_a_program_happens_to_show_elsewhere_is_no_echo() {
        shows("friend> ").types("m").shows("\r\nmail has arrived\r\nfriend> ");
        assertThat(kept()).isEqualTo("<hidden>");
    }

    @Test
    void a_shell_that_draws_its_line_anew_with_every_key_shows_it() {
        shows("% ").types("l").shows("l").types("s").shows("\b\033[32mls\033[m");
        assertThat(kept()).isEqualTo("ls");
    }

    @Test
    void a_name_that_is_completed_was_shown() {
        shows("$ ").types("cat fo\t").shows("cat foo.txt ").types("\r").shows("\r\n");
        assertThat(kept()).isEqualTo("cat fo\t\r");
    }

    @Test
    void control_keys_are_kept_as_they_were_sent() {
        shows("$ ").types("\033[A\033OB\033[1;5C\003\t\033b\177");
        assertThat(kept()).isEqualTo("\033[A\033OB\033[1;5C\003\t\033b\177");
    }

    @Test
    void characters_that_are_packed_into_sequences_are_hidden() {
        shows("$ ").types("\033[104;;104u\033Oq\033[27;5;105~");
        assertThat(kept()).isEqualTo("<hidden>");
    }

    @Test
    void what_a_terminal_answers_was_not_typed() {
        shows("$ ").types("\033[?62;22c\033[12;40R\033]52;c;aHVudGVyMg==\033\\\033[?2026;2$y");
        assertThat(kept()).isEmpty();
    }

    @Test
    void a_paste_is_kept_if_it_is_shown() {
        shows("$ ").types("\033[200~echo a; echo b\033[201~").shows("\033[7mecho a; echo b\033[27m");
        assertThat(kept()).isEqualTo("\033[200~echo a; echo b\033[201~");
        types("\r").shows("\r\n");
        kept.clear();
        shows("friend> ").types("\033[200~hunter2\033[201~\r").shows("\r\n$ ");
        assertThat(kept()).isEqualTo("\033[200~<hidden>\r");
        kept.clear();
        types("\033[200~a\rb\033[201~").shows("a\r\nb");
        assertThat(kept()).isEqualTo("\033[200~a\rb\033[201~");
    }

    @Test
    void in_an_editor_what_is_written_is_kept_and_commands_that_show_nothing_are_one_token() {
        shows("\033[?1049h\033[H\033[2Jone\r\n~\033[H");
        types("j").shows("\033[2;1H").types("k").shows("\033[1;1H").waits(EchoMask.PATIENCE);
        types("i").shows("\033[24;1H-- INSERT --\033[1;1H");
        assertThat(kept()).isEqualTo("<hidden>");
        types("h").shows("\033[?25lhone\033[24;60H1,2\033[1;2H\033[?25h");
        types("i").shows("\033[?25lione\033[24;60H1,3\033[1;3H\033[?25h");
        types("\033").shows("\033[24;1H\033[K\033[1;2H");
        types(":").shows("\033[24;1H:").types("w").shows("w").types("\r").shows("\r\"x\" written\033[1;2H");
        assertThat(kept()).isEqualTo("<hidden>hi\033:w\r");
    }

    @Test
    void each_key_is_its_typists() {
        shows("$ ")
                .types("engineer", new byte[] {'l'})
                .types("second", new byte[] {'s'})
                .shows("l")
                .shows("s");
        assertThat(kept).containsExactly(Typed.shown("engineer", "l"), Typed.shown("second", "s"));
    }

    @Test
    void what_still_waits_at_the_end_is_hidden() {
        shows("$ ").types("half");
        assertThat(mask.due()).hasValue(now + EchoMask.PATIENCE.toNanos());
        kept.addAll(mask.end());
        assertThat(kept()).isEqualTo("<hidden>");
    }

    @Test
    void so_much_waits_and_no_more() {
        shows("$ ");
        for (int i = 0; i < 100; i++) {
            types("x".repeat(1024)).types("\033[A");
        }
        assertThat(kept()).startsWith("<hidden>").doesNotContain("x");
        types("\033[" + "1".repeat(10_000));
        assertThat(kept()).doesNotContain("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Password: ",
                "Password:",
                "password for engineer: ",
                "[sudo] password for engineer: ",
                "Enter passphrase for key '/home/engineer/.ssh/id_ed25519': ",
                "(engineer@db-1) Verification code: ",
                "Enter PIN for 'PIV_II': ",
                "One-time password (OATH) for `engineer': ",
                "OTP: ",
                "Passcode or option (1-3): ",
                "Enter your API token? ",
                "Current password",
                "Password: ***",
                "[sudo] Passwort für engineer: ",
                "Kennwort: ",
                "[sudo] Mot de passe de engineer : ",
                "Code de vérification : ",
                "[sudo] contraseña para engineer: ",
                "Código de verificación: ",
                "[sudo] password di engineer: ",
                "Codice di verifica: ",
                "[sudo] senha para engineer: ",
                "Palavra-passe: ",
                "[sudo] wachtwoord voor engineer: ",
                "Toegangscode: ",
                "[sudo] hasło użytkownika engineer: ",
                "Kod weryfikacyjny: ",
                "[sudo] engineer için parola: ",
                "Şifre: ",
                "Doğrulama kodu: "
            })
    void prompts_for_secrets_hide_even_what_is_shown(String prompt) {
        shows(prompt).typesOneByOne("hunter2", "").types("\r").shows("\r\n$ ");
        assertThat(kept()).isEqualTo("<hidden>\r");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$ ",
                "engineer@token-server:~$ ",
                "mysql> ",
                ">>> ",
                "Passwords are stored.$ ",
                "Spin: ",
                "Name: "
            })
    void other_prompts_do_not(String prompt) {
        shows(prompt).typesOneByOne("grep password: x", "").types("\r").shows("\r\n$ ");
        assertThat(kept()).isEqualTo("grep password: x\r");
    }
}
