package sallyport.bastion.console;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import sallyport.admin.Times;

/**
 * Answers as JSON on one line. Pure ASCII: strings say exactly what was stored, and what a terminal would obey, hide or
 * reorder is an escape of JSON, so that the text is inert too when somebody looks at it (T33).
 */
final class JsonText {

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private JsonText() {}

    /**
     * One answer, which is a list.
     *
     * @param next what to pass as {@code --after} for the rest; left out on the last page
     */
    static String items(List<? extends Map<String, Object>> items, Optional<String> next) {
        SequencedMap<String, Object> document = new LinkedHashMap<>();
        document.put("items", items);
        document.put("next", next);
        return of(document);
    }

    /**
     * @param value a string, number, boolean, time, map with names, or list of such; every other value is written as the
     *     string it calls itself. A part of a map that is an empty optional is left out
     */
    static String of(Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            write(generator, value);
        } catch (IOException impossible) {
            throw new UncheckedIOException("a string takes everything", impossible);
        }
        // DEL is the one control character that JSON leaves as it is; it can only stand in strings.
        return text.toString().replace("\u007f", "\\u007f");
    }

    private static void write(JsonGenerator generator, Object value) throws IOException {
        switch (value) {
            case Boolean b -> generator.writeBoolean(b);
            case Integer i -> generator.writeNumber(i);
            case Long l -> generator.writeNumber(l);
            case Instant time -> generator.writeString(Times.utc(time));
            case Map<?, ?> map -> {
                generator.writeStartObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    Object part = entry.getValue() instanceof Optional<?> maybe ? maybe.orElse(null) : entry.getValue();
                    if (part != null) {
                        generator.writeFieldName(String.valueOf(entry.getKey()));
                        write(generator, part);
                    }
                }
                generator.writeEndObject();
            }
            case Iterable<?> list -> {
                generator.writeStartArray();
                for (Object item : list) {
                    write(generator, item);
                }
                generator.writeEndArray();
            }
            default -> generator.writeString(value.toString());
        }
    }
}
