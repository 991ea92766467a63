package sallyport.bastion.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CreditTest {

    private long givenBack;
    private final Credit credit = new Credit(bytes -> givenBack += bytes);

    @Test
    void with_nobody_there_it_comes_back_when_it_is_recorded() {
        credit.relayed(100);
        assertThat(givenBack).isEqualTo(100);
    }

    @Test
    void with_one_it_comes_back_when_that_one_has_it() {
        credit.joins("a");
        credit.relayed(100);
        assertThat(givenBack).isZero();
        credit.taken("a", 60);
        assertThat(givenBack).isEqualTo(60);
    }

    @Test
    void of_several_the_fastest_sets_the_pace() {
        credit.joins("fast");
        credit.joins("slow");
        credit.relayed(100);
        credit.taken("slow", 10);
        credit.taken("fast", 100);
        credit.taken("slow", 50);
        assertThat(givenBack).isEqualTo(100);
    }

    @Test
    void whoever_joins_later_starts_where_the_output_is() {
        credit.joins("first");
        credit.relayed(100);
        credit.joins("later");
        credit.taken("later", 0);
        assertThat(givenBack).isEqualTo(100);
        credit.relayed(50);
        credit.taken("first", 100);
        assertThat(givenBack).isEqualTo(100);
    }

    @Test
    void what_the_last_one_left_behind_comes_back() {
        credit.joins("a");
        credit.relayed(100);
        credit.leaves("a");
        assertThat(givenBack).isEqualTo(100);
        credit.taken("a", 100);
        assertThat(givenBack).isEqualTo(100);
    }
}
