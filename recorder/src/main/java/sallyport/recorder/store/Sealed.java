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
 * @param input what is stated of the file of what was typed; empty if that was not recorded
 */
public record Sealed(List<Part> parts, Instant sealedAt, String reason, Optional<Part> input) {

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
    public record Part(long bytes, String sha256, String chain, Optional<Packed> packed) {
        Part with(Optional<Packed> storedAs) {
            return new Part(bytes, sha256, chain, storedAs);
        }
    }

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

    /** Of a recording without what was typed. */
    public Sealed(List<Part> parts, Instant sealedAt, String reason) {
        this(parts, sealedAt, reason, Optional.empty());
    }

    /** How much of the plain files counts, all parts together; what was typed is not among them. */
    public long bytes() {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    /**
     * One digest for the whole, in lower-case hexadecimal: of a recording with one part and nothing else that part's, else the
     * SHA-256 of the digests of all parts, 32 bytes each, in their order, and of what was typed behind them.
     */
    public String sha256() {
        if (parts.size() == 1 && input.isEmpty()) {
            return parts.getFirst().sha256();
        }
        var whole = Chain.sha256();
        parts.forEach(part -> whole.update(HexFormat.of().parseHex(part.sha256())));
        input.ifPresent(typed -> whole.update(HexFormat.of().parseHex(typed.sha256())));
        return HexFormat.of().formatHex(whole.digest());
    }

    Sealed with(List<Optional<Packed>> packed, Optional<Packed> packedInput) {
        List<Part> stored = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            stored.add(parts.get(i).with(packed.get(i)));
        }
        return new Sealed(stored, sealedAt, reason, input.map(typed -> typed.with(packedInput)));
    }
}
