package sallyport.bastion.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PacketsTest {

    @Test
    void packets_come_out_whole_however_their_bytes_are_cut() throws NotSftp {
        Random random = new Random(1);
        List<byte[]> sent = new ArrayList<>();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int length : new int[] {1, 2, 5, 100, 4095, 4096, 4097, 70_000, Packets.LONGEST, 1}) {
            byte[] body = new byte[length];
            random.nextBytes(body);
            byte[] packet =
                    ByteBuffer.allocate(4 + length).putInt(length).put(body).array();
            sent.add(packet);
            all.writeBytes(packet);
        }
        byte[] stream = all.toByteArray();
        for (int most : new int[] {1, 3, 1000, 32_768, 1 << 20}) {
            Packets packets = new Packets("the client");
            List<byte[]> got = new ArrayList<>();
            for (int at = 0; at < stream.length; ) {
                int to = Math.min(stream.length, at + 1 + random.nextInt(most));
                got.addAll(packets.take(Arrays.copyOfRange(stream, at, to)));
                at = to;
            }
            assertThat(got).hasSize(sent.size());
            for (int i = 0; i < sent.size(); i++) {
                assertThat(got.get(i)).isEqualTo(sent.get(i));
            }
        }
    }

    @Test
    void a_length_that_cannot_be_is_found_before_anything_of_the_packet_has_come() {
        for (long length : new long[] {0, Packets.LONGEST + 1, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL}) {
            byte[] field = ByteBuffer.allocate(4).putInt((int) length).array();
            assertThatThrownBy(() -> new Packets("the target").take(field))
                    .isInstanceOf(NotSftp.class)
                    .hasMessage("the target sent what is not sftp: a packet of " + length + " bytes");
        }
    }
}
