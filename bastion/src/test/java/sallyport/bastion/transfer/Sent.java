package sallyport.bastion.transfer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Makes packets as clients and targets send them. */
final class Sent {

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    private Sent() {}

    static Sent packet(int type) {
        Sent packet = new Sent();
        packet.body.write(type);
        return packet;
    }

    static Sent request(int type, int id) {
        return packet(type).u32(id);
    }

    Sent u32(long value) {
        body.writeBytes(ByteBuffer.allocate(4).putInt((int) value).array());
        return this;
    }

    Sent u64(long value) {
        body.writeBytes(ByteBuffer.allocate(8).putLong(value).array());
        return this;
    }

    Sent string(byte[] bytes) {
        u32(bytes.length);
        body.writeBytes(bytes);
        return this;
    }

    Sent string(String text) {
        return string(text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] bytes() {
        return ByteBuffer.allocate(4 + body.size())
                .putInt(body.size())
                .put(body.toByteArray())
                .array();
    }
}
