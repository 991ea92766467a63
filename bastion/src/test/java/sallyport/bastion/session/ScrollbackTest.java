package sallyport.bastion.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScrollbackTest {

    @Test
    void what_fits_is_kept_whole() {
        Scrollback scrollback = new Scrollback();
        scrollback.add("one\ntwo".getBytes(StandardCharsets.US_ASCII));
        scrollback.add("\nthree".getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(scrollback.bytes(), StandardCharsets.US_ASCII)).isEqualTo("one\ntwo\nthree");
    }

    @Test
    void the_oldest_go_first_and_whole_lines_remain() {
        Scrollback scrollback = new Scrollback();
        for (int i = 0; i < 100_000; i++) {
            scrollback.add("line %06d\n".formatted(i).getBytes(StandardCharsets.US_ASCII));
        }
        String kept = new String(scrollback.bytes(), StandardCharsets.US_ASCII);
        assertThat(kept.length()).isBetween(Scrollback.MOST_BYTES - 12, Scrollback.MOST_BYTES);
        assertThat(kept).startsWith("line ").endsWith("line 099999\n");
    }

    @Test
    void any_sequence_of_sizes_keeps_exactly_the_end() {
        Random random = new Random(7);
        for (int round = 0; round < 20; round++) {
            Scrollback scrollback = new Scrollback();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i < 60; i++) {
                byte[] bytes = new byte[random.nextInt(random.nextBoolean() ? 50 : 70_000)];
                random.nextBytes(bytes);
                all.writeBytes(bytes);
                scrollback.add(bytes);
            }
            byte[] whole = all.toByteArray();
            byte[] kept = scrollback.bytes();
            assertThat(kept).isEqualTo(Arrays.copyOfRange(whole, whole.length - kept.length, whole.length));
            assertThat(kept.length).isGreaterThan(Scrollback.MOST_BYTES - 10_000);
        }
    }
}
