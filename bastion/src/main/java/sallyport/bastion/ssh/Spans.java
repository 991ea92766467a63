package sallyport.bastion.ssh;

import java.time.Duration;

/** Spans of time as people read them. */
final class Spans {

    private Spans() {}

    /** As {@code 2 h}, {@code 1 h 30 min}, {@code 45 min} or {@code 20 s}. */
    static String text(Duration span) {
        long hours = span.toHours();
        int minutes = span.toMinutesPart();
        if (hours == 0 && minutes == 0) {
            return span.toSeconds() + " s";
        }
        if (hours == 0) {
            return minutes + " min";
        }
        return hours + " h" + (minutes == 0 ? "" : " " + minutes + " min");
    }

    /** A clock that counts up: {@code 0:41}, {@code 12:05}. */
    static String elapsed(Duration span) {
        return "%d:%02d".formatted(span.toMinutes(), span.toSecondsPart());
    }
}
