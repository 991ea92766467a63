package sallyport.recorder.index;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import sallyport.recorder.screen.Screen;
import sallyport.recorder.screen.ScreenText;

/**
 * The lines that were shown, each once. A line that is seen again is one of those seen before, unless {@link #MOST_KNOWN} others
 * or {@link #MOST_KNOWN_CHARACTERS} came between: then it is told a second time, which only costs room.
 */
final class ShownLines {

    /** Shorter ones cannot be searched for. */
    private static final int SHORTEST = 3;

    private static final int MOST_KNOWN = 20_000;
    private static final int MOST_KNOWN_CHARACTERS = 4 << 20;

    private final Consumer<Found> found;
    private final int most;

    /** In the order in which they were seen last. */
    private final LinkedHashMap<String, Seen> known = new LinkedHashMap<>(16, 0.75f, true);

    private final StringBuilder scrolling = new StringBuilder();
    private Duration scrolledAt = Duration.ZERO;
    private int characters;
    private int told;
    private long leftOut;

    private static final class Seen {
        final Duration first;
        Duration last;

        Seen(Duration at) {
            first = at;
            last = at;
        }
    }

    /** @param most how many lines are told; the rest is counted */
    ShownLines(int most, Consumer<Found> found) {
        this.most = most;
        this.found = found;
    }

    /** A row scrolled away. */
    void scrolled(String row, boolean goesOn, Duration at) {
        if (!goesOn) {
            scrolledLine();
        }
        scrolledAt = at;
        if (scrolling.length() < RecordingIndex.LONGEST_LINE) {
            scrolling.append(row);
        }
    }

    private void scrolledLine() {
        if (!scrolling.isEmpty()) {
            see(scrolling.toString(), scrolledAt);
            scrolling.setLength(0);
        }
    }

    /** A look at the screen. */
    void look(Screen screen, boolean withCursorLine, Duration at) {
        for (String line : ScreenText.lines(screen, withCursorLine)) {
            see(line, at);
        }
    }

    /** No more comes: tells all that was not told yet. */
    void finish() {
        scrolledLine();
        known.forEach(this::tell);
        known.clear();
        characters = 0;
    }

    /** How many lines were not told because there were too many. */
    long leftOut() {
        return leftOut;
    }

    private void see(String line, Duration at) {
        String text = line.strip();
        if (text.length() > RecordingIndex.LONGEST_LINE) {
            text = RecordingIndex.cut(text, RecordingIndex.LONGEST_LINE);
        }
        if (text.length() < SHORTEST || !hasWords(text)) {
            return;
        }
        Seen before = known.get(text);
        if (before != null) {
            before.last = at;
            return;
        }
        known.put(text, new Seen(at));
        characters += text.length();
        while (known.size() > MOST_KNOWN || characters > MOST_KNOWN_CHARACTERS) {
            Iterator<Map.Entry<String, Seen>> oldest = known.entrySet().iterator();
            Map.Entry<String, Seen> gone = oldest.next();
            oldest.remove();
            characters -= gone.getKey().length();
            tell(gone.getKey(), gone.getValue());
        }
    }

    /** Whether there is more than lines and boxes. */
    private static boolean hasWords(String text) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (Character.isLetterOrDigit(c)) {
                return true;
            }
            i += Character.charCount(c);
        }
        return false;
    }

    private void tell(String text, Seen seen) {
        if (told == most) {
            leftOut++;
            return;
        }
        told++;
        found.accept(new Found.Line(seen.first, seen.last, text));
    }
}
