package sallyport.admin.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import sallyport.admin.Quoted;

/** JSON in and out: plain values, pure ASCII, nothing made from the names of classes. */
final class Json {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(8).build())
            .build();

    private Json() {}

    /** {@code value} as text: maps with names, lists, text, numbers, truth values. */
    static String write(Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            write(generator, value);
        } catch (IOException cannotHappen) {
            throw new UncheckedIOException("a string took no text", cannotHappen);
        }
        return text.toString();
    }

    private static void write(JsonGenerator generator, Object value) throws IOException {
        switch (value) {
            case Map<?, ?> map -> {
                generator.writeStartObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    generator.writeFieldName(String.valueOf(entry.getKey()));
                    write(generator, entry.getValue());
                }
                generator.writeEndObject();
            }
            case List<?> list -> {
                generator.writeStartArray();
                for (Object item : list) {
                    write(generator, item);
                }
                generator.writeEndArray();
            }
            case Boolean truth -> generator.writeBoolean(truth);
            case Integer number -> generator.writeNumber(number);
            case Long number -> generator.writeNumber(number);
            default -> generator.writeString(value.toString());
        }
    }

    /**
     * Reads an object whose values are text and whose names are all among {@code known}.
     *
     * @throws IllegalArgumentException in words if it is anything else
     */
    static Map<String, String> readTexts(byte[] body, Set<String> known) {
        try (JsonParser parser = JSON.createParser(body)) {
            Map<String, String> texts = new LinkedHashMap<>();
            expect(parser.nextToken() == JsonToken.START_OBJECT, "the body must be a JSON object");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                expect(
                        known.contains(name),
                        "the body has an unknown name " + Quoted.of(name) + "; known: " + String.join(", ", known));
                expect(parser.nextToken() == JsonToken.VALUE_STRING, Quoted.of(name) + " must be text");
                texts.put(name, parser.getText());
            }
            expect(parser.nextToken() == null, "the body goes on after its JSON object");
            return texts;
        } catch (JsonParseException notJson) {
            throw new IllegalArgumentException("the body is not JSON: " + notJson.getOriginalMessage(), notJson);
        } catch (IOException notJson) {
            throw new IllegalArgumentException("the body is not JSON", notJson);
        }
    }

    private static void expect(boolean fine, String words) {
        if (!fine) {
            throw new IllegalArgumentException(words);
        }
    }
}
