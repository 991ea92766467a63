package sallyport.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import sallyport.db.HistoryRecord;

/**
 * The history as JSON Lines in pure ASCII, so that no reader sees a line end inside a record (T35). Readers ignore names they
 * do not know; what is null is left out.
 */
final class JsonHistory implements HistoryWriter {

    /** What each object calls its shape. */
    static final String SCHEMA = "sallyport.history";

    /** Grows when a name changes its meaning; new names do not change it. */
    static final int SCHEMA_VERSION = 1;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    private final JsonGenerator generator;

    JsonHistory(OutputStream out) throws IOException {
        this.generator = JSON.createGenerator(out).setPrettyPrinter(new MinimalPrettyPrinter(""));
    }

    @Override
    public void write(HistoryRecord record) throws IOException {
        generator.writeStartObject();
        for (Map.Entry<String, Object> entry : HistoryColumns.of(record).entrySet()) {
            generator.writeFieldName(entry.getKey());
            if (entry.getKey().equals("detail")) {
                generator.writeRawValue(entry.getValue().toString());
            } else {
                value(entry.getValue());
            }
            if (entry.getKey().equals("record_type")) {
                generator.writeStringField("schema", SCHEMA);
                generator.writeNumberField("schema_version", SCHEMA_VERSION);
            }
        }
        generator.writeEndObject();
        generator.writeRaw('\n');
    }

    private void value(Object value) throws IOException {
        switch (value) {
            case Boolean b -> generator.writeBoolean(b);
            case Integer i -> generator.writeNumber(i);
            case Long l -> generator.writeNumber(l);
            default -> generator.writeString(value.toString());
        }
    }

    @Override
    public void flush() throws IOException {
        generator.flush();
    }
}
