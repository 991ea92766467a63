package sallyport.admin;

import java.io.IOException;
import java.io.Writer;
import java.util.SequencedMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.QuoteMode;
import sallyport.db.HistoryRecord;

/** The history as RFC 4180 with a header row and CRLF; an empty cell is null; every cell passes {@link FormulaGuard}. */
final class CsvHistory implements HistoryWriter {

    private final CSVPrinter printer;

    /** Writes the header row. */
    CsvHistory(Writer out) throws IOException {
        this.printer = new CSVPrinter(
                out,
                CSVFormat.RFC4180
                        .builder()
                        .setQuoteMode(QuoteMode.MINIMAL)
                        .setHeader(HistoryColumns.NAMES.toArray(String[]::new))
                        .get());
    }

    @Override
    public void write(HistoryRecord record) throws IOException {
        SequencedMap<String, Object> values = HistoryColumns.of(record);
        for (String name : HistoryColumns.NAMES) {
            Object value = values.get(name);
            printer.print(value == null ? "" : FormulaGuard.guard(value.toString()));
        }
        printer.println();
    }

    @Override
    public void flush() throws IOException {
        printer.flush();
    }
}
