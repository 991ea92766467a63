package sallyport.recorder.index;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import sallyport.recorder.Event;
import sallyport.recorder.Header;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.StreamKind;
import sallyport.recorder.screen.Screen;

/**
 * Finds what a recording can be searched for, from its events in their order. For one thread at a time. Memory is bounded,
 * whatever the recording is: by the screen and some ten megabytes of lines that were seen lately.
 */
public final class RecordingIndex {

    /** What this finds, and how. A higher number finds more or better, so that recordings are worth reading again. */
    public static final int VERSION = 2;

    /** How long the text of a command may be, in characters; the rest is cut off. */
    public static final int LONGEST_COMMAND = 8_192;

    /** How long a line may be, in characters; the rest is cut off. */
    public static final int LONGEST_LINE = 1_000;

    /** How many lines of one session are found; see {@link #leftOut}. */
    public static final int MOST_LINES = 200_000;

    /** How many commands of one session are found; see {@link #leftOut}. */
    public static final int MOST_COMMANDS = 50_000;

    /** How many paths of one session are found; see {@link #leftOut}. */
    public static final int MOST_FILES = 200_000;

    /** How long a path may be, in characters; the rest is cut off. */
    public static final int LONGEST_PATH = 4_096;

    /** While a program writes, the screen is looked at so often. */
    public static final Duration LOOKED_EVERY = Duration.ofSeconds(10);

    /** When nothing was written for so long, what stands there is looked at before it goes on. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** So many times in a row a screen that is about to be wiped is looked at; one more for each {@link #PAUSE}. */
    private static final int MOST_LOOKS_AT_WIPES = 50;

    /** Not more often than this, but for other reasons than a pause. */
    private static final Duration LOOKED_AT_MOST_EVERY = Duration.ofSeconds(3);

    /** Lines above the screen are told as they leave it; the model itself needs few of them. */
    private static final int SCROLLBACK_BYTES = 64 << 10;

    private final Header header;
    private final boolean terminal;
    private final Consumer<Found> found;
    private final Screen screen;
    private final Cues cues = new Cues();
    private final ShownLines lines;
    private final CommandReader commands;
    private final FileLines files;
    private Duration now = Duration.ZERO;
    private Duration lookedAt = Duration.ZERO;
    private boolean changed;
    private int commandsTold;
    private long commandsLeftOut;
    private @Nullable Integer status;

    private int looksAtWipes = MOST_LOOKS_AT_WIPES;
    private Duration wipedAt = Duration.ZERO;

    /** @param found is called on the thread of {@link #add} and {@link #finish}, commands in the order of time */
    public RecordingIndex(Header header, StreamKind kind, Consumer<Found> found) {
        this.header = header;
        this.terminal = kind == StreamKind.TERMINAL;
        this.found = found;
        this.screen = new Screen(Math.max(header.columns(), 1), Math.max(header.rows(), 1), SCROLLBACK_BYTES);
        this.lines = new ShownLines(MOST_LINES, found);
        this.files = new FileLines(found);
        this.commands = new CommandReader(screen, this::tell);
        screen.watchScrolled((row, goesOn) -> lines.scrolled(row, goesOn, now));
    }

    /**
     * Reads a recording to its end, or to where it is damaged.
     *
     * @param between runs after each event, on this thread
     * @return how much was left out, as {@link #leftOut}
     * @throws IOException if it cannot be read
     */
    public static long read(RecordingReader reader, Runnable between, Consumer<Found> found) throws IOException {
        Optional<Header> header = reader.header();
        if (header.isEmpty()) {
            return 0;
        }
        RecordingIndex index = new RecordingIndex(header.get(), reader.kind(), found);
        for (Optional<Event> next = reader.next(); next.isPresent(); next = reader.next()) {
            index.add(next.get());
            between.run();
        }
        index.finish();
        return index.leftOut();
    }

    /** The next event. One that begins a further part of the recording is an event like any other. */
    public void add(Event event) {
        switch (event) {
            case Event.Output output -> {
                output(output);
                if (!output.stderr()) {
                    files.output(output.at(), output.text());
                }
            }
            case Event.Marker marker -> files.marker(marker.at(), marker.label());
            case Event.Resize resize -> {
                look(false);
                now = resize.at();
                screen.resize(resize.columns(), resize.rows());
            }
            case Event.Exit exit -> {
                now = exit.at();
                status = exit.status();
            }
            case Event.Bytes _, Event.Input _, Event.Clock _ -> {}
        }
    }

    /** There are no more events; call it once. */
    public void finish() {
        look(true);
        lines.finish();
        commands.finish();
        header.command()
                .filter(command -> !command.isBlank())
                .ifPresent(command -> tell(new Found.Command(
                        Duration.ZERO,
                        cut(clean(command), LONGEST_COMMAND),
                        Optional.ofNullable(status),
                        "",
                        Found.Source.EXEC,
                        Found.Confidence.EXACT)));
    }

    /**
     * How many commands, lines and paths were not given, because there were more than {@link #MOST_COMMANDS}, {@link #MOST_LINES} or
     * {@link #MOST_FILES}.
     */
    public long leftOut() {
        return lines.leftOut() + commandsLeftOut + files.leftOut();
    }

    private void tell(Found.Command command) {
        if (commandsTold == MOST_COMMANDS) {
            commandsLeftOut++;
            return;
        }
        commandsTold++;
        found.accept(command);
    }

    private void output(Event.Output output) {
        Duration quiet = output.at().minus(now);
        Duration unseen = output.at().minus(lookedAt);
        if (unseen.compareTo(LOOKED_EVERY) >= 0
                || (quiet.compareTo(PAUSE) >= 0 && unseen.compareTo(LOOKED_AT_MOST_EVERY) >= 0)) {
            look(false);
        }
        commands.before(output.at());
        now = output.at();
        String text = terminal ? output.text() : output.text().replace("\n", "\r\n");
        feed(text.getBytes(StandardCharsets.UTF_8));
        changed = true;
        if (terminal) {
            commands.after(now);
        }
    }

    private void feed(byte[] bytes) {
        int from = 0;
        while (from < bytes.length) {
            int to = cues.next(bytes, from, bytes.length, commands.wantsLineEnds());
            screen.feed(bytes, from, to - from);
            from = to;
            Cue met = cues.met();
            if (met instanceof Cue.Wiped) {
                wiped();
            }
            if (met != null && terminal) {
                commands.met(met, now);
            }
        }
    }

    /**
     * What is on the screen is about to go. A program may do that many times a second, so that is a reason to look only while
     * there are looks left, which come back with time.
     */
    private void wiped() {
        long grown = now.minus(wipedAt).dividedBy(PAUSE);
        looksAtWipes = (int) Math.min(MOST_LOOKS_AT_WIPES, looksAtWipes + grown);
        wipedAt = wipedAt.plus(PAUSE.multipliedBy(grown));
        if (looksAtWipes > 0) {
            looksAtWipes--;
            changed = true;
            look(true);
        }
    }

    /** Takes down what stands on the screen, which stands there since the last event. */
    private void look(boolean withCursorLine) {
        if (changed || withCursorLine) {
            lines.look(screen, withCursorLine, now);
            changed = false;
        }
        lookedAt = now;
    }

    /** At most so many characters of {@code text}, and no half of one. */
    static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }

    /** Without control characters but newlines. */
    static String clean(String text) {
        if (text.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n')) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> clean.appendCodePoint(Character.isISOControl(c) && c != '\n' ? ' ' : c));
        return clean.toString();
    }
}
