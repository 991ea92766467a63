package sallyport.bastion.transfer;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** ATTRS (draft-ietf-secsh-filexfer-02 section 5), as far as they are written down. */
record FileAttributes(OptionalLong size, List<String> others) {

    private static final int SIZE = 0x01;
    private static final int OWNER = 0x02;
    private static final int MODE = 0x04;
    private static final int TIMES = 0x08;

    static FileAttributes read(PacketReader in) throws NotSftp {
        long flags = in.u32();
        OptionalLong size = (flags & SIZE) != 0 ? OptionalLong.of(in.u64()) : OptionalLong.empty();
        List<String> others = new ArrayList<>();
        if ((flags & OWNER) != 0) {
            others.add("owner " + in.u32() + ":" + in.u32());
        }
        if ((flags & MODE) != 0) {
            others.add("mode %04o".formatted(in.u32() & 07777));
        }
        if ((flags & TIMES) != 0) {
            in.skip(8);
            others.add("times");
        }
        if ((flags & ~(SIZE | OWNER | MODE | TIMES)) != 0) {
            others.add("more");
        }
        return new FileAttributes(size, List.copyOf(others));
    }

    /** Whether they say a size and nothing else. */
    boolean isSizeAlone() {
        return size.isPresent() && others.isEmpty();
    }

    String words() {
        List<String> words = new ArrayList<>();
        size.ifPresent(bytes -> words.add("size " + bytes));
        words.addAll(others);
        return words.isEmpty() ? "nothing" : String.join(", ", words);
    }
}
