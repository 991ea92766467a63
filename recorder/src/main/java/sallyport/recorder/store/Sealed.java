package sallyport.recorder.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import sallyport.recorder.Chain;

/**
 * What was stated of a recording when it was over: the sidecar {@code seal.json}.
 *
 * @param parts what is stated of each part, from part 1
 * @param reason {@link #ENDED}, {@link #FAILED} or {@link #BASTION_DIED}
 */
public record Sealed(List<Part> parts, Instant sealedAt, String reason) {

    /** The session was recorded to its end. */
    public static final String ENDED = "ended";

    /** An append or a sync failed: the recording is whole up to there, and the session was ended for it. */
    public static final String FAILED = "recording failed";

    /** Nobody sealed it; {@link RecordingStore#recover} found it. */
    public static final String BASTION_DIED = "bastion died";

    /**
     * What is stated of one part.
     *
     * @param bytes how much of the plain file counts: whole lines
     * @param sha256 of those bytes, in lower-case hexadecimal
     * @param chain the last value of the chain in them; empty if there is none, as in recordings of earlier versions
     * @param packed as what it is stored; empty while that is the plain file
     */
    public record Part(long bytes, String sha256, String chain, Optional<Packed> packed) {}

    /**
     * A file in which a part is stored.
     *
     * @param name in the folder of the session
     * @param bytes how long it is
     * @param sha256 of all of it, in lower-case hexadecimal
     */
    public record Packed(String name, long bytes, String sha256) {}

    public Sealed {
        parts = List.copyOf(parts);
    }

    /** How much of the plain files counts, all parts together. */
    public long bytes() {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    /**
     * One digest for the whole, in lower-case hexadecimal: of a recording with one part that part's, else the SHA-256 of the
     * digests of all parts, 32 bytes each, in their order.
     */
    public String sha256() {
        if (parts.size() == 1) {
            return parts.getFirst().sha256();
        }
        var whole = Chain.sha256();
        parts.forEach(part -> whole.update(HexFormat.of().parseHex(part.sha256())));
        return HexFormat.of().formatHex(whole.digest());
    }

    Sealed with(List<Optional<Packed>> packed) {
        List<Part> stored = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            stored.add(new Part(part.bytes(), part.sha256(), part.chain(), packed.get(i)));
        }
        return new Sealed(stored, sealedAt, reason);
    }
}
