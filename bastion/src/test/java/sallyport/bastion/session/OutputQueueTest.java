package sallyport.bastion.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutputQueueTest {

    private final OutputQueue queue = new OutputQueue();

    @Test
    void what_is_there_is_taken_at_once() {
        put(false, "a");
        put(false, "b");
        assertThat(text(take())).isEqualTo("ab");
    }

    @Test
    void streams_keep_their_order_and_are_never_mixed() {
        put(false, "out");
        put(true, "err");
        put(false, "more");
        queue.close();
        assertThat(text(take())).isEqualTo("out");
        OutputQueue.Chunk err = take();
        assertThat(err.stderr).isTrue();
        assertThat(text(err)).isEqualTo("err");
        assertThat(text(take())).isEqualTo("more");
        assertThat(take()).isNull();
    }

    @Test
    void chunks_are_bounded_and_lose_nothing() {
        Random random = new Random(3);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        for (int i = 0; i < 50; i++) {
            byte[] bytes = new byte[random.nextInt(40_000)];
            random.nextBytes(bytes);
            sent.writeBytes(bytes);
            queue.put(false, bytes, 0, bytes.length);
        }
        queue.close();
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        OutputQueue.Chunk chunk;
        while ((chunk = take()) != null) {
            assertThat(chunk.bytes.length).isLessThanOrEqualTo(OutputQueue.LARGEST_CHUNK);
            received.writeBytes(chunk.bytes);
        }
        assertThat(received.toByteArray()).isEqualTo(sent.toByteArray());
    }

    @Test
    void a_step_has_its_place_between_what_is_written_before_and_after() {
        List<String> seen = new ArrayList<>();
        put(false, "before");
        assertThat(queue.put(() -> seen.add("step"))).isTrue();
        put(false, "after");
        assertThat(text(take())).isEqualTo("before");
        assertThat(queue.take())
                .isInstanceOfSatisfying(
                        OutputQueue.Step.class, step -> step.action().run());
        assertThat(seen).containsExactly("step");
        assertThat(text(take())).isEqualTo("after");
    }

    @Test
    void nobody_waits_for_a_step_that_will_never_come() {
        queue.close();
        assertThat(queue.put(() -> {})).isFalse();
    }

    private OutputQueue.Chunk take() {
        return (OutputQueue.Chunk) queue.take();
    }

    private void put(boolean stderr, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        queue.put(stderr, bytes, 0, bytes.length);
    }

    private static String text(OutputQueue.Chunk chunk) {
        return new String(chunk.bytes, StandardCharsets.US_ASCII);
    }
}
