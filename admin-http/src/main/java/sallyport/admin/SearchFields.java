package sallyport.admin;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.QuoteMode;
import sallyport.db.SearchMatch;
import sallyport.policy.session.SessionRow;

/** The names that a match's parts have in data, the same for every face. Names are only ever added, at the end. */
public final class SearchFields {

    /** In their order. */
    static final List<String> NAMES = List.of(
            "time",
            "person",
            "person_id",
            "target",
            "environment",
            "login",
            "session_id",
            "session_code",
            "session_name",
            "at",
            "at_seconds",
            "kind",
            "text",
            "exit_status",
            "directory",
            "source",
            "confidence",
            "replay",
            "operation");

    private SearchFields() {}

    /** What is known of a match, by name; what is not known is absent. Values are strings and numbers. */
    public static SequencedMap<String, Object> of(SearchHit hit) {
        SearchMatch match = hit.match();
        SessionRow session = match.session();
        SequencedMap<String, Object> fields = new LinkedHashMap<>();
        fields.put("time", Times.utc(match.time()));
        fields.put("person", session.personName().value());
        fields.put("person_id", session.person().toString());
        fields.put("target", session.target().value());
        fields.put("environment", session.environment().word());
        fields.put("login", session.login().value());
        fields.put("session_id", session.id().toString());
        fields.put("session_code", session.id().code());
        fields.put("session_name", session.name().value());
        fields.put("at", hit.offset());
        fields.put("at_seconds", match.at().toSeconds());
        fields.put(
                "kind",
                match.command().isPresent() ? "command" : match.operation().isPresent() ? "file" : "screen");
        fields.put("text", match.text());
        match.command().ifPresent(command -> {
            command.status().ifPresent(status -> fields.put("exit_status", status));
            if (!command.directory().isEmpty()) {
                fields.put("directory", command.directory());
            }
            fields.put("source", command.source());
            fields.put("confidence", command.confidence());
        });
        fields.put("replay", hit.replay());
        match.operation().ifPresent(operation -> fields.put("operation", operation));
        return fields;
    }

    /** Writes {@code hits} as RFC 4180, every cell inert and guarded as {@link SessionCsv} does, and flushes {@code out}. */
    public static void writeCsv(List<SearchHit> hits, OutputStream out) throws IOException {
        CSVPrinter printer = new CSVPrinter(
                new OutputStreamWriter(out, StandardCharsets.UTF_8),
                CSVFormat.RFC4180
                        .builder()
                        .setQuoteMode(QuoteMode.MINIMAL)
                        .setHeader(NAMES.toArray(String[]::new))
                        .get());
        for (SearchHit hit : hits) {
            SequencedMap<String, Object> fields = of(hit);
            for (String name : NAMES) {
                printer.print(FormulaGuard.guard(
                        Inert.of(fields.getOrDefault(name, "").toString())));
            }
            printer.println();
        }
        printer.flush();
    }
}
