package sallyport.recorder;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The header as the first line of an asciicast v3 file.
 *
 * @param later what a part says that is not the first
 */
public record HeaderLine(Header header, StreamKind kind, Optional<Later> later) {

    /**
     * How a part goes on from the one before it.
     *
     * @param part from 2
     * @param atMillis when it begins, since the start of the session
     * @param after the last value of the chain in the part before it, in hexadecimal
     */
    public record Later(int part, long atMillis, String after) {}

    /** Of a first part. */
    public HeaderLine(Header header, StreamKind kind) {
        this(header, kind, Optional.empty());
    }

    /** The line, its newline included. */
    public byte[] toBytes() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JsonText.generator(line)) {
            json.writeStartObject();
            json.writeNumberField("version", 3);
            writeTerminal(json);
            writeRest(json);
            json.writeEndObject();
        }
        line.write('\n');
        return line.toByteArray();
    }

    private void writeTerminal(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("term");
        json.writeNumberField("cols", header.columns());
        json.writeNumberField("rows", header.rows());
        if (!header.terminalType().isEmpty()) {
            json.writeStringField("type", header.terminalType());
        }
        json.writeEndObject();
    }

    private void writeRest(JsonGenerator json) throws IOException {
        writeCommon(json, header);
        SequencedMap<String, String> vendor = new LinkedHashMap<>();
        vendor.put(Header.STREAM_KIND, kind.word());
        if (later.isPresent()) {
            vendor.put(Header.PART, Integer.toString(later.get().part()));
            vendor.put(Header.PART_AT, Long.toString(later.get().atMillis()));
            vendor.put(Header.PART_AFTER, later.get().after());
        }
        vendor.putAll(header.sallyport());
        JsonText.texts(json, "sallyport", vendor);
    }

    /** The fields that asciicast v2 has too. */
    static void writeCommon(JsonGenerator json, Header header) throws IOException {
        json.writeNumberField("timestamp", header.startedAt().getEpochSecond());
        if (header.command().isPresent()) {
            json.writeStringField("command", header.command().get());
        }
        if (header.title().isPresent()) {
            json.writeStringField("title", header.title().get());
        }
        JsonText.texts(json, "env", header.env());
    }

    /**
     * Reads {@code bytes[from..to)}.
     *
     * @throws IOException in words, if it is no header of an asciicast v3 file
     */
    public static HeaderLine parse(byte[] bytes, int from, int to) throws IOException {
        Fields fields = new Fields();
        try (JsonParser json = JsonText.parser(bytes, from, to)) {
            JsonText.expect(json, JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                fields.take(json);
            }
            if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
                throw new IOException("the header is no JSON object");
            }
        }
        return fields.header();
    }

    /** The fields as they come by. */
    private static final class Fields {
        private int version;
        private int columns = -1;
        private int rows = -1;
        private String type = "";
        private long timestamp;
        private @Nullable String command;
        private @Nullable String title;
        private SequencedMap<String, String> env = new LinkedHashMap<>();
        private SequencedMap<String, String> vendor = new LinkedHashMap<>();

        void take(JsonParser json) throws IOException {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            switch (name) {
                case "version" -> version = json.getIntValue();
                case "timestamp" -> timestamp = json.getLongValue();
                case "command" -> command = json.getText();
                case "title" -> title = json.getText();
                case "env" -> env = JsonText.texts(json);
                case "sallyport" -> vendor = JsonText.texts(json);
                case "term" -> takeTerminal(json, value);
                default -> json.skipChildren();
            }
        }

        private void takeTerminal(JsonParser json, @Nullable JsonToken value) throws IOException {
            if (value != JsonToken.START_OBJECT) {
                throw new IOException("the header says nothing of a terminal");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "cols" -> columns = json.getIntValue();
                    case "rows" -> rows = json.getIntValue();
                    case "type" -> type = json.getText();
                    default -> json.skipChildren();
                }
            }
        }

        HeaderLine header() throws IOException {
            if (version != 3) {
                throw new IOException("no asciicast v3 file");
            }
            if (columns < 0 || rows < 0) {
                throw new IOException("the header has no terminal size");
            }
            String word = vendor.remove(Header.STREAM_KIND);
            StreamKind kind = StreamKind.PLAIN.word().equals(word) ? StreamKind.PLAIN : StreamKind.TERMINAL;
            Optional<Later> later = later();
            return new HeaderLine(
                    new Header(
                            columns,
                            rows,
                            type,
                            Instant.ofEpochSecond(timestamp),
                            Optional.ofNullable(command),
                            Optional.ofNullable(title),
                            env,
                            vendor),
                    kind,
                    later);
        }

        private Optional<Later> later() {
            String part = vendor.remove(Header.PART);
            String at = vendor.remove(Header.PART_AT);
            String after = vendor.remove(Header.PART_AFTER);
            if (part == null || at == null || after == null) {
                return Optional.empty();
            }
            return Optional.of(new Later(Integer.parseInt(part), Long.parseLong(at), after));
        }
    }
}
