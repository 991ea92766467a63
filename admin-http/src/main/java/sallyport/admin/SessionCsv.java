package sallyport.admin;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.QuoteMode;
import org.jspecify.annotations.Nullable;

/**
 * Sessions as RFC 4180 with a header row and CRLF, a column for each of {@link #NAMES}; an empty cell is what is
 * not known; every cell is {@link Inert}, because it may
 * be looked at in a terminal, and passes {@link FormulaGuard}. JSON has the exact text.
 */
public final class SessionCsv {

    /** The names of {@link SessionFields}, in their order. */
    static final List<String> NAMES = List.of(
            "id",
            "code",
            "name",
            "state",
            "person",
            "person_id",
            "target",
            "environment",
            "login",
            "mode",
            "terminal",
            "command",
            "reason",
            "approved_by",
            "rule",
            "source",
            "key_fingerprint",
            "started_at",
            "ended_at",
            "exit_status",
            "ending",
            "ending_detail",
            "live",
            "attachments",
            "size",
            "output_bytes",
            "last_input_at",
            "recording_bytes",
            "recording_sha256",
            "workspace",
            "link",
            "origin",
            "attach_command",
            "deep_link",
            "people",
            "cut_at",
            "cut",
            "kept_bytes",
            "kept_lines",
            "missing_lines",
            "job",
            "runtime_seconds",
            "records_input",
            "output_kept");

    private SessionCsv() {}

    /** Writes {@code views} as UTF-8 and flushes {@code out}, which stays open. */
    public static void write(List<SessionView> views, OutputStream out) throws IOException {
        Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        CSVPrinter printer = new CSVPrinter(
                text,
                CSVFormat.RFC4180
                        .builder()
                        .setQuoteMode(QuoteMode.MINIMAL)
                        .setHeader(NAMES.toArray(String[]::new))
                        .get());
        for (SessionView view : views) {
            Map<String, Object> fields = SessionFields.of(view);
            for (String name : NAMES) {
                printer.print(FormulaGuard.guard(Inert.of(cell(fields.get(name)))));
            }
            printer.println();
        }
        printer.flush();
    }

    private static String cell(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Iterable<?> list ->
                StreamSupport.stream(list.spliterator(), false)
                        .map(String::valueOf)
                        .collect(Collectors.joining(", "));
            default -> value.toString();
        };
    }
}
