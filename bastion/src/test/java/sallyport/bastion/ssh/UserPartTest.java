package sallyport.bastion.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.policy.Login;
import sallyport.policy.Reason;
import sallyport.policy.SessionName;
import sallyport.policy.TargetName;

class UserPartTest {

    private static final Destination ROOT_ON_WEB =
            new Destination.ToTarget(Optional.of(new Login("root")), new TargetName("web-1"), Destination.Options.NONE);

    @ParameterizedTest
    @ValueSource(strings = {"root+web-1", "root@web-1", "root%web-1", "root web-1"})
    void login_and_target_with_every_separator(String userPart) {
        assertThat(UserPart.parse(userPart)).isEqualTo(ROOT_ON_WEB);
    }

    @Test
    void options_follow_in_any_order() {
        Destination expected = new Destination.ToTarget(
                Optional.of(new Login("root")),
                new TargetName("web-1"),
                new Destination.Options(
                        true,
                        false,
                        false,
                        Optional.of(new SessionName("deploy")),
                        Optional.of(new Reason("INC-42")),
                        Optional.of(Duration.ofHours(2))));
        assertThat(UserPart.parse("root+web-1+new+name=deploy+for=2h+t=INC-42")).isEqualTo(expected);
        assertThat(UserPart.parse("root+web-1+for=2h+new+name=deploy+t=INC-42")).isEqualTo(expected);
    }

    @Test
    void a_ticket_may_be_a_sentence_and_reaches_to_the_end() {
        assertThat(UserPart.parse("root+web-1+t=disk full + logs"))
                .isEqualTo(new Destination.ToTarget(
                        Optional.of(new Login("root")),
                        new TargetName("web-1"),
                        new Destination.Options(
                                false,
                                false,
                                false,
                                Optional.empty(),
                                Optional.of(new Reason("disk full + logs")),
                                Optional.empty())));
    }

    @Test
    void one_word_is_left_to_who_asks() {
        assertThat(UserPart.parse("engineer")).isEqualTo(new Destination.Bare("engineer"));
    }

    @Test
    void a_session_is_named_behind_s() {
        assertThat(UserPart.parse("s+deploy")).isEqualTo(new Destination.ToSession("deploy", false, false));
        assertThat(UserPart.parse("s+deploy+ro")).isEqualTo(new Destination.ToSession("deploy", true, false));
        assertThat(UserPart.parse("s+deploy+takeover")).isEqualTo(new Destination.ToSession("deploy", false, true));
    }

    @Test
    void a_running_session_may_be_looked_at_or_taken_over() {
        assertThat(options("root+web-1+ro").readOnly()).isTrue();
        assertThat(options("root+web-1+takeover").takeOver()).isTrue();
    }

    private static Destination.Options options(String userPart) {
        return ((Destination.ToTarget) UserPart.parse(userPart)).options();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a+b+c",
                "+web-1",
                "root+",
                "root++web-1",
                "root+web-1+wat=1",
                "root+new+web-1",
                "root+web-1+for=x",
                "root+web-1+for=-2h",
                "root+web-1+for=0h",
                "root+web-1+name=",
                "root+web-1+t=",
                "root+web-1+ro+new",
                "root+web-1+takeover+ro",
                "s+deploy+new",
                "s+deploy+ro+takeover",
                "root+web-1+breakglass",
                "s",
                "s+",
                "s+a+b",
                "join+K7QM",
                "share+M4XQ",
                "new",
                "root+s",
                "-x+web-1",
                "root+-oProxyCommand=x",
                "root+web/1",
                "root+web-1\0",
                "root+web\n1",
                "root+ｗeb",
                "root+$(id)+x",
                "root+web-1+t=a\u001b[31m"
            })
    void what_cannot_be_understood_is_said_in_words(String userPart) {
        assertThat(UserPart.parse(userPart))
                .isInstanceOfSatisfying(
                        Destination.Malformed.class,
                        m -> assertThat(m.words())
                                .contains("It looks like login+target")
                                .doesNotContain("\u001b", "\0", "\n"));
    }

    @Test
    void behind_a_jump_it_is_a_login_with_options() {
        TargetName web = new TargetName("web-1");
        assertThat(UserPart.parseFor(web, "root")).isEqualTo(ROOT_ON_WEB);
        assertThat(UserPart.parseFor(web, "root+new+name=deploy+for=2h+t=INC-42"))
                .isEqualTo(UserPart.parse("root+web-1+new+name=deploy+for=2h+t=INC-42"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "root+web-1", "root+web-2", "s+deploy", "new", "root+breakglass", "-x", "root+t="})
    void behind_a_jump_there_is_one_name_and_no_other_place(String userPart) {
        assertThat(UserPart.parseFor(new TargetName("web-1"), userPart))
                .isInstanceOfSatisfying(
                        Destination.Malformed.class,
                        m -> assertThat(m.words()).contains("Behind -J it looks like login"));
    }

    @Test
    void sixty_four_kibibytes_are_refused_by_length() {
        assertThat(UserPart.parse("a".repeat(65_536)))
                .isInstanceOfSatisfying(
                        Destination.Malformed.class, m -> assertThat(m.words()).contains("65536 characters"));
    }

    @Test
    void whatever_comes_has_an_answer() {
        Random random = new Random(42);
        String alphabet = "rw1+@% =/:\0\n\u202e\ud800stnamefor-._";
        for (int i = 0; i < 100_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(24); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(UserPart.parse(text.toString())).isNotNull();
        }
    }
}
