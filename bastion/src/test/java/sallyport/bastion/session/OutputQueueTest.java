package sallyport.bastion.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutputQueueTest {

    private final OutputQueue queue = new OutputQueue();

    @Test
    void what_is_there_is_taken_at_once() {
        put(false, "a");
        put(false, "b");
        assertThat(text(queue.take())).isEqualTo("ab");
    }

    @Test
    void streams_keep_their_order_and_are_never_mixed() {
        put(false, "out");
        put(true, "err");
        put(false, "more");
        queue.close();
        assertThat(text(queue.take())).isEqualTo("out");
        OutputQueue.Chunk err = queue.take();
        assertThat(err.stderr).isTrue();
        assertThat(text(err)).isEqualTo("err");
        assertThat(text(queue.take())).isEqualTo("more");
        assertThat(queue.take()).isNull();
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
        while ((chunk = queue.take()) != null) {
            assertThat(chunk.bytes.length).isLessThanOrEqualTo(OutputQueue.LARGEST_CHUNK);
            received.writeBytes(chunk.bytes);
        }
        assertThat(received.toByteArray()).isEqualTo(sent.toByteArray());
    }

    private void put(boolean stderr, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        queue.put(stderr, bytes, 0, bytes.length);
    }

    private static String text(OutputQueue.Chunk chunk) {
        return new String(chunk.bytes, StandardCharsets.US_ASCII);
    }
}
