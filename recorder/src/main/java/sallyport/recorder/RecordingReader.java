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

    /** What is written before an event that only draws again what earlier parts have drawn. */
    public static final String SNAPSHOT = "#snapshot";

    /** What is written, with a name behind it, before what somebody types who did not type last. */
    public static final String TYPIST = "#typist";

    /** What is written before an event that stands for something that was typed and not shown. */
    public static final String HIDDEN = "#hidden";

    private final Parts parts;

    /** Present only while a part is checked. */
    private final @Nullable ChainCheck chain;

    private @Nullable LineReader lines;
    private int part;

    /** The part behind this one, once it is there; its header may not be. */
    private @Nullable LineReader following;

    private @Nullable HeaderLine header;
    private @Nullable Damage damage;
    private long position;
    private long lineAt;

    /** Bytes of the parts before this one. */
    private long before;

    /** The sum of all intervals. */
    private long millis;

    /** The same, or what a clock comment has said since: bytes have no time of their own. */
    private long latestMillis;

    /** What the comment before this line said of it. */
    private boolean stderr;

    private Optional<String> signal = Optional.empty();

    private String typist = "";

    /** The next event stands for something that was not shown. */
    private boolean hidden;

    /** The next event draws what the parts before have drawn. */
    private boolean snapshot;

    /** Whether such events are given: in the part that the reading began with. */
    private boolean withSnapshots = true;

    private RecordingReader(Parts parts, int part, @Nullable ChainCheck chain) {
        this.parts = parts;
        this.part = part;
        this.chain = chain;
    }

    /** Opens an asciicast v3 file. */
    public static RecordingReader open(Path file) throws IOException {
        return open(Parts.single(file));
    }

    /**
     * Opens a recording at its beginning. Its parts are read as if they were one: what a later part repeats, its header and the
     * picture that it begins with, is passed over, and the time goes on.
     *
     * @param parts closed with the reader
     */
    public static RecordingReader open(Parts parts) throws IOException {
        return open(parts, 1);
    }

    /**
     * Opens a recording at the beginning of a part. {@link #header} is that part's, times are since the start of the session,
     * and the picture that the part begins with is given as output.
     *
     * @param parts closed with the reader
     * @param part from 1
     */
    public static RecordingReader open(Parts parts, int part) throws IOException {
        RecordingReader reader = new RecordingReader(parts, part, null);
        reader.firstLines();
        return reader;
    }

    /**
     * Opens a recording in the middle of a part, where a line begins.
     *
     * @param parts closed with the reader
     * @param part from 1
     * @param offset byte of the part
     * @param at the time up to there, since the start of the session
     */
    public static RecordingReader open(Parts parts, int part, long offset, Duration at) throws IOException {
        RecordingReader reader = open(parts, part);
        if (reader.readHeader().isPresent() && reader.lines != null) {
            reader.lines = reader.lines.from(offset);
            reader.position = offset;
            reader.lineAt = offset;
            reader.millis = at.toMillis();
            reader.latestMillis = reader.millis;
        }
        return reader;
    }

    /** Reads a part by itself, to its end, and holds its chain against its bytes. */
    public static Checked check(Source source, int part) throws IOException {
        ChainCheck chain = new ChainCheck();
        Parts alone = number -> number == part ? Optional.of(source) : Optional.empty();
        try (RecordingReader reader = new RecordingReader(alone, part, chain)) {
            reader.firstLines();
            while (reader.next().isPresent()) {}
            Optional<Damage> damage = reader.damage();
            if (damage.isEmpty() && reader.lines != null && reader.lines.hasRest()) {
                damage = Optional.of(new Damage(part, reader.position, "the last line is cut"));
            }
            Optional<HeaderLine> header = Optional.ofNullable(reader.header);
            if (damage.isEmpty()
                    && header.flatMap(HeaderLine::later)
                                    .map(HeaderLine.Later::part)
                                    .orElse(1)
                            != part) {
                damage = Optional.of(new Damage(part, 0, "this is no part " + part));
            }
            if (damage.isPresent() && chain.failedAfter >= 0) {
                return new Checked(
                        chain.failedAfter, chain.goodSha256, chain.last, header.flatMap(HeaderLine::later), damage);
            }
            return new Checked(
                    reader.position,
                    chain.upTo(source, reader.position),
                    chain.last,
                    header.flatMap(HeaderLine::later),
                    damage);
        }
    }

    private void firstLines() throws IOException {
        try {
            Optional<Source> first = parts.open(part);
            if (first.isPresent()) {
                lines = new LineReader(first.get(), 0);
            }
        } catch (Source.Unreadable e) {
            damage = new Damage(part, 0, String.valueOf(e.getMessage()));
        }
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
        if (header == null && lines != null && nextLine()) {
            header = parseHeader(lines);
            if (header != null) {
                position = lineAt + lines.end() - lines.start() + 1;
                millis = header.later().map(HeaderLine.Later::atMillis).orElse(0L);
                latestMillis = millis;
            }
        }
        return Optional.ofNullable(header);
    }

    private @Nullable HeaderLine parseHeader(LineReader from) {
        try {
            return HeaderLine.parse(from.buffer(), from.start(), from.end());
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            damage = new Damage(part, from.lineAt(), "the header makes no sense");
            return null;
        }
    }

    /**
     * The next event. Empty at the end and at damage; on a recording that grows, a later call gives what came meanwhile.
     * Events and comments of kinds that are not known here are passed over.
     */
    public Optional<Event> next() throws IOException {
        if (readHeader().isEmpty()) {
            return Optional.empty();
        }
        while (nextLine() && lines != null) {
            Optional<Event> event;
            try {
                event = parse(lines.buffer(), lines.start(), lines.end());
            } catch (IOException | IllegalArgumentException | DateTimeException e) {
                damage = new Damage(part, lineAt, "the line makes no sense");
                return Optional.empty();
            }
            position = lineAt + lines.end() - lines.start() + 1;
            if (event.isPresent()) {
                return event;
            }
        }
        return Optional.empty();
    }

    /** When the part begins at which the reading began, since the start of the session. */
    public Duration startsAt() throws IOException {
        return Duration.ofMillis(readHeader()
                .flatMap(HeaderLine::later)
                .map(HeaderLine.Later::atMillis)
                .orElse(0L));
    }

    /** Which part the last line was in, from 1. */
    public int part() {
        return part;
    }

    /** How much of that part was read and is good, in bytes: the end of the last whole line. */
    public long position() {
        return position;
    }

    /** How much of the recording was read up to there, in bytes of all its parts: grows with every event. */
    public long reached() {
        return before + position;
    }

    /** A place between two events, from where the same recording can be read again. */
    public static final class Place {
        private final int part;
        private final long before;
        private final long position;
        private final long millis;
        private final long latestMillis;
        private final boolean stderr;
        private final Optional<String> signal;
        private final boolean withSnapshots;

        private Place(RecordingReader reader) {
            part = reader.part;
            before = reader.before;
            position = reader.position;
            millis = reader.millis;
            latestMillis = reader.latestMillis;
            stderr = reader.stderr;
            signal = reader.signal;
            withSnapshots = reader.withSnapshots;
        }
    }

    /** Where the reading is: behind the event that {@link #next} gave last. */
    public Place place() {
        return new Place(this);
    }

    /** Reads on from {@code place}, which this reader gave, or another one of the same recording. */
    public void goTo(Place place) throws IOException {
        var _ = readHeader();
        damage = null;
        if (lines != null && place.part == part) {
            lines = lines.from(place.position);
        } else {
            reopen(place);
        }
        before = place.before;
        position = place.position;
        lineAt = place.position;
        millis = place.millis;
        latestMillis = place.latestMillis;
        stderr = place.stderr;
        signal = place.signal;
        snapshot = false;
        withSnapshots = place.withSnapshots;
    }

    private void reopen(Place place) throws IOException {
        try (LineReader first = lines;
                LineReader second = following) {
            // Neither is where the place is.
        }
        lines = null;
        following = null;
        part = place.part;
        try {
            Optional<Source> source = parts.open(part);
            if (source.isPresent()) {
                lines = new LineReader(source.get(), place.position);
            }
        } catch (Source.Unreadable e) {
            damage = new Damage(part, place.position, String.valueOf(e.getMessage()));
        }
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
        try (Parts closed = parts;
                LineReader first = lines;
                LineReader second = following) {
            // All three, whatever the others do.
        }
    }

    /**
     * Writes the lines as they are, from here to the end. Only whether a line is one, and not too long, is looked at. Of later
     * parts, what is not true of the whole is left out: headers, pictures and the chain.
     */
    Optional<Damage> writeLines(OutputStream out) throws IOException {
        boolean picture = false;
        while (nextLine() && lines != null) {
            int length = lines.end() - lines.start() + 1;
            position = lineAt + length;
            boolean repeats = part > 1 && (picture || isComment(Chain.COMMENT) || isComment(SNAPSHOT));
            picture = part > 1 && isComment(SNAPSHOT);
            if (!repeats) {
                out.write(lines.buffer(), lines.start(), length);
            }
        }
        return damage();
    }

    /** Whether the line is the comment {@code word}. */
    private boolean isComment(String word) {
        if (lines == null || lines.end() - lines.start() < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (lines.buffer()[lines.start() + i] != word.charAt(i)) {
                return false;
            }
        }
        return lines.end() - lines.start() == word.length() || lines.buffer()[lines.start() + word.length()] == ' ';
    }

    private boolean nextLine() throws IOException {
        while (damage == null && lines != null) {
            try {
                if (lines.next()) {
                    lineAt = lines.lineAt();
                    damage = chain == null ? null : chain.next(this, lines);
                    return damage == null;
                }
                if (lines.isTooLong()) {
                    damage = new Damage(part, lines.lineAt(), "the line is longer than " + LONGEST_LINE + " bytes");
                    return false;
                }
            } catch (Source.Unreadable e) {
                damage = new Damage(part, lines.lineAt(), String.valueOf(e.getMessage()));
                return false;
            }
            if (!goOnWithNextPart()) {
                return false;
            }
        }
        return false;
    }

    /** Whether there may be more lines, here or in the next part: what the last part had is looked for once more. */
    private boolean goOnWithNextPart() throws IOException {
        try {
            if (following == null) {
                Optional<Source> next = parts.open(part + 1);
                if (next.isPresent()) {
                    following = new LineReader(next.get(), 0);
                }
                // Whatever this part has was there before the next one was made.
                return next.isPresent();
            }
            if (!following.next()) {
                return false;
            }
        } catch (Source.Unreadable e) {
            damage = new Damage(part + 1, 0, String.valueOf(e.getMessage()));
            return false;
        }
        if (lines != null && lines.hasRest()) {
            damage = new Damage(part, lines.lineAt(), "the last line is cut, and another part follows");
            return false;
        }
        part++;
        lineAt = 0;
        HeaderLine next = parseHeader(following);
        if (next == null || next.later().isEmpty() || next.later().get().part() != part) {
            damage = new Damage(part, 0, "this is no part " + part);
            return false;
        }
        if (lines != null) {
            lines.close();
        }
        lines = following;
        following = null;
        before += position;
        position = lines.end() - lines.start() + 1L;
        millis = Math.max(millis, next.later().get().atMillis());
        latestMillis = Math.max(latestMillis, millis);
        withSnapshots = false;
        return true;
    }

    /** Holds a chain against the lines as they come. */
    private static final class ChainCheck {
        private Chain chain = new Chain();
        private String last = "";

        /** Up to where the last value that was right vouches; -1 while none was wrong. */
        private long failedAfter = -1;

        private String goodSha256 = "";
        private long provenTo;
        private String provenSha256 = Chain.sha256Of(new byte[0]);
        private long takenTo;

        @Nullable
        Damage next(RecordingReader reader, LineReader lines) {
            if (reader.isComment(Chain.COMMENT)) {
                String line = new String(
                        lines.buffer(), lines.start(), lines.end() - lines.start(), StandardCharsets.ISO_8859_1);
                String value = chain.value();
                if (!line.equals(Chain.line(lines.lineAt(), value))) {
                    failedAfter = provenTo;
                    goodSha256 = provenSha256;
                    return new Damage(
                            reader.part,
                            provenTo,
                            "what is between here and byte " + lines.lineAt() + " is not what was recorded");
                }
                last = value;
                take(lines);
                provenTo = takenTo;
                provenSha256 = chain.value();
                return null;
            }
            take(lines);
            return null;
        }

        private void take(LineReader lines) {
            chain.add(lines.buffer(), lines.start(), lines.end() + 1);
            takenTo = lines.lineAt() + lines.end() - lines.start() + 1;
        }

        /** The digest of the first {@code position} bytes: what was taken, but for a last line that made no sense. */
        String upTo(Source source, long position) throws IOException {
            if (position == takenTo) {
                return chain.value();
            }
            chain = new Chain();
            ByteBuffer piece = ByteBuffer.allocate(64 * 1024);
            for (long at = 0; at < position; at += piece.limit()) {
                piece.clear().limit((int) Math.min(piece.capacity(), position - at));
                int read = source.read(piece, at);
                if (read < 0) {
                    throw new Source.Unreadable("the part became shorter while it was read");
                }
                piece.flip();
                chain.add(piece.array(), 0, read);
            }
            return chain.value();
        }
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
        boolean drawnBefore = snapshot;
        snapshot = false;
        boolean wasHidden = hidden;
        hidden = false;
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
            Optional<Event> event = code.equals("i")
                    ? Optional.of(new Event.Input(at, typist, wasHidden, data))
                    : event(at, code, data, fromStderr, bySignal);
            millis = at.toMillis();
            latestMillis = Math.max(latestMillis, millis);
            return drawnBefore && !withSnapshots ? Optional.empty() : event;
        }
    }

    private static Optional<Event> event(
            Duration at, String code, String data, boolean stderr, Optional<String> signal) {
        return switch (code) {
            case "o" -> Optional.of(new Event.Output(at, stderr, data));
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
        if (text.equals(HIDDEN)) {
            hidden = true;
            return Optional.empty();
        }
        if (text.startsWith(TYPIST + " ")) {
            typist = text.substring(TYPIST.length() + 1);
            return Optional.empty();
        }
        if (text.equals(SNAPSHOT)) {
            snapshot = true;
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
