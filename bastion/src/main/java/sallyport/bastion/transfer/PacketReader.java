package sallyport.bastion.transfer;

/** Reads the parts of one packet in their order (RFC 4251 section 5). What is not there is {@link NotSftp}. */
final class PacketReader {

    private static final int BODY = 5;

    private final byte[] packet;
    private int at;

    /** Behind the length and the type. */
    static PacketReader body(byte[] packet) {
        return new PacketReader(packet, BODY);
    }

    PacketReader(byte[] packet, int at) {
        this.packet = packet;
        this.at = at;
    }

    long u32() throws NotSftp {
        need(4);
        long value = 0;
        for (int i = 0; i < 4; i++) {
            value = (value << 8) | (packet[at++] & 0xff);
        }
        return value;
    }

    /** As a long; what is beyond it is negative. */
    long u64() throws NotSftp {
        return (u32() << 32) | u32();
    }

    byte[] string() throws NotSftp {
        int length = length();
        byte[] bytes = new byte[length];
        System.arraycopy(packet, at, bytes, 0, length);
        at += length;
        return bytes;
    }

    /** A string's length; {@link #at} is where it begins, and {@link #skip} goes behind it. */
    int length() throws NotSftp {
        long length = u32();
        if (length > packet.length - at) {
            throw new NotSftp("a packet is shorter than its parts");
        }
        return (int) length;
    }

    int at() {
        return at;
    }

    void skip(int bytes) throws NotSftp {
        need(bytes);
        at += bytes;
    }

    boolean hasMore() {
        return at < packet.length;
    }

    private void need(int bytes) throws NotSftp {
        if (packet.length - at < bytes) {
            throw new NotSftp("a packet is shorter than its parts");
        }
    }
}
