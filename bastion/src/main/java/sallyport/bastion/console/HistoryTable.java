package sallyport.bastion.console;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import sallyport.admin.Inert;
import sallyport.policy.session.SessionId;

/**
 * The history for people: takes the export as JSON Lines and prints a row for each, while they come, in columns of fixed
 * width. So there is one export, and this is a view of it.
 */
final class HistoryTable extends OutputStream {

    private static final JsonFactory JSON = new JsonFactory();

    private static final int TIME = 19;
    private static final int WHO = 12;
    private static final int WHAT = 18;
    private static final int SESSION = 8;

    private final Output output;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean begun;

    HistoryTable(Output output) {
        this.output = output;
    }

    @Override
    public void write(int b) throws IOException {
        if (b == '\n') {
            row(line.toByteArray());
            line.reset();
        } else {
            line.write(b);
        }
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        for (int i = from; i < from + length; i++) {
            write(bytes[i]);
        }
    }

    private void row(byte[] json) throws IOException {
        if (!begun) {
            begun = true;
            print("TIME (UTC)", "WHO", "WHAT", "SESSION", "ABOUT");
        }
        Map<String, String> record = read(json);
        boolean session = record.getOrDefault("record_type", "").equals("session");
        String id = record.getOrDefault("session_id", "");
        print(
                time(record.getOrDefault("time", "")),
                record.getOrDefault("person", "bastion"),
                session
                        ? record.getOrDefault("mode", "") + " " + record.getOrDefault("state", "")
                        : record.getOrDefault("action", ""),
                id.isEmpty() ? "" : new SessionId(UUID.fromString(id)).code(),
                session ? about(record) : record.getOrDefault("detail", ""));
    }

    private static String about(Map<String, String> record) {
        StringBuilder about =
                new StringBuilder(record.getOrDefault("login", "") + "@" + record.getOrDefault("target", ""));
        add(about, "", record.getOrDefault("command", ""));
        add(about, "why: ", record.getOrDefault("reason", ""));
        add(about, "approved by ", record.getOrDefault("approved_by", ""));
        add(about, "", record.getOrDefault("ending", "").replace('_', ' '));
        add(about, "", record.getOrDefault("ending_detail", ""));
        return about.toString();
    }

    private static void add(StringBuilder about, String label, String text) {
        if (!text.isEmpty()) {
            about.append("; ").append(label).append(text);
        }
    }

    private static String time(String rfc3339) {
        return rfc3339.length() < TIME ? rfc3339 : rfc3339.substring(0, TIME).replace('T', ' ');
    }

    private void print(String time, String who, String what, String session, String about) throws IOException {
        String row = (cell(time, TIME) + cell(who, WHO) + cell(what, WHAT) + cell(session, SESSION) + Inert.of(about))
                .stripTrailing();
        output.data(output.columns().map(c -> Printable.cut(row, c)).orElse(row));
    }

    /** Padded for the columns to line up; without a terminal nothing is cut. */
    private String cell(String text, int width) {
        String inert = Inert.of(text);
        return Printable.pad(output.columns().isPresent() ? Printable.cut(inert, width) : inert, width) + "  ";
    }

    /** The fields of one flat object; one that is an object itself as short text. */
    private static Map<String, String> read(byte[] json) throws IOException {
        Map<String, String> record = new HashMap<>();
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                record.put(name, value.isStructStart() ? nested(parser) : String.valueOf(parser.getText()));
            }
        }
        return record;
    }

    /** {@code {"code":"7F3K","note":"ok"}} as {@code code 7F3K, note ok}. */
    private static String nested(JsonParser parser) throws IOException {
        StringBuilder text = new StringBuilder();
        int depth = 1;
        while (depth > 0) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return text.toString();
            }
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token == JsonToken.FIELD_NAME) {
                text.append(text.isEmpty() ? "" : ", ").append(parser.currentName());
            } else if (!parser.getText().isEmpty()) {
                text.append(' ').append(parser.getText());
            }
        }
        return text.toString();
    }
}
