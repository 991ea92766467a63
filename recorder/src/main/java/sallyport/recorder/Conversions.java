package sallyport.recorder;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Hands a recording out in a {@link Format}: one pass, in memory that does not grow with the recording. */
public final class Conversions {

    private static final int BUFFER = 64 * 1024;

    private Conversions() {}

    /**
     * Writes {@code recording} to {@code out} as {@code format}, as far as it is good, from where the reader is: at its
     * beginning. A recording that still grows is written to its present end. Bytes that no client can have seen (behind the
     * length in the seal, or a cut last line) are left out. {@link Format#ASCIICAST_V3} is what is stored, whole lines: what
     * they say is not looked at.
     *
     * @param recording not closed
     * @param out not closed; buffered here, and flushed at the end
     * @return where the recording stops making sense, if it does: what was written is well-formed and holds all before that
     * @throws IOException if {@code out} refuses, or the file cannot be read at all
     */
    public static Optional<Damage> write(RecordingReader recording, Format format, OutputStream out)
            throws IOException {
        BufferedOutputStream buffered = new BufferedOutputStream(out, BUFFER);
        Optional<Damage> damage = switch (format) {
            case ASCIICAST_V3 -> recording.writeLines(buffered);
            case ASCIICAST_V2 -> asciicast2(recording, buffered);
            case RAW -> raw(recording, buffered, false);
            case RAW_STDERR -> raw(recording, buffered, true);
            case TEXT -> text(recording, buffered);
            case JSON -> json(recording, buffered);
        };
        buffered.flush();
        return damage;
    }

    private static Optional<Damage> raw(RecordingReader reader, OutputStream out, boolean stderr) throws IOException {
        ExactBytes exact = new ExactBytes(out);
        boolean whole = true;
        for (Optional<Event> next = reader.next(); whole && next.isPresent(); next = reader.next()) {
            if (next.get() instanceof Event.Output output && output.stderr() == stderr) {
                exact.text(output.text());
            } else if (next.get() instanceof Event.Bytes bytes && bytes.stderr() == stderr) {
                whole = exact.bytes(bytes.offset(), bytes.bytes());
                if (!whole) {
                    exact.finish();
                    return Optional.of(new Damage(
                            reader.part(), reader.lineAt(), "bytes before offset " + bytes.offset() + " are missing"));
                }
            }
        }
        exact.finish();
        return reader.damage();
    }

    private static Optional<Damage> text(RecordingReader reader, OutputStream out) throws IOException {
        // A control sequence that one stream began must not swallow what the other says.
        ControlFilter stdout = ControlFilter.plain();
        ControlFilter stderr = ControlFilter.plain();
        for (Optional<Event> next = reader.next(); next.isPresent(); next = reader.next()) {
            if (next.get() instanceof Event.Output output) {
                ByteBuffer utf8 = ByteBuffer.wrap(output.text().getBytes(StandardCharsets.UTF_8));
                out.write((output.stderr() ? stderr : stdout).filter(utf8));
            }
        }
        return reader.damage();
    }

    private static Optional<Damage> asciicast2(RecordingReader reader, OutputStream out) throws IOException {
        Optional<Header> header = reader.header();
        if (header.isEmpty()) {
            return reader.damage();
        }
        LineEnds ends = new LineEnds(reader.kind());
        try (JsonGenerator json = JsonText.generator(out)) {
            json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
            json.writeStartObject();
            json.writeNumberField("version", 2);
            json.writeNumberField("width", header.get().columns());
            json.writeNumberField("height", header.get().rows());
            HeaderLine.writeCommon(json, header.get());
            json.writeEndObject();
            for (Optional<Event> next = reader.next(); next.isPresent(); next = reader.next()) {
                switch (next.get()) {
                    case Event.Output output -> event(json, output, "o", ends.forTerminal(output.text()));
                    case Event.Input input -> event(json, input, "i", input.text());
                    case Event.Marker marker -> event(json, marker, "m", marker.label());
                    case Event.Resize resize -> event(json, resize, "r", resize.columns() + "x" + resize.rows());
                    case Event.Exit _, Event.Bytes _, Event.Clock _ -> {}
                }
            }
            json.writeRaw('\n');
        }
        return reader.damage();
    }

    private static void event(JsonGenerator json, Event event, String code, String data) throws IOException {
        json.writeStartArray();
        json.writeNumber(seconds(event.at()));
        json.writeString(code);
        json.writeString(data);
        json.writeEndArray();
    }

    private static Optional<Damage> json(RecordingReader reader, OutputStream out) throws IOException {
        Optional<Header> header = reader.header();
        try (JsonGenerator json = JsonText.generator(out)) {
            json.writeStartObject();
            if (header.isPresent()) {
                jsonHeader(json, header.get());
            }
            json.writeArrayFieldStart("events");
            for (Optional<Event> next = reader.next(); next.isPresent(); next = reader.next()) {
                json.writeStartObject();
                json.writeFieldName("time");
                json.writeNumber(seconds(next.get().at()));
                jsonEvent(json, next.get());
                json.writeEndObject();
            }
            json.writeEndArray();
            Optional<Damage> damage = reader.damage();
            if (damage.isPresent()) {
                json.writeObjectFieldStart("damage");
                if (damage.get().part() > 1) {
                    json.writeNumberField("part", damage.get().part());
                }
                json.writeNumberField("position", damage.get().position());
                json.writeStringField("words", damage.get().words());
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeRaw('\n');
        }
        return reader.damage();
    }

    private static void jsonHeader(JsonGenerator json, Header header) throws IOException {
        json.writeObjectFieldStart("header");
        json.writeNumberField("columns", header.columns());
        json.writeNumberField("rows", header.rows());
        json.writeStringField("terminal", header.terminalType());
        HeaderLine.writeCommon(json, header);
        JsonText.texts(json, "sallyport", header.sallyport());
        json.writeEndObject();
    }

    private static void jsonEvent(JsonGenerator json, Event event) throws IOException {
        switch (event) {
            case Event.Output output -> {
                json.writeStringField("type", "output");
                json.writeStringField("stream", stream(output.stderr()));
                json.writeStringField("text", output.text());
            }
            case Event.Bytes bytes -> {
                json.writeStringField("type", "bytes");
                json.writeStringField("stream", stream(bytes.stderr()));
                json.writeNumberField("offset", bytes.offset());
                json.writeFieldName("base64");
                byte[] content = new byte[bytes.bytes().remaining()];
                bytes.bytes().get(content);
                json.writeBinary(content);
            }
            case Event.Input input -> {
                json.writeStringField("type", "input");
                json.writeStringField("text", input.text());
            }
            case Event.Resize resize -> {
                json.writeStringField("type", "resize");
                json.writeNumberField("columns", resize.columns());
                json.writeNumberField("rows", resize.rows());
            }
            case Event.Marker marker -> {
                json.writeStringField("type", "marker");
                json.writeStringField("label", marker.label());
            }
            case Event.Exit exit -> {
                json.writeStringField("type", "exit");
                json.writeNumberField("status", exit.status());
                if (exit.signal().isPresent()) {
                    json.writeStringField("signal", exit.signal().get());
                }
            }
            case Event.Clock clock -> {
                json.writeStringField("type", "clock");
                json.writeStringField("clock", clock.time().toString());
            }
        }
    }

    private static String stream(boolean stderr) {
        return stderr ? "stderr" : "stdout";
    }

    private static BigDecimal seconds(Duration at) {
        return BigDecimal.valueOf(at.toMillis(), 3);
    }

    /** A player is a terminal: a bare line feed from a stream without one would make a staircase in it. */
    private static final class LineEnds {
        private final boolean bare;
        private boolean afterReturn;

        LineEnds(StreamKind kind) {
            this.bare = kind == StreamKind.PLAIN;
        }

        String forTerminal(String text) {
            if (!bare || text.isEmpty()) {
                return text;
            }
            StringBuilder with = new StringBuilder(text.length() + 16);
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\n' && !afterReturn) {
                    with.append('\r');
                }
                with.append(c);
                afterReturn = c == '\r';
            }
            return with.toString();
        }
    }
}
