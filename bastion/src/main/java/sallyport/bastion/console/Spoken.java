package sallyport.bastion.console;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import sallyport.admin.Quoted;
import sallyport.admin.Span;

/** Times and sizes as people say them. */
final class Spoken {

    private Spoken() {}

    /** {@code now}, {@code 42 s ago}, {@code 3 m ago}, {@code 2 h ago}, {@code 5 d ago}; {@code in 3 m} for what is to come. */
    static String relative(Instant time, Instant now) {
        Duration age = Duration.between(time, now);
        if (age.abs().toSeconds() == 0) {
            return "now";
        }
        return age.isNegative() ? "in " + rough(age.negated()) : rough(age) + " ago";
    }

    /** The largest unit that fits, rounded down: {@code 42 s}, {@code 3 m}, {@code 2 h}, {@code 5 d}. */
    static String rough(Duration span) {
        if (span.toMinutes() < 1) {
            return span.toSeconds() + " s";
        }
        if (span.toHours() < 1) {
            return span.toMinutes() + " m";
        }
        return span.toDays() < 2 ? span.toHours() + " h" : span.toDays() + " d";
    }

    /** {@code 512 B}, {@code 4.1 kB}, {@code 2.0 MB}: powers of 1000. */
    static String size(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        String units = "kMGTPE";
        int unit = 0;
        double size = bytes / 1000.0;
        while (size >= 999.95 && unit < units.length() - 1) {
            size /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %cB", size, units.charAt(unit));
    }

    /** {@code 1,204}. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1 line}, {@code 1,204 lines}. */
    static String count(long number, String one) {
        return count(number) + " " + one + (number == 1 ? "" : "s");
    }

    /**
     * Reads a moment: a span before now ({@code 15m 4h 1d 2w}), a time of day ({@code 14:05}), which means the last such
     * moment in UTC, a time (RFC 3339) or a date, which means its midnight in UTC.
     *
     * @throws IllegalArgumentException in words
     */
    static Instant moment(String text, Instant now) {
        try {
            if (text.matches("[0-9]{4}-.*T.*")) {
                return OffsetDateTime.parse(text).toInstant();
            }
            if (text.matches("[0-9]{4}-.*")) {
                return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
            }
            if (text.matches("[0-9]{2}:.*")) {
                OffsetDateTime today = now.atOffset(ZoneOffset.UTC).with(LocalTime.parse(text));
                return (today.toInstant().isAfter(now) ? today.minusDays(1) : today).toInstant();
            }
        } catch (DateTimeParseException notATime) {
            throw notAMoment(text);
        }
        try {
            return now.minus(Span.parse(text));
        } catch (IllegalArgumentException notASpan) {
            throw notAMoment(text);
        }
    }

    private static IllegalArgumentException notAMoment(String text) {
        return new IllegalArgumentException(
                Quoted.of(text) + " is not a time; write how long ago, as 15m 4h 1d 2w, or 14:05, 2026-11-21 or"
                        + " 2026-11-21T14:00:00Z");
    }
}
