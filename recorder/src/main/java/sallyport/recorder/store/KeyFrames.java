package sallyport.recorder.store;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import sallyport.recorder.JsonText;
import sallyport.recorder.LineReader;
import sallyport.recorder.Source;
import sallyport.recorder.screen.Redraw;
import sallyport.recorder.screen.Screen;

/**
 * The key frames of one part, {@code part-0001.keys}: lines of JSON, the first {@code {"keys":1}}. Nothing depends on them: where
 * they are missing, cut or damaged, finding a moment takes longer.
 */
final class KeyFrames {

    /** A screen that takes more to draw is not kept, in bytes. */
    static final int LONGEST_SCREEN = 512 << 10;

    /**
     * The text since the last frame must be so many times as long as that frame was, or a large screen with little to say would
     * fill the disk with copies of itself; and the time for making frames stays small beside that for recording.
     */
    private static final int TEXT_FOR_FRAME = 2;

    /** A resize is a reason for a frame at most so often. */
    private static final long RESIZED_MILLIS = 1000;

    private static final byte[] FIRST_LINE = {'{', '"', 'k', 'e', 'y', 's', '"', ':', '1', '}', '\n'};

    private final Limits limits;
    private @Nullable Sink sink;
    private long lastAt;
    private long lastOffset;
    private long lastLength;
    private boolean resized;

    /** @param sink null if there is to be none */
    KeyFrames(Limits limits, @Nullable Sink sink, long atMillis, long offset) {
        this.limits = limits;
        this.sink = sink;
        this.lastAt = atMillis;
        this.lastOffset = offset;
        put(FIRST_LINE);
    }

    void resized() {
        resized = true;
    }

    /** Takes a frame if it is time for one and the screen is fit for it. */
    void take(Screen screen, long atMillis, Instant time, long offset) {
        long text = offset - lastOffset;
        long millis = atMillis - lastAt;
        boolean due = text >= limits.keyFrameBytes()
                || (text > 0 && millis >= limits.keyFrameAge().toMillis())
                || (resized && millis >= RESIZED_MILLIS);
        boolean worthIt = text >= lastLength * TEXT_FOR_FRAME || resized;
        if (sink == null || !due || !worthIt || !screen.atRest()) {
            return;
        }
        byte[] drawn = Redraw.of(screen, 0);
        lastAt = atMillis;
        lastOffset = offset;
        lastLength = drawn.length;
        resized = false;
        if (drawn.length <= LONGEST_SCREEN) {
            put(line(screen, drawn, atMillis, time, offset));
        }
    }

    private static byte[] line(Screen screen, byte[] drawn, long atMillis, Instant time, long offset) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(drawn.length * 4 / 3 + 128);
        try (JsonGenerator json = JsonText.generator(line)) {
            json.writeStartObject();
            json.writeNumberField("at", atMillis);
            json.writeStringField("time", time.toString());
            json.writeNumberField("offset", offset);
            json.writeNumberField("columns", screen.columns());
            json.writeNumberField("rows", screen.rows());
            json.writeStringField("screen", Base64.getEncoder().encodeToString(drawn));
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new IllegalStateException("memory cannot be written to", impossible);
        }
        line.write('\n');
        return line.toByteArray();
    }

    /** What goes wrong here goes wrong for this file alone. */
    private void put(byte[] line) {
        if (sink == null) {
            return;
        }
        try {
            if (sink.write(ByteBuffer.wrap(line)) == line.length) {
                return;
            }
        } catch (IOException e) {
            // Below.
        }
        close();
    }

    void close() {
        if (sink != null) {
            try {
                sink.close();
            } catch (IOException e) {
                // The lines that are there are as good as before.
            }
            sink = null;
        }
    }

    /**
     * The last frame of a part before the first that {@code isTooLate}.
     *
     * @param keys closed here
     * @param most where the part ends that counts
     */
    static Optional<KeyFrame> find(Source keys, int part, long most, Predicate<KeyFrame> isTooLate) throws IOException {
        KeyFrame best = null;
        try (LineReader lines = new LineReader(keys, 0)) {
            if (!lines.next()) {
                return Optional.empty();
            }
            while (lines.next()) {
                KeyFrame frame = parse(lines, part);
                if (frame.offset() > most || isTooLate.test(frame)) {
                    break;
                }
                best = frame;
            }
        } catch (Source.Unreadable | JacksonOrWords | IllegalArgumentException | DateTimeException damaged) {
            // What came before it is good.
        }
        return Optional.ofNullable(best);
    }

    private static final class JacksonOrWords extends IOException {
        private static final long serialVersionUID = 1;

        JacksonOrWords(IOException cause) {
            super(cause);
        }
    }

    private static KeyFrame parse(LineReader lines, int part) throws JacksonOrWords {
        long at = -1;
        Instant time = Instant.EPOCH;
        long offset = -1;
        int columns = 0;
        int rows = 0;
        String screen = "";
        try (JsonParser json = JsonText.parser(lines.buffer(), lines.start(), lines.end())) {
            JsonText.expect(json, JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "at" -> at = json.getLongValue();
                    case "time" -> time = Instant.parse(json.getText());
                    case "offset" -> offset = json.getLongValue();
                    case "columns" -> columns = json.getIntValue();
                    case "rows" -> rows = json.getIntValue();
                    case "screen" -> screen = json.getText();
                    default -> json.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new JacksonOrWords(e);
        }
        if (at < 0 || offset < 0 || columns < 1 || rows < 1) {
            throw new IllegalArgumentException("a key frame of nothing");
        }
        return new KeyFrame(
                Duration.ofMillis(at),
                time,
                part,
                offset,
                columns,
                rows,
                Base64.getDecoder().decode(screen));
    }
}
