package sallyport.admin;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Moments of a recording as people write them: {@code 01:07:20}, the hours, minutes and seconds since its start. */
public final class SinceStart {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,5}):([0-5][0-9]):([0-5][0-9])(?:\\.([0-9]{1,3}))?");

    private SinceStart() {}

    /** Reads a moment, which may have up to three decimals; empty if {@code text} is none. */
    public static Optional<Duration> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        String fraction = form.group(4) == null ? "" : form.group(4);
        return Optional.of(Duration.ofHours(Long.parseLong(form.group(1)))
                .plusMinutes(Long.parseLong(form.group(2)))
                .plusSeconds(Long.parseLong(form.group(3)))
                .plusMillis(Long.parseLong((fraction + "000").substring(0, 3))));
    }

    /** Writes a moment so that {@link #parse} reads it, without parts of a second. */
    public static String format(Duration moment) {
        return String.format(
                Locale.ROOT, "%02d:%02d:%02d", moment.toHours(), moment.toMinutesPart(), moment.toSecondsPart());
    }
}
