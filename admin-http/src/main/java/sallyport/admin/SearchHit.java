package sallyport.admin;

import java.time.Duration;
import java.util.Locale;
import sallyport.db.SearchMatch;

/**
 * A match, and how to see it.
 *
 * @param replay the command that shows the recording from a little before it
 */
public record SearchHit(SearchMatch match, String replay) {

    /** How much of what led there is shown. */
    private static final Duration BEFORE = Duration.ofSeconds(10);

    /** How much of a text is shown around the match, in characters. */
    private static final int SHOWN = 120;

    private static final String ELLIPSIS = "…";

    static SearchHit of(SearchMatch match, PublicAddress door) {
        Duration from = match.at().minus(BEFORE);
        return new SearchHit(
                match,
                "ssh -t " + (door.port() == PublicAddress.USUAL_PORT ? "" : "-p " + door.port() + " ") + door.host()
                        + " recording play " + match.session().id().code() + " --at "
                        + offset(from.isNegative() ? Duration.ZERO : from));
    }

    /** Since the start of the session: {@code 01:07:31}. */
    public String offset() {
        return offset(match.at());
    }

    private static String offset(Duration at) {
        return String.format(Locale.ROOT, "%02d:%02d:%02d", at.toHours(), at.toMinutesPart(), at.toSecondsPart());
    }

    /** The text on one line, with a file what was done with it; of a long one what stands around {@code searched}. Not made inert. */
    public String excerpt(String searched) {
        if (match.operation().isPresent()) {
            // What was done stands at its beginning, and the path is all of the rest that matters.
            return match.operation().get();
        }
        String text = match.text().replace("\n", " ⏎ ");
        if (text.length() <= SHOWN) {
            return text;
        }
        int at = Math.max(0, text.toLowerCase(Locale.ROOT).indexOf(searched.toLowerCase(Locale.ROOT)));
        int from = Math.clamp(at - (SHOWN - searched.length()) / 2L, 0, text.length() - SHOWN);
        int to = from + SHOWN;
        from = whole(text, from);
        to = whole(text, to);
        return (from == 0 ? "" : ELLIPSIS) + text.substring(from, to) + (to == text.length() ? "" : ELLIPSIS);
    }

    /** {@code at}, or the place before it if a character would be cut in two. */
    private static int whole(String text, int at) {
        return at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
    }
}
