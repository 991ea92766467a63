package sallyport.policy;

import java.time.Duration;

/** Spans of time as people read them. */
public final class Spans {

    private Spans() {}

    /** As {@code 7 days}, {@code 2 h}, {@code 1 h 30 min}, {@code 45 min} or {@code 20 s}: its two largest parts at most. */
    public static String text(Duration span) {
        long days = span.toDays();
        int hours = span.toHoursPart();
        int minutes = span.toMinutesPart();
        if (days > 0) {
            return (days == 1 ? "1 day" : days + " days") + (hours == 0 ? "" : " " + hours + " h");
        }
        if (hours > 0) {
            return hours + " h" + (minutes == 0 ? "" : " " + minutes + " min");
        }
        return minutes > 0 ? minutes + " min" : span.toSeconds() + " s";
    }

    /** A clock that counts up: {@code 0:41}, {@code 12:05}. */
    public static String elapsed(Duration span) {
        return "%d:%02d".formatted(span.toMinutes(), span.toSecondsPart());
    }
}
