package sallyport.admin;

import java.io.IOException;
import sallyport.db.HistoryRecord;

/** Writes history records in one spelling. Used by one thread, for one export. */
interface HistoryWriter {

    /** Writes one record. */
    void write(HistoryRecord record) throws IOException;

    /** Hands everything to the stream below, which stays open. */
    void flush() throws IOException;
}
