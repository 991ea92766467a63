package sallyport.admin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lengths of time as people write them: {@code 90s}, {@code 30m}, {@code 8h}, {@code 1d}, {@code 2w}, {@code 1h30m}. */
public final class Span {

    /** Longest span that can be written: ten years, so that no sum with a time of day overflows. */
    public static final Duration LONGEST = Duration.ofDays(3660);

    private static final Pattern FORM = Pattern.compile(
            "(?:([0-9]{1,4})w)?(?:([0-9]{1,5})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,7})m)?(?:([0-9]{1,9})s)?");

    private Span() {}

    /**
     * Reads a span.
     *
     * @throws IllegalArgumentException in words if {@code text} is not one, is zero, or is above {@link #LONGEST}
     */
    public static Duration parse(String text) {
        Matcher form = FORM.matcher(text);
        if (text.isEmpty() || !form.matches()) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " is not a length of time; write a number and w, d, h, m or s, as 8h, 30m or 1d");
        }
        Duration span = Duration.ofDays(7 * number(form.group(1)) + number(form.group(2)))
                .plusHours(number(form.group(3)))
                .plusMinutes(number(form.group(4)))
                .plusSeconds(number(form.group(5)));
        if (span.isZero() || span.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " is not a usable length of time; from 1s to " + format(LONGEST) + " is allowed");
        }
        return span;
    }

    /** Writes a span so that {@link #parse} reads the same, leaving out what is zero; parts of a second are dropped. */
    public static String format(Duration span) {
        List<String> parts = new ArrayList<>();
        add(parts, span.toDaysPart(), "d");
        add(parts, span.toHoursPart(), "h");
        add(parts, span.toMinutesPart(), "m");
        add(parts, span.toSecondsPart(), "s");
        return parts.isEmpty() ? "0s" : String.join("", parts);
    }

    private static void add(List<String> parts, long number, String unit) {
        if (number > 0) {
            parts.add(number + unit);
        }
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
