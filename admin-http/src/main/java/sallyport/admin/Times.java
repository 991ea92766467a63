package sallyport.admin;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as data has them: RFC 3339, UTC, milliseconds. */
public final class Times {

    private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Times() {}

    /** {@code 2026-11-21T14:05:07.123Z}; what is finer than a millisecond is cut off. */
    public static String utc(Instant time) {
        return UTC.format(time);
    }
}
