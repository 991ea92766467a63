package sallyport.bastion.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sallyport.policy.KeyFingerprint;

class AgentWatchTest {

    private static final byte EXTENSION = 27;

    private final Agent agent = new Agent();
    private final AtomicInteger taken = new AtomicInteger();
    private final AgentWatch watch = new AgentWatch(agent, new AgentWatch.Witness() {
        @Override
        public CompletableFuture<Boolean> asked(KeyFingerprint key) {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public void answered(KeyFingerprint key, boolean signed) {}
    });

    private static final class Agent implements StreamEnd {
        private final ByteArrayOutputStream had = new ByteArrayOutputStream();
        private int messages;
        private boolean isCut;

        @Override
        public void tell(Intake whom) {}

        @Override
        public void send(byte[] bytes, IntConsumer taken) {
            messages++;
            had.writeBytes(bytes);
        }

        @Override
        public void sendEnd() {}

        @Override
        public void release(int bytes) {}

        @Override
        public void finish() {}

        @Override
        public void cut() {
            isCut = true;
        }
    }

    /** Messages of these lengths, one behind the other. */
    private static byte[] messages(int... lengths) {
        ByteBuffer all = ByteBuffer.allocate(Arrays.stream(lengths).sum() + Integer.BYTES * lengths.length);
        for (int length : lengths) {
            byte[] body = new byte[length];
            Arrays.fill(body, (byte) length);
            body[0] = EXTENSION;
            all.putInt(length).put(body);
        }
        return all.array();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 64, 100_000, 1_000_000})
    void messages_pass_whole_whatever_pieces_they_come_in(int piece) {
        byte[] sent = messages(1, 200_000, 5, 256 * 1024, 2);
        for (int at = 0; at < sent.length; at += piece) {
            watch.send(Arrays.copyOfRange(sent, at, Math.min(sent.length, at + piece)), taken::addAndGet);
        }
        assertThat(agent.messages).isEqualTo(5);
        assertThat(agent.had.toByteArray()).isEqualTo(sent);
        assertThat(taken).hasValue(sent.length);
        assertThat(agent.isCut).isFalse();
    }

    @Test
    void one_that_is_too_long_is_cut_off_by_its_first_four_bytes() {
        byte[] sent = ByteBuffer.allocate(Integer.BYTES).putInt(256 * 1024 + 1).array();
        watch.send(Arrays.copyOf(sent, 3), taken::addAndGet);
        assertThat(agent.isCut).isFalse();
        watch.send(Arrays.copyOfRange(sent, 3, 4), taken::addAndGet);
        assertThat(agent.isCut).isTrue();
        assertThat(agent.messages).isZero();
    }
}
