package sallyport.admin;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import sallyport.db.HistoryRecord;

/**
 * Sessions and audit events in the order of time, on their way out: read page by page while they are written, in memory that
 * does not grow with their number.
 */
public final class HistoryExport {

    private final ExportFormat format;
    private final String fileName;
    private final Stream<HistoryRecord> records;
    private final LongConsumer taken;
    private final AtomicBoolean begun = new AtomicBoolean();

    /** @param taken is told how many records went out, once, also when writing failed half-way */
    HistoryExport(ExportFormat format, String fileName, Stream<HistoryRecord> records, LongConsumer taken) {
        this.format = format;
        this.fileName = fileName;
        this.records = records;
        this.taken = taken;
    }

    /** For a Content-Type. */
    public String mediaType() {
        return format.mediaType();
    }

    /** What to call the copy. */
    public String fileName() {
        return fileName;
    }

    /**
     * Writes it all, once. The export is an audit event, written at the end with the number of records that went out, also
     * if {@code out} or the database failed half-way.
     *
     * @param out not closed
     * @return how many records were written, the header row of CSV not counted
     * @throws IOException if {@code out} refuses
     * @throws sallyport.db.DatabaseAway if the database stopped answering; what was written until then is well-formed
     * @throws java.io.UncheckedIOException if the audit journal did not take the entry
     */
    public long writeTo(OutputStream out) throws IOException {
        if (begun.getAndSet(true)) {
            throw new IllegalStateException("an export is written once");
        }
        long written = 0;
        try (records) {
            HistoryWriter writer = writer(out);
            for (Iterator<HistoryRecord> rest = records.iterator(); rest.hasNext(); ) {
                writer.write(rest.next());
                written++;
            }
            writer.flush();
            return written;
        } finally {
            taken.accept(written);
        }
    }

    private HistoryWriter writer(OutputStream out) throws IOException {
        return switch (format) {
            case CSV -> new CsvHistory(new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8)));
            case JSON_LINES -> new JsonHistory(out);
        };
    }
}
