package sallyport.db;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import sallyport.db.schema.tables.records.EvidenceLeafRecord;
import sallyport.policy.session.SessionId;
import sallyport.recorder.proof.Hash;

/**
 * A leaf of the log as it is stored.
 *
 * @param index its place, from 0, without gaps
 * @param id of the audit entry or of the fact
 * @param kind {@code audit}, or the word for a fact about a recording
 * @param data what is hashed; ASCII, defined in {@code docs/proof.md}
 * @param hash as stored, which need not be that of {@code data} if somebody changed it
 */
public record LogLeaf(
        long index, UUID id, Instant time, String kind, Optional<SessionId> session, String data, Hash hash) {

    static LogLeaf of(EvidenceLeafRecord row) {
        return new LogLeaf(
                row.getIndex(),
                row.getId(),
                row.getTime(),
                row.getKind(),
                Optional.ofNullable(row.getSessionId()).map(SessionId::new),
                row.getData(),
                Hash.of(row.getHash()));
    }

    /** The hash of a leaf that holds {@code data}. */
    static Hash hash(String data) {
        return Hash.ofLeaf(data.getBytes(US_ASCII));
    }

    /** What is hashed. */
    public byte[] bytes() {
        return data.getBytes(US_ASCII);
    }
}
