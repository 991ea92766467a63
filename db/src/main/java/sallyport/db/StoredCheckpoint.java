package sallyport.db;

import java.time.Instant;
import sallyport.db.schema.tables.records.EvidenceCheckpointRecord;
import sallyport.recorder.proof.Hash;

/**
 * A check point as it is stored.
 *
 * @param size how many leaves it is about
 * @param note the signed note, whole; the other components are copies out of it
 */
public record StoredCheckpoint(Instant time, long size, Hash root, String note) {

    static StoredCheckpoint of(EvidenceCheckpointRecord row) {
        return new StoredCheckpoint(row.getTime(), row.getSize(), Hash.of(row.getRoot()), row.getNote());
    }
}
