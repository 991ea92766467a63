package sallyport.recorder.verify;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import sallyport.recorder.JsonText;

/**
 * A leaf of the log, as far as checks need it.
 *
 * @param kind {@code audit}, or the word for a fact about a recording
 * @param action of an audit event; else empty
 * @param session as it is written there
 * @param detail the texts and numbers in it
 */
public record LogEntry(String kind, String id, String action, Optional<String> session, Map<String, String> detail) {

    /** What audit events are called. */
    public static final String AUDIT = "audit";

    public LogEntry {
        detail = Map.copyOf(detail);
    }

    /**
     * Reads the line that is hashed.
     *
     * @throws IOException if it is no such line
     */
    public static LogEntry parse(byte[] line) throws IOException {
        Map<String, String> fields = new HashMap<>();
        Map<String, String> detail = new HashMap<>();
        try (JsonParser json = JsonText.parser(line, 0, line.length)) {
            JsonText.expect(json, JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                if (json.currentName().equals("detail")) {
                    JsonText.expect(json, JsonToken.START_OBJECT);
                    scalars(json, detail);
                } else {
                    scalar(json, fields);
                }
            }
        }
        if (!fields.containsKey("kind") || !fields.containsKey("id")) {
            throw new IOException("an entry has a kind and an id");
        }
        return new LogEntry(
                fields.get("kind"),
                fields.get("id"),
                fields.getOrDefault("action", ""),
                Optional.ofNullable(fields.get("session")),
                detail);
    }

    private static void scalars(JsonParser json, Map<String, String> into) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            scalar(json, into);
        }
    }

    private static void scalar(JsonParser json, Map<String, String> into) throws IOException {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (value == null) {
            throw new IOException("the entry is cut");
        }
        if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
            into.put(name, json.getText());
        } else {
            json.skipChildren();
        }
    }
}
