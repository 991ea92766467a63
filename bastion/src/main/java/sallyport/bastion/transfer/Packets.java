package sallyport.bastion.transfer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts one direction of an sftp conversation into packets. Of a packet that is not all there, what has come is held: never more
 * than it, and never more than {@link #LONGEST}, since its length is looked at before anything of it is kept.
 */
public final class Packets {

    /** Longest packet behind its length field, in bytes: what OpenSSH's client and server take (SFTP_MAX_MSG_LENGTH). */
    public static final int LONGEST = 256 * 1024;

    private static final int LENGTH_FIELD = 4;

    /** Room is made for so much of a packet at first: a length that is claimed costs nothing before its bytes come. */
    private static final int FIRST_ROOM = 4096;

    private final String sender;
    private byte[] packet = new byte[LENGTH_FIELD];
    private int filled;

    /** Its length with the length field, once that is there. */
    private int total;

    /** @param sender who sends them, for words */
    public Packets(String sender) {
        this.sender = sender;
    }

    /**
     * Takes what was sent next.
     *
     * @return the packets that are whole now, each with its length field
     */
    public List<byte[]> take(byte[] bytes) throws NotSftp {
        List<byte[]> whole = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int wanted = (total == 0 ? LENGTH_FIELD : total) - filled;
            int taken = Math.min(wanted, bytes.length - at);
            fill(bytes, at, taken);
            at += taken;
            if (taken < wanted) {
                break;
            }
            if (total == 0) {
                total = LENGTH_FIELD + length();
            } else {
                whole.add(packet);
                packet = new byte[LENGTH_FIELD];
                filled = 0;
                total = 0;
            }
        }
        return whole;
    }

    private void fill(byte[] bytes, int at, int taken) {
        if (filled + taken > packet.length) {
            int room = Math.max(Math.max(FIRST_ROOM, 2 * packet.length), filled + taken);
            packet = Arrays.copyOf(packet, Math.min(total, room));
        }
        System.arraycopy(bytes, at, packet, filled, taken);
        filled += taken;
    }

    private int length() throws NotSftp {
        long length = new PacketReader(packet, 0).u32();
        if (length < 1 || length > LONGEST) {
            throw new NotSftp("%s sent what is not sftp: a packet of %d bytes".formatted(sender, length));
        }
        return (int) length;
    }
}
