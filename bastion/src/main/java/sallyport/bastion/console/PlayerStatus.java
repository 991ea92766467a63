package sallyport.bastion.console;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.Stream;
import sallyport.admin.Inert;

/**
 * The line below a recording that is played: where it is, what there is to say, and the keys; in a narrow window the less
 * needed is left out first.
 *
 * @param place where it is, in any case shown
 * @param wallClock what time it was then
 * @param news what there is to say; empty if nothing, and not inert yet
 */
record PlayerStatus(String place, Instant wallClock, String news) {

    private static final String GAP = "  ";
    private static final String KEYS = "space pause  , . step  [ ] command  / search  + - speed  ? keys  q quit";
    private static final String FEW_KEYS = "? keys  q quit";

    private static final DateTimeFormatter DATE_AND_TIME = utc("uuuu-MM-dd HH:mm:ss'Z'");
    private static final DateTimeFormatter TIME = utc("HH:mm:ss'Z'");

    private static DateTimeFormatter utc(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }

    /** The line, inert, no wider than {@code columns} unless the place alone is. */
    String line(int columns) {
        int room = columns - place.length() - GAP.length() - FEW_KEYS.length();
        String said = Printable.cut(Inert.of(news), Math.max(room - GAP.length(), 0));
        String shown = said.isEmpty() ? "" : GAP + said;
        room -= Printable.columns(shown);
        String time = first(room, GAP + DATE_AND_TIME.format(wallClock), GAP + TIME.format(wallClock));
        String left = place + time + shown;
        int rest = columns - Printable.columns(left);
        String keys = first(rest, GAP + KEYS, GAP + FEW_KEYS);
        return keys.isEmpty() ? left : left + " ".repeat(rest - keys.length()) + keys;
    }

    /** The first that fits, or nothing. */
    private static String first(int room, String... wishes) {
        return Stream.of(wishes).filter(w -> w.length() <= room).findFirst().orElse("");
    }
}
