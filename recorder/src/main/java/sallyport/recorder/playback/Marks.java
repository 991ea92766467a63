package sallyport.recorder.playback;

import java.io.IOException;
import java.time.Duration;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import sallyport.recorder.Event;
import sallyport.recorder.RecordingReader;
import sallyport.recorder.StreamKind;
import sallyport.recorder.index.Found;
import sallyport.recorder.index.RecordingIndex;

/**
 * Moments of a recording that people go to: markers, and commands as the search finds them. They are found by reading from the
 * beginning, with a screen of its own, as far as was ever asked for; if the recording grows, it is read on. A command is known when what
 * followed has shown that it was one.
 *
 * <p>Memory: what {@link RecordingIndex} takes, while somebody asks.
 */
final class Marks implements AutoCloseable {

    /** How many are remembered; what is behind them is not found. */
    private static final int MOST = RecordingIndex.MOST_COMMANDS;

    private static final int EVENTS_BETWEEN_QUESTIONS = 64;

    private final Playback.Source source;
    private final NavigableSet<Duration> known = new TreeSet<>();
    private @Nullable RecordingReader reader;
    private @Nullable RecordingIndex index;

    /** Up to which moment it was read. */
    private Duration reached = Duration.ZERO;

    Marks(Playback.Source source) {
        this.source = source;
    }

    /** What became of a look: {@link Sought#THERE} if there is such a moment. */
    record Look(Sought sought, Duration at) {

        private static Look of(@Nullable Duration at) {
            return at == null ? new Look(Sought.NOWHERE, Duration.ZERO) : new Look(Sought.THERE, at);
        }

        private static final Look GIVEN_UP = new Look(Sought.GIVEN_UP, Duration.ZERO);
    }

    /** The first one after {@code moment}. What was read when the patience ended need not be read again. */
    Look after(Duration moment, Patience patience) throws IOException {
        int events = 0;
        while (known.higher(moment) == null) {
            if (!readOn()) {
                return Look.of(null);
            }
            if (++events % EVENTS_BETWEEN_QUESTIONS == 0 && !patience.lasts(reached)) {
                return Look.GIVEN_UP;
            }
        }
        return Look.of(known.higher(moment));
    }

    /** The last one before {@code moment}. */
    Look before(Duration moment, Patience patience) throws IOException {
        int events = 0;
        while (reached.compareTo(moment) < 0 && readOn()) {
            if (++events % EVENTS_BETWEEN_QUESTIONS == 0 && !patience.lasts(reached)) {
                return Look.GIVEN_UP;
            }
        }
        return Look.of(known.lower(moment));
    }

    /** False at the end of what there is now. */
    private boolean readOn() throws IOException {
        RecordingReader from = reader;
        if (from == null) {
            from = source.reader();
            reader = from;
            StreamKind kind = from.kind();
            index = from.header()
                    .map(header -> new RecordingIndex(header, kind, this::found))
                    .orElse(null);
        }
        Optional<Event> next = from.next();
        RecordingIndex reading = index;
        if (next.isEmpty() || reading == null) {
            return false;
        }
        Event event = next.get();
        reached = event.at();
        if (event instanceof Event.Marker) {
            remember(reached);
        }
        reading.add(event);
        return true;
    }

    private void found(Found what) {
        if (what instanceof Found.Command command) {
            remember(command.at());
        }
    }

    private void remember(Duration at) {
        if (known.size() < MOST) {
            known.add(at);
        }
    }

    @Override
    public void close() throws IOException {
        if (reader != null) {
            reader.close();
        }
    }
}
