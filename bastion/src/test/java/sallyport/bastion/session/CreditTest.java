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
        Credit.Pace a = credit.join();
        credit.relayed(100);
        assertThat(givenBack).isZero();
        a.taken(60);
        assertThat(givenBack).isEqualTo(60);
    }

    @Test
    void of_several_the_fastest_sets_the_pace() {
        Credit.Pace fast = credit.join();
        Credit.Pace slow = credit.join();
        credit.relayed(100);
        slow.taken(10);
        fast.taken(100);
        slow.taken(50);
        assertThat(givenBack).isEqualTo(100);
    }

    @Test
    void whoever_joins_later_starts_where_the_output_is() {
        Credit.Pace first = credit.join();
        credit.relayed(100);
        Credit.Pace later = credit.join();
        later.taken(0);
        assertThat(givenBack).isEqualTo(100);
        credit.relayed(50);
        first.taken(100);
        assertThat(givenBack).isEqualTo(100);
    }

    @Test
    void what_the_last_one_left_behind_comes_back() {
        Credit.Pace a = credit.join();
        credit.relayed(100);
        a.leave();
        assertThat(givenBack).isEqualTo(100);
        a.taken(100);
        assertThat(givenBack).isEqualTo(100);
    }

    @Test
    void what_was_on_its_way_when_somebody_left_does_not_count_when_they_are_back() {
        Credit.Pace before = credit.join();
        credit.relayed(100);
        before.leave();
        credit.join();
        before.taken(100);
        assertThat(givenBack).isEqualTo(100);
    }
}
