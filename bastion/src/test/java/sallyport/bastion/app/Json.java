package sallyport.bastion.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON as a client would that knows nothing of us: objects as maps, arrays as lists, numbers as they are written. */
final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** The object that {@code text} is, and nothing behind it. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> object(String text) {
        return (Map<String, Object>) read(text);
    }

    /** The objects in the array {@code items}, as lists of ours have them. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> items(String text) {
        return (List<Map<String, Object>>) field(object(text), "items");
    }

    /** The object under {@code name}. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> objectIn(Map<String, Object> object, String name) {
        return (Map<String, Object>) field(object, name);
    }

    /** The array that {@code text} is. */
    @SuppressWarnings("unchecked")
    static List<Object> array(String text) {
        return (List<Object>) read(text);
    }

    /** The value under {@code name}, as text. */
    static String text(Map<String, Object> object, String name) {
        return field(object, name).toString();
    }

    private static Object field(Map<String, Object> object, String name) {
        Object value = object.get(name);
        if (value == null) {
            throw new AssertionError("no \"" + name + "\" in " + object);
        }
        return value;
    }

    private static Object read(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            Object value = value(parser);
            if (parser.nextToken() != null) {
                throw new AssertionError("something comes after the JSON: " + text);
            }
            return value;
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    private static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> object = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    object.put(name, value(parser));
                }
                yield object;
            }
            case START_ARRAY -> {
                List<Object> array = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(value(parser));
                }
                yield array;
            }
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new BigDecimal(parser.getText());
            case VALUE_STRING -> parser.getText();
            default -> throw new AssertionError("unexpected " + parser.currentToken());
        };
    }
}
