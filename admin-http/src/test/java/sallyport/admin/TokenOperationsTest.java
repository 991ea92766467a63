package sallyport.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenOperationsTest {

    private final House house = new House();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void a_token_speaks_for_its_person_until_it_expires() {
        NewToken token = make();

        assertThat(token.secret()).matches("sly_[0-9A-Za-z]{43}");
        assertThat(house.tokens.find(token.secret())).contains(house.person("engineer"));
        house.clock.pass(Duration.ofDays(30));
        assertThat(house.tokens.find(token.secret())).isEmpty();
    }

    @Test
    void unknown_and_malformed_secrets_are_nobodys() {
        make();

        assertThat(house.tokens.find("sly_" + "0".repeat(43))).isEmpty();
        assertThat(house.tokens.find("")).isEmpty();
        assertThat(house.tokens.find("sly_' or 1=1 --")).isEmpty();
    }

    @Test
    void the_token_of_somebody_who_is_gone_is_nobodys() {
        NewToken token = make();
        house.dismiss("engineer");

        assertThat(house.tokens.find(token.secret())).isEmpty();
    }

    @Test
    void the_secret_is_in_no_text_and_not_in_the_database() {
        NewToken token = make();
        String secret = token.secret().substring(4);

        assertThat(token.toString()).doesNotContain(secret);
        assertThat(house.server.read("select string_agg(t::text, ' ') from api_token t"))
                .doesNotContain(secret);
        assertThat(house.server.read("select string_agg(e::text, ' ') from audit_event e"))
                .contains("token.created")
                .doesNotContain(secret);
    }

    @Test
    void a_life_or_a_name_that_cannot_be_used_is_refused_in_words() {
        Caller engineer = house.caller("engineer");

        assertThat(house.tokens.create(engineer, "ci", Duration.ofDays(91)))
                .isEqualTo(new Outcome.Invalid<>("a token lives up to 90d, not 91d"));
        assertThat(house.tokens.create(engineer, "ci", Duration.ofDays(-1))).isInstanceOf(Outcome.Invalid.class);
        assertThat(house.tokens.create(engineer, " ", Duration.ofDays(1)))
                .isEqualTo(new Outcome.Invalid<>("the token's name is empty"));
    }

    private NewToken make() {
        return ((Outcome.Done<NewToken>)
                        house.tokens.create(house.caller("engineer"), "ci", TokenOperations.DEFAULT_LIFE))
                .value();
    }
}
