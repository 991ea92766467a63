package sallyport.recorder;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a recording, also one that is still growing or was damaged. For one thread at a time.
 *
 * <p>Only whole lines count. A line that makes no sense ends the reading: what was given before it is good, and
 * {@link #damage} tells the place. No file content makes it throw or wait.
 */
public final class RecordingReader implements AutoCloseable {

    /**
     * How long a line may be, in bytes, its newline included; a longer one is damage. The longest that is written has about
     * half of that.
     */
    public static final int LONGEST_LINE = 1 << 20;

    /** Longer than any session; what claims to have waited longer is damage. */
    private static final double LONGEST_INTERVAL_SECONDS = Duration.ofDays(3650).toSeconds();

    private final LineReader lines;
    private @Nullable HeaderLine header;
    private @Nullable Damage damage;
    private long position;
    private long lineAt;

    /** The sum of all intervals. */
    private long millis;

    /** The same, or what a clock comment has said since: bytes have no time of their own. */
    private long latestMillis;

    /** What the comment before this line said of it. */
    private boolean stderr;

    private Optional<String> signal = Optional.empty();

    private RecordingReader(LineReader lines) {
        this.lines = lines;
    }

    /** Opens an asciicast v3 file. */
    public static RecordingReader open(Path file) throws IOException {
        return open(file, Long.MAX_VALUE);
    }

    /** Opens an asciicast v3 file of which only the first {@code limit} bytes count. */
    public static RecordingReader open(Path file, long limit) throws IOException {
        return new RecordingReader(new LineReader(file, limit));
    }

    /** The first line; empty if it is not there yet, or damaged. */
    public Optional<Header> header() throws IOException {
        return readHeader().map(HeaderLine::header);
    }

    /** What sort of output it has; {@link StreamKind#TERMINAL} for a file that does not say. */
    public StreamKind kind() throws IOException {
        return readHeader().map(HeaderLine::kind).orElse(StreamKind.TERMINAL);
    }

    private Optional<HeaderLine> readHeader() throws IOException {
        if (header == null && nextLine()) {
            try {
                header = HeaderLine.parse(lines.buffer(), lines.start(), lines.end());
                position = lineAt + lines.end() - lines.start() + 1;
            } catch (IOException | IllegalArgumentException | DateTimeException e) {
                damage = new Damage(lineAt, "the header makes no sense");
            }
        }
        return Optional.ofNullable(header);
    }

    /**
     * The next event. Empty at the end and at damage; on a recording that grows, a later call gives what came meanwhile.
     * Events and comments of kinds that are not known here are passed over.
     */
    public Optional<Event> next() throws IOException {
        if (readHeader().isEmpty()) {
            return Optional.empty();
        }
        while (nextLine()) {
            Optional<Event> event;
            try {
                event = parse(lines.buffer(), lines.start(), lines.end());
            } catch (IOException | IllegalArgumentException | DateTimeException e) {
                damage = new Damage(lineAt, "the line makes no sense");
                return Optional.empty();
            }
            position = lineAt + lines.end() - lines.start() + 1;
            if (event.isPresent()) {
                return event;
            }
        }
        return Optional.empty();
    }

    /** How much of the file was read and is good, in bytes: the end of the last whole line. */
    public long position() {
        return position;
    }

    /** Why the reading ended, if it did not just come to the end. */
    public Optional<Damage> damage() {
        return Optional.ofNullable(damage);
    }

    /** Where in the file the line of the last event begins. */
    long lineAt() {
        return lineAt;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    /** Writes the lines as they are, from here to the end. Only whether a line is one, and not too long, is looked at. */
    Optional<Damage> writeLines(OutputStream out) throws IOException {
        while (nextLine()) {
            int length = lines.end() - lines.start() + 1;
            out.write(lines.buffer(), lines.start(), length);
            position = lineAt + length;
        }
        return damage();
    }

    private boolean nextLine() throws IOException {
        if (damage != null) {
            return false;
        }
        if (lines.next()) {
            lineAt = lines.lineAt();
            return true;
        }
        if (lines.isTooLong()) {
            damage = new Damage(lines.lineAt(), "the line is longer than " + LONGEST_LINE + " bytes");
        }
        return false;
    }

    private Optional<Event> parse(byte[] line, int from, int to) throws IOException {
        if (from == to) {
            return Optional.empty();
        }
        if (line[from] == '#') {
            return comment(line, from, to);
        }
        boolean fromStderr = stderr;
        stderr = false;
        Optional<String> bySignal = signal;
        signal = Optional.empty();
        try (JsonParser json = JsonText.parser(line, from, to)) {
            JsonText.expect(json, JsonToken.START_ARRAY);
            JsonToken first = json.nextToken();
            if (first == null || !first.isNumeric()) {
                throw new IOException("an event without an interval");
            }
            double interval = json.getDoubleValue();
            if (!(interval >= 0 && interval <= LONGEST_INTERVAL_SECONDS)) {
                throw new IOException("an event after " + interval + " seconds");
            }
            JsonText.expect(json, JsonToken.VALUE_STRING);
            String code = json.getText();
            JsonText.expect(json, JsonToken.VALUE_STRING);
            String data = json.getText();
            JsonText.expect(json, JsonToken.END_ARRAY);
            if (json.nextToken() != null) {
                throw new IOException("more than an event in a line");
            }
            Duration at = Duration.ofMillis(millis + Math.round(interval * 1000));
            Optional<Event> event = event(at, code, data, fromStderr, bySignal);
            millis = at.toMillis();
            latestMillis = Math.max(latestMillis, millis);
            return event;
        }
    }

    private static Optional<Event> event(
            Duration at, String code, String data, boolean stderr, Optional<String> signal) {
        return switch (code) {
            case "o" -> Optional.of(new Event.Output(at, stderr, data));
            case "i" -> Optional.of(new Event.Input(at, data));
            case "m" -> Optional.of(new Event.Marker(at, data));
            case "x" -> Optional.of(new Event.Exit(at, Integer.parseInt(data), signal));
            case "r" -> {
                int x = data.indexOf('x');
                if (x < 0) {
                    throw new IllegalArgumentException("a size without x");
                }
                yield Optional.of(new Event.Resize(
                        at, Integer.parseInt(data.substring(0, x)), Integer.parseInt(data.substring(x + 1))));
            }
            default -> Optional.empty();
        };
    }

    private Optional<Event> comment(byte[] line, int from, int to) throws IOException {
        String text = new String(line, from, to - from, StandardCharsets.ISO_8859_1);
        if (text.equals("#stderr")) {
            stderr = true;
            return Optional.empty();
        }
        String[] words = text.split(" ", -1);
        if (words.length < wordsNeeded(words[0])) {
            throw new IOException("a comment without its words");
        }
        return switch (words[0]) {
            case "#b64" -> {
                boolean fromStderr = stderr;
                stderr = false;
                ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(words[2]));
                yield Optional.of(new Event.Bytes(
                        Duration.ofMillis(latestMillis),
                        fromStderr,
                        Long.parseLong(words[1]),
                        bytes.asReadOnlyBuffer()));
            }
            case "#clock" -> {
                Instant time = Instant.parse(words[1]);
                double offset = Double.parseDouble(words[2]);
                if (!(offset >= 0 && offset <= LONGEST_INTERVAL_SECONDS)) {
                    throw new IOException("a clock comment after " + offset + " seconds");
                }
                latestMillis = Math.max(latestMillis, Math.round(offset * 1000));
                yield Optional.of(new Event.Clock(Duration.ofMillis(latestMillis), time));
            }
            case "#signal" -> {
                signal = Optional.of(words[1]);
                yield Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    private static int wordsNeeded(String comment) {
        return switch (comment) {
            case "#b64", "#clock" -> 3;
            case "#signal" -> 2;
            default -> 1;
        };
    }
}
