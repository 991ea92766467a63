package sallyport.recorder.playback;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import sallyport.recorder.ControlFilter;
import sallyport.recorder.Event;
import sallyport.recorder.screen.Screen;
import sallyport.recorder.screen.ScreenText;

/**
 * Looks for the next moment at which a text is shown, upper and lower case alike. It reads along with what is written, so that
 * a flood does not carry the text past unseen, and looks at the screen whenever it stands still, so that a text is found that
 * was put together by moving the cursor.
 */
final class Search {

    /** What stands as long as this can be read. */
    private static final Duration STILL = Duration.ofMillis(100);

    private final String wanted;
    private final ControlFilter filter = ControlFilter.plain();
    private String written = "";

    /** Whether the screen showed it when it was looked at last. */
    private boolean stood;

    Search(String wanted, Screen before) {
        this.wanted = wanted.toLowerCase(Locale.ROOT);
        this.stood = stands(before);
    }

    /** Whether {@code event}, which {@code screen} has taken, shows it anew; {@code next} is when the next one happens. */
    boolean finds(Event event, Screen screen, Optional<Duration> next) {
        boolean found = event instanceof Event.Output output && writes(output.text());
        boolean still = next.isEmpty() || next.get().minus(event.at()).compareTo(STILL) >= 0;
        if (still) {
            boolean stands = stands(screen);
            found |= stands && !stood;
            stood = stands;
        }
        return found;
    }

    private boolean writes(String text) {
        byte[] plain = filter.filter(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        written += new String(plain, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
        boolean found = written.contains(wanted);
        written = written.substring(Math.max(0, written.length() - wanted.length() + 1));
        return found;
    }

    private boolean stands(Screen screen) {
        return ScreenText.screen(screen).stream()
                .anyMatch(line -> line.toLowerCase(Locale.ROOT).contains(wanted));
    }
}
