package sallyport.bastion.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

class PipeTest {

    private final End opener = new End();
    private final End far = new End();
    private final List<Pipe> over = new ArrayList<>();
    private final Pipe pipe = new Pipe("direct-tcpip", opener, far, over::add);

    private static final class End implements StreamEnd {
        private final List<String> told = new ArrayList<>();

        @Override
        public void tell(Intake whom) {}

        @Override
        public void send(byte[] bytes, IntConsumer taken) {
            told.add("bytes");
        }

        @Override
        public void sendEnd() {
            told.add("end");
        }

        @Override
        public void release(int bytes) {}

        @Override
        public void finish() {
            told.add("finish");
        }

        @Override
        public void cut() {
            told.add("cut");
        }
    }

    @Test
    void cut_while_it_opens_it_leaves_the_opener_to_be_refused() {
        pipe.cut();
        // As the far end says when it is cut.
        pipe.fromFar().lost();
        assertThat(far.told).containsExactly("cut");
        assertThat(opener.told).isEmpty();
        assertThat(over).isEmpty();
        assertThat(pipe.join()).isFalse();
    }

    @Test
    void cut_while_it_is_joined_it_closes_both_ends_and_is_over_once() {
        assertThat(pipe.join()).isTrue();
        pipe.cut();
        assertThat(far.told).containsExactly("cut");
        assertThat(opener.told).containsExactly("cut");
        assertThat(over).containsExactly(pipe);
    }

    @Test
    void when_one_end_is_gone_the_other_is_closed_behind_what_was_sent() {
        assertThat(pipe.join()).isTrue();
        pipe.fromFar().receive(new byte[1]);
        pipe.fromFar().lost();
        assertThat(opener.told).containsExactly("bytes", "finish");
        assertThat(over).containsExactly(pipe);
    }
}
