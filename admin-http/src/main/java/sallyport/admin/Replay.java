package sallyport.admin;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import sallyport.recorder.ControlFilter;
import sallyport.recorder.Event;
import sallyport.recorder.Header;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.StreamKind;
import sallyport.recorder.screen.Screen;
import sallyport.recorder.screen.ScreenText;
import sallyport.recorder.store.KeyFrame;
import sallyport.recorder.store.RecordingFile;

/** Reads out of a recording what somebody saw at one moment, by showing it to a terminal in memory up to there. */
final class Replay {

    /** Where the vendor object of a restored recording says how many lines were lost before it was saved. */
    static final String MISSING_LINES = "missing_lines";

    /** What the lines above the screen may take while a recording is read, in bytes; more than any tail that can be asked for. */
    private static final int SCROLLBACK_BYTES = 32 << 20;

    private Replay() {}

    /**
     * What was shown.
     *
     * @param at the last moment that counts: as asked, or that of the last event
     */
    record Shown(Instant at, List<String> lines, long missingLines, int columns, int rows, Optional<String> gap) {}

    /**
     * A moment on a terminal is found from the key frame before it. Without a terminal there are none, and its part is read, and those
     * before it if that has fewer lines than are shown. All else takes time in proportion to the recording.
     */
    static Shown of(RecordingFile file, TextQuery query) throws IOException {
        try (RecordingFile.Place place = query instanceof TextQuery.At(Instant asked, boolean _)
                ? file.seek(asked)
                : new RecordingFile.Place(Optional.empty(), 1, file.reader())) {
            RecordingReader reader = place.reader();
            Optional<Header> header = reader.header();
            if (header.isEmpty()) {
                return new Shown(
                        Instant.EPOCH, List.of(), 0, 0, 0, gap(reader).or(() -> Optional.of("the recording is empty")));
            }
            if (reader.kind() == StreamKind.TERMINAL) {
                return terminal(place, header.get(), query);
            }
            return plain(file, place.part(), query);
        }
    }

    private static Shown plain(RecordingFile file, int lastPart, TextQuery query) throws IOException {
        for (int part = lastPart; ; part--) {
            try (RecordingReader reader = file.reader(part)) {
                Optional<Header> header = reader.header();
                if (header.isPresent()) {
                    Shown shown = plain(reader, header.get(), query);
                    if (part == 1 || shown.lines().size() >= most(header.get(), query)) {
                        return shown;
                    }
                } else if (part == 1) {
                    return new Shown(Instant.EPOCH, List.of(), 0, 0, 0, gap(reader));
                }
            }
        }
    }

    private static int most(Header header, TextQuery query) {
        return query instanceof TextQuery.Tail(int lines, boolean _) ? lines : Math.max(1, header.rows());
    }

    private static Shown terminal(RecordingFile.Place place, Header header, TextQuery query) throws IOException {
        RecordingReader reader = place.reader();
        Optional<KeyFrame> frame = place.frame();
        Screen screen = new Screen(
                frame.map(KeyFrame::columns).orElse(header.columns()),
                frame.map(KeyFrame::rows).orElse(header.rows()),
                SCROLLBACK_BYTES);
        frame.ifPresent(shown -> screen.feed(shown.screen()));
        Instant start = frame.map(shown -> shown.time().minus(shown.at()))
                .orElse(header.startedAt().minus(reader.startsAt()));
        Instant last = walk(reader, start, query, event -> {
            switch (event) {
                case Event.Output output -> screen.feed(output.text().getBytes(StandardCharsets.UTF_8));
                case Event.Resize resize -> screen.resize(resize.columns(), resize.rows());
                case Event.Bytes _, Event.Input _, Event.Marker _, Event.Exit _, Event.Clock _ -> {}
            }
        });
        List<String> lines = switch (query) {
            case TextQuery.Tail(int most, boolean colours) ->
                colours ? ScreenText.tailWithColours(screen, most) : ScreenText.tail(screen, most);
            case TextQuery.Screen(boolean colours) -> visible(screen, colours);
            case TextQuery.At(Instant _, boolean colours) -> visible(screen, colours);
        };
        long missing = 0;
        if (query instanceof TextQuery.Tail(int most, boolean _)) {
            missing = lostBefore(header) + (lines.size() < most ? screen.forgottenLines() : 0);
        }
        return new Shown(last, List.copyOf(lines), missing, screen.columns(), screen.rows(), gap(reader));
    }

    private static List<String> visible(Screen screen, boolean colours) {
        return colours ? ScreenText.screenWithColours(screen) : ScreenText.screen(screen);
    }

    /** Without a terminal there is no screen: what would fit on one is shown of the end. */
    private static Shown plain(RecordingReader reader, Header header, TextQuery query) throws IOException {
        LastLines lines = new LastLines(most(header, query));
        // A control sequence that one stream began must not swallow what the other says.
        ControlFilter stdout = query.colours() ? ControlFilter.keepingColours() : ControlFilter.plain();
        ControlFilter stderr = query.colours() ? ControlFilter.keepingColours() : ControlFilter.plain();
        Instant last = walk(reader, header.startedAt().minus(reader.startsAt()), query, event -> {
            if (event instanceof Event.Output output) {
                ByteBuffer utf8 = ByteBuffer.wrap(output.text().getBytes(StandardCharsets.UTF_8));
                byte[] text = (output.stderr() ? stderr : stdout).filter(utf8);
                lines.add(new String(text, StandardCharsets.UTF_8));
            }
        });
        long missing = query instanceof TextQuery.Tail ? lostBefore(header) : 0;
        return new Shown(last, lines.lines(), missing, 0, 0, gap(reader));
    }

    @FunctionalInterface
    private interface Watcher {
        void see(Event event);
    }

    /** Gives {@code watcher} what happened up to the moment asked for, and returns that moment. */
    private static Instant walk(RecordingReader reader, Instant begun, TextQuery query, Watcher watcher)
            throws IOException {
        // Events have the time since the start; what the wall clock said in between corrects where that start was.
        Instant start = begun;
        Instant last = start;
        for (Optional<Event> next = reader.next(); next.isPresent(); next = reader.next()) {
            Event event = next.get();
            if (event instanceof Event.Clock clock) {
                start = clock.time().minus(clock.at());
            }
            last = start.plus(event.at());
            if (query instanceof TextQuery.At(Instant asked, boolean _) && last.isAfter(asked)) {
                return asked;
            }
            watcher.see(event);
        }
        return query instanceof TextQuery.At(Instant asked, boolean _) ? asked : last;
    }

    private static long lostBefore(Header header) {
        String lost = header.sallyport().getOrDefault(MISSING_LINES, "0");
        return lost.matches("[0-9]{1,18}") ? Long.parseLong(lost) : 0;
    }

    private static Optional<String> gap(RecordingReader reader) {
        return reader.damage()
                .map(d -> "the recording is damaged at " + d.place() + " (" + d.words()
                        + "); what came after it is not shown");
    }
}
