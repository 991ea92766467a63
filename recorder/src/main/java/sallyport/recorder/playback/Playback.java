package sallyport.recorder.playback;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import sallyport.recorder.Damage;
import sallyport.recorder.Event;
import sallyport.recorder.Header;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.StreamKind;
import sallyport.recorder.screen.Screen;

/**
 * A recording while it is looked at: a screen that shows one moment of it, and ways to other moments. What was recorded goes
 * into the screen and nowhere else (T33). It may still grow: what was the end may be none later.
 *
 * <p>For one thread at a time. A long way goes on from the last {@link Picture} that was stored before its end, if there are any,
 * else in proportion to it; a way back from a snapshot in memory, of which there are a few MiB.
 */
public final class Playback implements AutoCloseable {

    /** What may be kept above the screen, in bytes: more than a screen of any size takes back when it grows. */
    private static final int SCROLLBACK_BYTES = 64 << 10;

    /** How much memory snapshots may take, in bytes. */
    static final long SNAPSHOT_BYTES = 16 << 20;

    /** How many markers are remembered to be told; those behind them are not. */
    private static final int MOST_MARKERS = 10_000;

    /** After how many events the patience is asked: a few milliseconds of work. */
    private static final int EVENTS_BETWEEN_QUESTIONS = 64;

    private static final int USUAL_COLUMNS = 80;
    private static final int USUAL_ROWS = 24;

    /** From so far on, a way forward is looked up; what is nearer is read. */
    private static final Duration LONG_WAY = Duration.ofSeconds(10);

    /** Something that can be played. */
    @FunctionalInterface
    public interface Source {
        /** Begins to read it. To be closed by the caller. */
        RecordingReader reader() throws IOException;

        /** A stored picture in which nothing is later than {@code at}, the last there is. */
        default Optional<Picture> before(Duration at) throws IOException {
            return Optional.empty();
        }

        /** A stored picture before anything that happened after {@code time} by the wall clock, the last there is. */
        default Optional<Picture> before(Instant time) throws IOException {
            return Optional.empty();
        }
    }

    private final Source source;
    private final Optional<Header> header;
    private final boolean plain;
    private final Marks marks;
    private RecordingReader reader;
    private RecordingReader.Place beginning;
    private Snapshots snapshots = new Snapshots(SNAPSHOT_BYTES);
    private final NavigableMap<Duration, String> markers = new TreeMap<>();

    /** Where {@link #reader} began; what was before is known only to another reader. */
    private Duration readFrom = Duration.ZERO;

    /** Up to which byte of the recording {@link #markers} are known. */
    private long markersTo;

    private Screen screen;
    private State state;
    private Duration position = Duration.ZERO;

    /** Read, and not yet shown. */
    private @Nullable Event pending;

    /** Begins at the beginning. The caller closes it. */
    public static Playback of(Source source) throws IOException {
        RecordingReader reader = source.reader();
        try {
            return new Playback(source, reader);
        } catch (IOException | RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    private Playback(Source source, RecordingReader reader) throws IOException {
        this.source = source;
        this.marks = new Marks(source);
        this.reader = reader;
        this.header = reader.header();
        this.plain = reader.kind() == StreamKind.PLAIN;
        this.beginning = reader.place();
        this.screen = blank();
        this.state = fresh();
    }

    private Screen blank() {
        return new Screen(
                header.map(Header::columns).orElse(USUAL_COLUMNS),
                header.map(Header::rows).orElse(USUAL_ROWS),
                SCROLLBACK_BYTES);
    }

    private State fresh() {
        return new State(Duration.ZERO, header.map(Header::startedAt).orElse(Instant.EPOCH), false, false);
    }

    /** What its first line says; empty if it makes no sense. */
    public Optional<Header> header() {
        return header;
    }

    /** What is shown at {@link #position}. Another one after going back: to be asked for at each look. */
    public Screen screen() {
        return screen;
    }

    /** Which moment is shown, since the start. */
    public Duration position() {
        return position;
    }

    /** What the wall clock said then. */
    public Instant wallClock() {
        return state.start().plus(position);
    }

    /** When something happened last, not after {@link #position}. */
    public Duration last() {
        return state.last();
    }

    /** When something happens next. Empty at the end of what there is now; if it grows, a later answer may be another. */
    public Optional<Duration> next() throws IOException {
        return Optional.ofNullable(peek()).map(Event::at);
    }

    /** Whether the end of the program was reached: nothing comes after that. */
    public boolean isOver() {
        return state.over();
    }

    /** Why it does not go on behind the end, if it is damaged there. */
    public Optional<Damage> damage() {
        return reader.damage();
    }

    /** The last marker at or before {@link #position}. */
    public Optional<String> marker() {
        return Optional.ofNullable(markers.floorEntry(position)).map(Map.Entry::getValue);
    }

    /**
     * Shows another moment: everything up to {@code to} has happened, and nothing later. What is behind the end is the end.
     *
     * @return not {@link Sought#NOWHERE}
     */
    public Sought seek(Duration to, Patience patience) throws IOException {
        if (to.compareTo(position) < 0) {
            back(to);
        } else if (to.compareTo(position.plus(LONG_WAY)) > 0) {
            land(source.before(to));
        }
        if (!play(to, patience)) {
            return Sought.GIVEN_UP;
        }
        // Not asked again whether there is more: what came in this moment was not shown.
        position = pending == null || to.isNegative() ? state.last() : to;
        return Sought.THERE;
    }

    /** Shows what was shown when the wall clock said {@code time}; clocks are set, so the first such moment counts. */
    public Sought seek(Instant time, Patience patience) throws IOException {
        restart();
        land(source.before(time));
        int events = 0;
        for (Event next = peek(); next != null; next = peek()) {
            if (state.start().plus(next.at()).isAfter(time)) {
                Duration since = Duration.between(state.start(), time);
                position = since.compareTo(state.last()) < 0 ? state.last() : since;
                return Sought.THERE;
            }
            show(next);
            if (++events % EVENTS_BETWEEN_QUESTIONS == 0 && !patience.lasts(position)) {
                return Sought.GIVEN_UP;
            }
        }
        return Sought.THERE;
    }

    /** Shows the end of what there is. */
    public Sought end(Patience patience) throws IOException {
        return seek(Duration.ofSeconds(Long.MAX_VALUE), patience);
    }

    /** Shows what happens next, with all that happened in the same millisecond. */
    public Sought stepForward() throws IOException {
        Event next = peek();
        return next == null ? Sought.NOWHERE : seek(next.at(), Patience.ENDLESS);
    }

    /** Shows what was before something happened last. */
    public Sought stepBack(Patience patience) throws IOException {
        Duration before = state.last().minusMillis(1);
        return before.isNegative() ? Sought.NOWHERE : seek(before, patience);
    }

    /** Goes to the first marker or command after the moment that is shown; looked up apart, so it stays where it is if there is none. */
    public Sought nextMark(Patience patience) throws IOException {
        return go(marks.after(position, patience), patience);
    }

    /** Goes to the last marker or command before {@code before}. */
    public Sought previousMark(Duration before, Patience patience) throws IOException {
        return go(marks.before(before, patience), patience);
    }

    private Sought go(Marks.Look look, Patience patience) throws IOException {
        return look.sought() == Sought.THERE ? seek(look.at(), patience) : look.sought();
    }

    /** Goes to the next moment at which {@code text} is shown, upper and lower case alike. */
    public Sought search(String text, Patience patience) throws IOException {
        if (text.isEmpty()) {
            return Sought.NOWHERE;
        }
        Search search = new Search(text, screen);
        return find(
                event ->
                        search.finds(event, screen, Optional.ofNullable(pending).map(Event::at)),
                patience);
    }

    /** Goes on until something happens that is {@code wanted}; without it, back to where it was. */
    private Sought find(Predicate<Event> wanted, Patience patience) throws IOException {
        Duration from = position;
        int events = 0;
        for (Event next = peek(); next != null; next = peek()) {
            show(next);
            // What comes next is asked for by some who want.
            peek();
            if (wanted.test(next)) {
                return Sought.THERE;
            }
            if (++events % EVENTS_BETWEEN_QUESTIONS == 0 && !patience.lasts(position)) {
                seek(from, Patience.ENDLESS);
                return Sought.GIVEN_UP;
            }
        }
        seek(from, Patience.ENDLESS);
        return Sought.NOWHERE;
    }

    private boolean play(Duration to, Patience patience) throws IOException {
        int events = 0;
        for (Event next = peek(); next != null && next.at().compareTo(to) <= 0; next = peek()) {
            show(next);
            if (++events % EVENTS_BETWEEN_QUESTIONS == 0 && !patience.lasts(position)) {
                return false;
            }
        }
        return true;
    }

    private void back(Duration to) throws IOException {
        Optional<Snapshot> from = snapshots.before(to);
        if (from.isEmpty()) {
            restart();
            land(source.before(to));
            return;
        }
        reader.goTo(from.get().place());
        pending = null;
        screen = from.get().screen(SCROLLBACK_BYTES);
        state = from.get().state();
        position = state.last();
    }

    /** Goes on from {@code picture}, if there is one and it is ahead. */
    private void land(Optional<Picture> picture) throws IOException {
        if (picture.isEmpty()) {
            return;
        }
        Picture there = picture.get();
        if (there.at().compareTo(position) <= 0) {
            there.reader().close();
            return;
        }
        readWith(there.reader(), there.at());
        screen = new Screen(there.columns(), there.rows(), SCROLLBACK_BYTES);
        screen.feed(there.screen());
        state = new State(there.at(), there.time().minus(there.at()), false, false);
        position = there.at();
    }

    /** Reads with another reader from now on; places in the recording are other ones to it. */
    private void readWith(RecordingReader other, Duration from) throws IOException {
        RecordingReader before = reader;
        reader = other;
        before.close();
        readFrom = from;
        beginning = reader.place();
        snapshots = new Snapshots(SNAPSHOT_BYTES);
        markers.clear();
        markersTo = 0;
        pending = null;
    }

    private void restart() throws IOException {
        if (readFrom.isZero()) {
            reader.goTo(beginning);
        } else {
            RecordingReader again = source.reader();
            // Behind its header, as the first one was.
            var _ = again.header();
            readWith(again, Duration.ZERO);
        }
        pending = null;
        screen = blank();
        state = fresh();
        position = Duration.ZERO;
    }

    /** The next event that can be seen. */
    private @Nullable Event peek() throws IOException {
        while (pending == null) {
            Optional<Event> next = reader.next();
            if (next.isEmpty()) {
                return null;
            }
            switch (next.get()) {
                case Event.Clock clock -> state = state.startedAt(clock.time().minus(clock.at()));
                case Event.Bytes _, Event.Input _ -> {}
                case Event.Output _, Event.Resize _, Event.Marker _, Event.Exit _ -> pending = next.get();
            }
        }
        return pending;
    }

    private void show(Event event) {
        pending = null;
        switch (event) {
            case Event.Output output -> screen.feed(terminal(output.text()).getBytes(StandardCharsets.UTF_8));
            case Event.Resize resize -> screen.resize(resize.columns(), resize.rows());
            case Event.Marker marker -> remember(marker);
            case Event.Exit _ -> state = state.ended();
            case Event.Bytes _, Event.Input _, Event.Clock _ -> {}
        }
        position = event.at();
        state = state.after(event.at());
        markersTo = Math.max(markersTo, reader.reached());
        if (snapshots.isDue(reader.reached())) {
            snapshots.add(Snapshot.of(reader.reached(), reader, state, screen));
        }
    }

    private void remember(Event.Marker marker) {
        if (reader.reached() > markersTo && markers.size() < MOST_MARKERS) {
            markers.merge(marker.at(), marker.label(), (one, other) -> one + "; " + other);
        }
    }

    /** A screen is a terminal: a bare line feed from a stream without one would make a staircase in it. */
    private String terminal(String text) {
        if (!plain) {
            return text;
        }
        StringBuilder with = new StringBuilder(text.length() + 16);
        boolean returned = state.returned();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' && !returned) {
                with.append('\r');
            }
            with.append(c);
            returned = c == '\r';
        }
        state = state.returned(returned);
        return with.toString();
    }

    @Override
    public void close() throws IOException {
        try (marks) {
            reader.close();
        }
    }
}
